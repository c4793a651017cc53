"""How good predictions are: one metric a file."""
