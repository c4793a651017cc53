"""The verbs, one a file, joining the stages."""
