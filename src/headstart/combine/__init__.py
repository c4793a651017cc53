"""Finished trials as one model."""
