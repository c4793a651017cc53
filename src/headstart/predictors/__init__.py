"""What maps rows to predictions, and how it is kept on disk."""
