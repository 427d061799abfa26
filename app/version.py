"""The version of the program, written into every release."""

VERSION = "0.1.0"
