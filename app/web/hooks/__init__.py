"""What other machines report to us."""
