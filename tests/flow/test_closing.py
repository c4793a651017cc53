"""Seconds that a race leaves for its end, from what its fits have measured."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.trial import Trial
from headstart.flow.adapting.closing import closing_s, kept_s, proving_s
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.reserve import Reserve

AT_ONCE = SimpleNamespace(without=lambda stats, blocks: stats)


def session(
    row_ms: dict[str, float],
    *,
    train: int = 400,
    test: int = 200,
    metric: Any = AT_ONCE,
    size_bytes: float = 0.0,
    left_s: float = 1e6,
) -> Any:
    """A run with so many rows, of whose fits it is known what a row takes, and what they leave."""
    split = SimpleNamespace(train=range(train), dev=range(train // 4))
    return SimpleNamespace(
        dataset=SimpleNamespace(split=split, test=range(test)),
        reserve=Reserve(import_s=3.0, test_rows=test),
        metric=metric,
        clock=SimpleNamespace(left_s=left_s),
        outcome=lambda trial: (
            {"footprint": {"row_ms": row_ms[trial.key], "bytes": size_bytes}} if trial.key in row_ms else {}
        ),
    )


def entrant(name: str, seconds: float, *, fitted: bool = True) -> Entrant:
    cost = Cost(seconds=seconds, peak_bytes=1.0)
    candidate = Candidate(base=None, steps=(Step(use=name),), cost=cost)
    trial = Trial(key=name, candidate=candidate, role="trial", status="done", cost=cost)
    return Entrant(candidate=candidate, trials=(trial,) if fitted else ())


def test_a_model_that_reads_slowly_is_given_the_time_that_it_takes():
    slow, quick = entrant("full", 30.0), entrant("tfidf", 1.0)
    run = session({"full": 40.0, "tfidf": 0.01}, test=1000)
    assert proving_s(run, [slow, quick]) == pytest.approx(40.0 + 0.01 + 2 * 0.6)
    # It is read once more when it is checked.
    assert closing_s(run, [slow, quick], ships=slow) > 2 * 40.0


def test_a_short_fit_does_not_make_many_test_rows_quick_to_read():
    run = session({}, train=40, test=5000)
    assert proving_s(run, [entrant("probe", 2.0, fitted=False)]) == pytest.approx(0.6 + 5000 * 1.5e-3)
    # Nor is a model that was fitted in no time slow to read as many rows again.
    few = session({}, train=1000, test=500)
    assert proving_s(few, [entrant("majority", 0.05, fitted=False)]) == pytest.approx(0.1)
    # A base that writes slowly is slow in other hands too.
    slow = session({"zero_shot": 400.0}, test=200)
    writers = [entrant("zero_shot", 50.0), entrant("lora", 90.0, fitted=False)]
    assert proving_s(slow, writers) == pytest.approx(2 * (0.6 + 200 * 0.4))


def test_a_metric_that_is_told_without_one_block_after_the_other_takes_time():
    rows, models = 50_000, [entrant("tfidf", 1.0), entrant("probe", 1.0)]
    quick, slow = (
        proving_s(session({"tfidf": 0.01, "probe": 0.01}, test=rows, metric=each), models)
        for each in (AT_ONCE, SimpleNamespace())
    )
    assert slow > quick + 3.0


def test_a_large_model_is_given_the_time_that_packing_takes():
    large = entrant("full", 1.0)
    run = session({"full": 1.0}, size_bytes=3e9)
    assert closing_s(run, [large], ships=large) > closing_s(run, [large], ships=None) + 10.0


def test_the_race_leaves_what_its_leader_takes_to_test_and_to_check():
    baseline, leader = entrant("tfidf", 1.0), entrant("full", 10.0)
    said: dict[str, Any] = {"baselines": [baseline], "untouched": None, "leader": leader, "entrant": leader}
    usual, slow = (kept_s(session({"tfidf": 0.01, "full": row_ms}), **said) for row_ms in (1.5, 50.0))
    assert slow - usual > 2 * 200 * (50.0 - 1.5) / 1e3


def test_nothing_is_left_twice():
    baseline, leader, other = entrant("tfidf", 1.0), entrant("full", 10.0), entrant("probe", 4.0)
    run = session({"tfidf": 0.01, "full": 50.0, "probe": 50.0})
    told: dict[str, Any] = {"baselines": [baseline], "leader": leader}
    once = kept_s(run, **told, untouched=None, entrant=leader)
    # A fold of a baseline, or of who may or may not become the winner, tests nothing more in the end.
    assert kept_s(run, **told, untouched=None, entrant=baseline) == pytest.approx(once)
    assert kept_s(run, **told, untouched=None, entrant=other) == pytest.approx(once)
    assert kept_s(run, **told, untouched=leader, entrant=leader) == pytest.approx(once)
    # The untouched base is tested and refitted beside the winner.
    beside = kept_s(run, **told, untouched=other, entrant=leader)
    assert beside - once == pytest.approx(0.6 + 200 * 0.05 + 1.15 * 1.25 * 4.0)


def test_while_the_untouched_base_leads_an_adaptation_may_use_the_time_of_its_own_refit():
    baseline, base, other = entrant("tfidf", 1.0), entrant("probe", 4.0), entrant("full", 60.0, fitted=False)
    run = session({"tfidf": 0.01, "probe": 1.5})
    told: dict[str, Any] = {"baselines": [baseline], "untouched": base, "entrant": other}
    for leader in (base, None):
        entering, judged = (kept_s(run, **told, leader=leader, with_refit=each) for each in (False, True))
        # Once it is in, it is worth little without its refit.
        assert judged - entering > 1.15 * 1.25 * 50.0
    # And so is a better one, once an adaptation leads.
    ahead = entrant("partial", 10.0)
    entering, judged = (kept_s(run, **told, leader=ahead, with_refit=each) for each in (False, True))
    assert entering == judged


def test_where_the_refit_of_the_leader_does_not_fit_any_more_no_time_is_kept_for_it():
    baseline, base, leader = entrant("tfidf", 1.0), entrant("probe", 4.0), entrant("full", 60.0)
    rates = {"tfidf": 0.01, "probe": 1.5, "full": 1.5}
    told: dict[str, Any] = {"baselines": [baseline], "untouched": base, "leader": leader, "entrant": leader}
    kept, lost = (kept_s(session(rates, left_s=left_s), **told) for left_s in (110.0, 70.0))
    refits_s = 1.25 * (1.0 + 4.0 + 60.0)
    assert kept - lost == pytest.approx(1.15 * refits_s)
    assert lost < 70.0 < lost + refits_s


def expecting(one: Entrant, low: float, high: float) -> Entrant:
    return replace(one, candidate=replace(one.candidate, quality=(low, high)))


@pytest.mark.parametrize(
    ("quality", "spared"), [((0.6, 0.8), True), ((0.53, 0.70), False), ((0.4, 0.6), False)]
)
def test_what_promises_much_more_than_the_leader_may_use_the_time_of_its_own_refit(
    quality: tuple[float, float], spared: bool
):
    tfidf, probe = entrant("tfidf", 1.0), entrant("probe", 2.0)
    leader = expecting(entrant("few_shot", 3.0), 0.5, 0.7)
    candidate = expecting(entrant("contrastive", 30.0, fitted=False), *quality)
    run = session({"tfidf": 0.01, "probe": 1.0, "few_shot": 1.0})
    whole, without = (
        kept_s(
            run,
            baselines=[tfidf],
            untouched=probe,
            leader=leader,
            entrant=candidate,
            with_refit=each,
        )
        for each in (True, False)
    )
    assert (whole - without > 30.0) == spared
    assert (whole == without) != spared
