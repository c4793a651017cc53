"""Other people's ways to do the same job, set up as they advise."""
