"""Those who watch a run: what they are told, and how they show or keep it."""
