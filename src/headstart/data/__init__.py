"""From a source of any kind to clean, split rows: read, choose columns, clean, find duplicates, split."""
