"""Requests, erasure with its proof, retention, the impact assessment, the log of staff."""
