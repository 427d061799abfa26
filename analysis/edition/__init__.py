"""What is published of a release, frozen: files with a manifest, the archive behind them, diffs."""
