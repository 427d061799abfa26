"""All tests. A package by name, because textstat installs another one called ``tests``."""
