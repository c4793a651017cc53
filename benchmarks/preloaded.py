"""What the systems import when they first need it, imported before any clock starts, for all alike."""

from __future__ import annotations

import importlib

LAZY = (
    *("transformers.modeling_utils", "transformers.models.auto.modeling_auto"),
    *("transformers.models.auto.tokenization_auto", "transformers.models.bert.modeling_bert"),
    *("transformers.masking_utils", "torch._dynamo", "sklearn.linear_model", "scipy.optimize"),
)


def preload(*further: str) -> None:
    """Imports the libraries, and modules of the system in question beside them."""
    for name in (*LAZY, *further):
        importlib.import_module(name)
