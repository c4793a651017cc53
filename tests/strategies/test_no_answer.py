"""Never an answer, against its contract."""

from __future__ import annotations

from tests.contracts.span_data import SpanContract


class TestNoAnswer(SpanContract):
    name = "no_answer"
    accuracy = 0.2

    def test_it_is_right_where_there_is_none(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        assert set(model.predict(unseen).texts) == {""}
        assert self.quality(model.predict(unseen), split.task.gold(unseen)) == 0.2
