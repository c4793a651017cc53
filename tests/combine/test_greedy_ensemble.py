"""The greedy ensemble against its contract, an example worked by hand, and a plain reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import accuracy_score, log_loss

from headstart import registry
from headstart.combine._judge import Judge
from headstart.combine.greedy_ensemble import GreedyEnsemble, _averaged, _Search
from headstart.core.caps import Caps
from headstart.core.combination import HeldOut, Member
from headstart.core.decision import Decision
from headstart.core.evaluation import Footprint
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.models.ngrams import NgramOptions, Ngrams
from headstart.predictors.linear_text import LinearText
from headstart.tasks.classification import Classification
from tests.contracts.combination_contract import CombinationContract
from tests.contracts.small_data import CLASSES, WORDS, small_rows, small_task


def knowing(words: slice, *, name: str) -> Model:
    """A linear model that has learnt some of the words of each class."""
    ngrams = Ngrams.fit(small_rows(90, seed=1).texts, NgramOptions(characters=None))
    weight = np.zeros((len(CLASSES), ngrams.width), dtype=np.float32)
    for row, label in enumerate(CLASSES):
        for word in WORDS[label][words]:
            weight[row, ngrams.words[word]] = 4.0
    bias = np.zeros(len(CLASSES), dtype=np.float32)
    predictor = LinearText(classes=CLASSES, ngrams=ngrams, weight=weight, bias=bias)
    return Model(task=small_task(), predictor=predictor, lineage=(Step(use=name, params={"words": name}),))


def said(gold: list[int], members: list[list[float]]) -> tuple[HeldOut, list[Member]]:
    """Two classes, of which each member gives the probability of the second for each row."""
    frame = pl.DataFrame(
        {"text": [str(row) for row in range(len(gold))], "label": [str(each) for each in gold]}
    )
    held_out = HeldOut(
        task=Classification(classes=("0", "1")),
        metric=registry.build("metrics", "accuracy", {}),
        folds=(Rows.of(frame, Columns(text=("text",), target="label")),),
    )
    found = []
    for second in members:
        both = np.stack([1 - np.asarray(second), np.asarray(second)], axis=1)
        predictions = Predictions(classes=("0", "1"), labels=both.argmax(axis=1), probabilities=both)
        footprint = Footprint(bytes=10, row_ms=1.0)
        found.append(Member(name="", predictions=predictions, footprint=footprint, opened=_unopened))
    return held_out, found


def _unopened(fold: int) -> Model:
    raise AssertionError(f"the model of fold {fold} is not needed to average probabilities")


def search(held_out: HeldOut, members: list[Member], *, steps: int = 20) -> _Search:
    judge = Judge.of(members, held_out, _averaged(members))
    assert judge is not None
    return _Search(judge=judge, rows=np.arange(len(held_out)), affordable=lambda _: True, steps=steps)


class TestGreedyEnsemble(CombinationContract):
    name = "greedy_ensemble"

    @pytest.fixture
    def models(self):
        return [
            knowing(slice(0, 2), name="first"),
            knowing(slice(2, 4), name="middle"),
            knowing(slice(3, 5), name="last"),
        ]

    def test_it_costs_what_its_members_cost_together(self):
        one, two = Footprint(bytes=10, row_ms=0.5), Footprint(bytes=5, row_ms=2.0)
        assert GreedyEnsemble().footprint([one, two]) == Footprint(bytes=15, row_ms=2.5)

    def test_members_keep_their_own_temperature(self, models, unseen):
        warm = replace(models[1], decision=Decision(temperature=3.0, positive=0, threshold=0.9))
        found = GreedyEnsemble().build([models[0], warm], [0.25, 0.75]).predict(unseen)
        expected = 0.25 * models[0].predict(unseen).probabilities + 0.75 * warm.predict(unseen).probabilities
        np.testing.assert_allclose(found.probabilities, expected, atol=1e-12)
        np.testing.assert_array_equal(found.labels, expected.argmax(axis=1))

    def test_members_that_never_help_get_nothing(self, models, held_out, members):
        wrong = np.roll(members[0].predictions.probabilities, 1, axis=1)
        bad = replace(
            members[0],
            predictions=Predictions(classes=CLASSES, labels=wrong.argmax(axis=1), probabilities=wrong),
        )
        found = self.chosen([bad, *members], held_out)
        assert found is not None
        assert found.weights[0] == 0

    @pytest.mark.parametrize("bags", [1, 7])
    def test_bags_give_shares_too_and_keep_the_caps(self, members, held_out, bags):
        combination = self.combination(bags=bags)
        found = combination.choose(members, held_out, caps=Caps(), seed=0)
        assert found is None or sum(found.weights) == pytest.approx(1.0)
        tight = combination.choose(members, held_out, caps=Caps(row_ms=2.0), seed=0)
        assert tight is None or sum(weight > 0 for weight in tight.weights) == 2


def test_an_example_worked_by_hand():
    # Of three rows of class 1, A has the first and the last right, B the second and the last; A is likelier.
    # Once each, .45, .62, .70 has two of three right, and is less likely than A alone. Once A counts twice,
    # .53, .55, .73 has all three, and thrice, .58, .51, .75 is likelier still; four times is too much. It
    # takes selection with replacement to get there.
    a, b = np.array([0.7, 0.4, 0.8]), np.array([0.2, 0.84, 0.6])
    held_out, members = said([1, 1, 1], [a.tolist(), b.tolist()])
    judge = search(held_out, members).judge
    for counts, right in (((1, 0), 2), ((0, 1), 2), ((1, 1), 2), ((2, 1), 3), ((3, 1), 3), ((4, 1), 2)):
        likelihood = np.log((counts[0] * a + counts[1] * b) / sum(counts)).mean()
        assert judge.standing(counts) == (pytest.approx(right / 3), pytest.approx(likelihood))
    assert search(held_out, members, steps=6).best_of([0, 1]) == (3, 1)
    assert search(held_out, members, steps=2).best_of([0, 1]) == (2, 1)
    assert search(held_out, members, steps=1).best_of([0, 1]) == (1, 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("steps", [1, 6])
def test_it_agrees_with_a_plain_reference(seed, steps):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 2, 60)
    signal = np.where(gold == 1, 0.6, 0.4)
    told = [np.clip(signal + rng.normal(scale=0.25, size=60), 0.02, 0.98) for _ in range(5)]
    held_out, members = said(gold.tolist(), [each.tolist() for each in told])
    found = search(held_out, members, steps=steps).best_of(range(5))
    assert tuple(found) == reference(gold, told, steps)


def reference(gold, told, steps):
    """Caruana et al. 2004 with scikit-learn's metrics, members in a list that grows."""

    def worth(chosen):
        mean = np.mean([told[each] for each in chosen], axis=0)
        return accuracy_score(gold, mean > 0.5), -log_loss(gold, mean)

    order = sorted(range(len(told)), key=lambda each: worth([each]), reverse=True)
    current = best = max((order[:size] for size in range(1, len(order) + 1)), key=worth)
    for _ in range(steps):
        current = max(([*current, each] for each in order), key=worth)
        if worth(current) > worth(best):
            best = current
    return tuple(best.count(each) for each in range(len(told)))


def test_the_score_is_that_of_rows_that_the_shares_were_not_chosen_by():
    # Twenty members that say random things: what is best together on the rows it was chosen by is luck.
    for seed in range(5):
        rng = np.random.default_rng(seed)
        gold = rng.integers(0, 2, 200)
        held_out, members = said(gold.tolist(), [rng.random(200).tolist() for _ in range(20)])
        lucky = search(held_out, members).best_of(range(20))
        assert search(held_out, members).judge.standing(lucky)[0] > 0.6
        found = GreedyEnsemble().choose(members, held_out, caps=Caps(), seed=0)
        assert found is None or found.score < 0.6


def test_what_is_no_more_than_likelier_does_not_earn_its_cost():
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 2, 100)
    sure = np.where(gold == 1, 0.9, 0.1)
    held_out, members = said(gold.tolist(), [np.abs(sure - shift).tolist() for shift in (0.05, 0.0)])
    doubtful = [replace(members[0], name="a"), replace(members[1], name="b")]
    assert GreedyEnsemble().choose(doubtful, held_out, caps=Caps(), seed=0) is None
