"""What `predict` does, in steps."""
