"""From design weights to published weights: steps, recipes, diagnostics."""
