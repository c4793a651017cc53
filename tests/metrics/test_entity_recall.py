"""Recall of entities against seqeval: by known cases always, on random tags where it is installed."""

from __future__ import annotations

from tests.metrics.entity_cases import EntityContract


class TestEntityRecall(EntityContract):
    name = "entity_recall"
    place = 1
    reference = ("recall_score", "micro")
