"""Proposers of hyper-parameters: each file one way to search, all pure in what has been tried."""
