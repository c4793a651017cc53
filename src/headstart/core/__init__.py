"""The vocabulary, in the order in which data flows; no torch here."""
