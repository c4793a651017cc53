"""The ways of choosing what is shown to a base before a question."""

from __future__ import annotations

# The rows nearest to each question; or the same before all of them, far apart or drawn.
SIMILARITY, DIVERSITY, RANDOM = "similarity", "diversity", "random"
CHOICES = (SIMILARITY, DIVERSITY, RANDOM)
