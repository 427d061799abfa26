"""Invented people: a population on published margins, how they answer and how they fall silent."""
