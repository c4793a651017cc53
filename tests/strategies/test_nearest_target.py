"""The nearest training row's target against its contract."""

from __future__ import annotations

from tests.contracts.text_data import TextContract


class TestNearestTarget(TextContract):
    name = "nearest_target"
    accuracy = 70.0

    def test_a_source_that_was_seen_gets_its_own_target(self, start, split, context):
        model = self.adapted(start, split, context)[-1].model
        assert self.quality(model.predict(split.train), split.task.gold(split.train)) == 100.0
