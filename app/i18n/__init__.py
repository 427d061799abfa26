"""Languages as data: what they are called, which way they run, and the words of the interface."""
