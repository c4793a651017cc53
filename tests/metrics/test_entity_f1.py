"""F1 of entities against seqeval: by known cases always, on random tags where it is installed."""

from __future__ import annotations

from tests.metrics.entity_cases import EntityContract


class TestEntityF1(EntityContract):
    name = "entity_f1"
    place = 2
    reference = ("f1_score", "micro")
