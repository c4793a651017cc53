"""From a profile to candidates with predicted costs and reasons."""
