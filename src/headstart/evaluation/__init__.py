"""From sealed predictions to scores with intervals, and the verdict."""
