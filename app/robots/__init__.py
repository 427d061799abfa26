"""Programs that answer the pages over HTTP, as a person with a plain browser would."""
