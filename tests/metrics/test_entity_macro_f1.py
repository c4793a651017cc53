"""Macro-F1 over kinds of entities against seqeval: by known cases, on random tags where it is installed."""

from __future__ import annotations

from tests.metrics.entity_cases import EntityContract


class TestEntityMacroF1(EntityContract):
    name = "entity_macro_f1"
    place = 3
    reference = ("f1_score", "macro")
