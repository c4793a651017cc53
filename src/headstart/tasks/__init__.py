"""Kinds of task: one a file."""
