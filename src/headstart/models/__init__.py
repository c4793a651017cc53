"""Pre-trained models: found, described, opened, cut between blocks, and read by a cache."""
