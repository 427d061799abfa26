"""Answers in people's own words: redacted, translated, coded."""
