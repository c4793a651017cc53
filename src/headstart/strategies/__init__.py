"""Ways to adapt a model: one a file."""
