"""The respondent's site."""
