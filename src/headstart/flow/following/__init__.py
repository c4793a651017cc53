"""The parts of `watch`: what comes into a run's log, and how a line of it reads."""
