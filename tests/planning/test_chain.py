"""Strategies that follow one another on a base, named as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.errors import SettingError, UnknownName
from headstart.planning.planner import Planner, strategies_for

if TYPE_CHECKING:
    from headstart.core.plan import Candidate


def planned(planner: Planner, *names: str, **params: object) -> list[Candidate]:
    given = {name.replace("__", "."): value for name, value in params.items()}
    return list(planner.plan(strategies=names, params=given).candidates)


def test_each_has_its_settings_and_all_are_paid_for(planner):
    (both,) = planned(planner, "contrastive+partial", contrastive__steps=20, partial__epochs=3)
    (first,) = planned(planner, "contrastive", contrastive__steps=20)
    (second,) = planned(planner, "partial", partial__epochs=3)
    assert [step.use for step in both.steps] == ["contrastive", "partial"]
    assert both.steps == (*first.steps, *second.steps)
    assert both.name == "contrastive+partial"
    assert both.cost.seconds == pytest.approx(first.cost.seconds + second.cost.seconds)
    assert both.cost.peak_bytes == max(first.cost.peak_bytes, second.cost.peak_bytes)
    assert first.why in both.why
    assert second.why in both.why


def test_it_is_raced_beside_what_else_was_named(planner):
    found = planned(planner, "few-shot", "contrastive + few-shot")
    assert [each.name for each in found] == ["few_shot", "contrastive+few_shot"]


def test_what_one_of_them_can_not_do_is_told_with_its_name(planner):
    (found,) = planned(planner, "contrastive+partial", partial__frozen_blocks=90)
    assert found.blocked
    assert "partial: " in found.why
    assert "contrastive: " not in found.why


def test_nothing_comes_after_what_stands_ahead_of_texts(planner):
    (before,) = planned(planner, "prompt_tuning+full")
    (after,) = planned(planner, "contrastive+prompt_tuning")
    assert before.blocked
    assert "prompt_tuning: it leaves the base as it was" in before.why
    assert not after.blocked


def test_other_settings_are_those_of_the_last(planner):
    (found,) = planned(planner, "contrastive+partial", contrastive__steps=20)
    varied = planner.vary(found, {"epochs": 2})
    assert varied.steps[0] == found.steps[0]
    assert varied.steps[1].params == {"epochs": 2}
    assert varied.cost.seconds != found.cost.seconds


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("partial+partial", "names one twice"),
        ("tfidf+partial", "is a baseline"),
        ("partial+majority", "is a baseline"),
        ("previous+partial", "adapts nothing"),
    ],
)
def test_what_can_not_stand_in_one_is_refused(planner, name, why):
    with pytest.raises(SettingError, match=why):
        strategies_for(planner.dataset.split.task, (name,))


def test_a_link_that_is_none_is_an_unknown_name(planner):
    with pytest.raises(UnknownName, match="'contrastve'; did you mean 'contrastive'"):
        strategies_for(planner.dataset.split.task, ("contrastve+partial",))
