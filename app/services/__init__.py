"""One use case a function; each opens the units of work it needs."""
