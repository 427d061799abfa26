"""Invented people: the demo, and whole studies under a fake clock."""
