"""Letters on paper: words, addresses and codes set by typst as tagged PDF."""
