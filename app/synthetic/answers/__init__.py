"""How a synthetic person arrives at an answer, by kind of question."""
