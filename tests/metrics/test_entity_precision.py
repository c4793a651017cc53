"""Precision of entities against seqeval: by known cases always, on random tags where it is installed."""

from __future__ import annotations

from tests.metrics.entity_cases import EntityContract


class TestEntityPrecision(EntityContract):
    name = "entity_precision"
    place = 0
    reference = ("precision_score", "micro")
