"""Trials in killable workers, inside the deadline, in a run folder that survives being killed."""
