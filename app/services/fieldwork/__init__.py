"""Waves and who is in them: register files, samples, codes, what is remembered."""
