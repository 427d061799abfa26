"""Perspectief."""
