"""A book as a report: PDF for paper, and its HTML twin for everybody."""
