"""Letters: their words, batches for the printer, what came back."""
