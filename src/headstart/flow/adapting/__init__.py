"""How a run goes: rows are handed to workers, candidates fitted, the best of them tested and shipped."""
