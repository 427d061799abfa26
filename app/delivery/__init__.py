"""Adapters to what is outside the program: speech, sound files."""
