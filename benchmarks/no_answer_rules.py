"""When a question is given no answer: the rules that are compared, and what they come to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.decision import Decision
from headstart.evaluation.decide import Wish, decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from headstart.core.predictions import Predictions

METRICS = ("exact_match", "answer_f1")
# The metric that a run sets the threshold by.
SET_BY = "answer_f1"
PRODUCT, EVEN, ALWAYS, NEVER, HINDSIGHT = (
    "threshold of the dev rows",
    "as likely as the best stretch",
    "always an answer",
    "never an answer",
    "best threshold in hindsight",
)


def judged(dev: Predictions, test: Predictions, *, gold_dev: Any, gold_test: Any) -> dict[str, Any]:
    """What each rule comes to on test rows, and what the product's falls short of the best one in hindsight.

    The best threshold in hindsight is found for each metric by itself, so that no other is better.

    Args:
        dev: predictions of rows to set the threshold on, before any decision.
        test: those of the rows to measure on.
        gold_dev: the right answers of each dev row.
        gold_test: those of each test row.
    """
    metrics = {name: registry.build("metrics", name, {}) for name in METRICS}
    product = decide(dev, gold_dev, Wish(), metric=metrics[SET_BY])
    fixed = {
        PRODUCT: product,
        EVEN: Decision(),
        ALWAYS: Decision(no_answer_above=np.inf),
        NEVER: Decision(no_answer_above=-np.inf),
    }
    scores: dict[str, dict[str, float]] = {}
    for name, metric in metrics.items():
        rules = {**fixed, HINDSIGHT: decide(test, gold_test, Wish(), metric=metric)}
        scores[name] = {
            rule: metric.value(metric.stats(gold_test, each.apply(test))) for rule, each in rules.items()
        }
    given = product.apply(test).texts or ()
    return {
        "threshold": product.no_answer_above,
        "threshold_in_hindsight": decide(test, gold_test, Wish(), metric=metrics[SET_BY]).no_answer_above,
        "without_answer": float(np.mean([not each for each in gold_test])),
        "given_none": float(np.mean([not each for each in given])),
        "scores": scores,
        "regret": {name: each[HINDSIGHT] - each[PRODUCT] for name, each in scores.items()},
    }


def some_of(predictions: Predictions, rows: slice) -> Predictions:
    """The predictions of some rows, before any decision."""
    assert predictions.texts is not None
    assert predictions.spans is not None
    assert predictions.confidence is not None
    assert predictions.silence is not None
    return replace(
        predictions,
        texts=predictions.texts[rows],
        spans=predictions.spans[rows],
        confidence=predictions.confidence[rows],
        silence=predictions.silence[rows],
    )


def means(fits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Scores and regrets of each share of questions without an answer, the mean over its fits.

    Args:
        fits: what `judged` says, with the `share` that each was drawn with.
    """
    found = {}
    for share in sorted({each["share"] for each in fits}):
        mine = [each for each in fits if each["share"] == share]
        scores = {
            name: {rule: _mean(each["scores"][name][rule] for each in mine) for rule in rules}
            for name, rules in mine[0]["scores"].items()
        }
        regret = {name: _mean(each["regret"][name] for each in mine) for name in METRICS}
        worst = {name: round(max(each["regret"][name] for each in mine), 4) for name in METRICS}
        found[str(share)] = {"fits": len(mine), "scores": scores, "regret": regret, "worst_regret": worst}
    return found


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean([*values])), 4)
