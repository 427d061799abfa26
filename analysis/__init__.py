"""Weights, variances and tables of survey data: frames in, honest numbers out."""
