"""The instrument: pure Python, no Flask, no database."""
