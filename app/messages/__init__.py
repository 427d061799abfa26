"""Messages to panel members, as plain Python: channels, words, plans and what became of them."""
