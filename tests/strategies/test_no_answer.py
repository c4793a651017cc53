"""Never an answer, against its contract."""

from __future__ import annotations

from dataclasses import replace

from tests.contracts.span_data import SpanContract


class TestNoAnswer(SpanContract):
    name = "no_answer"
    accuracy = 0.2

    def test_it_is_right_where_there_is_none(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        assert set(model.predict(unseen).texts) == {""}
        assert self.quality(model.predict(unseen), split.task.gold(unseen)) == 0.2

    def test_it_is_no_choice_where_every_question_has_an_answer(self, split):
        some = self.situation(split, None, 90)
        answered = replace(some, profile=replace(some.profile, classes={}))
        assert "every question of the file has an answer" in self.strategy().blockers(answered)[0]
