"""Read aloud: the clips of a page, recordings, lists for speakers."""
