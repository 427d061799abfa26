"""The study as content: instruments, the gate before they are fielded, their texts."""
