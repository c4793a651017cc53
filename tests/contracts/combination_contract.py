"""What every combination promises; the test of a combination inherits this class and names it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from headstart import registry
from headstart.bundle.load import load_model
from headstart.bundle.save import save_model
from headstart.core.caps import Caps
from headstart.core.combination import HeldOut, Member
from headstart.core.decision import Decision
from headstart.core.evaluation import Footprint
from headstart.errors import SettingError
from tests.contracts.small_data import small_rows, small_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.combination import Mixture
    from headstart.core.model import Model
    from headstart.core.rows import Rows

FREE = Caps()


def member(model: Model, held_out: HeldOut, *, name: str = "", row_ms: float = 1.0) -> Member:
    """A trial whose model is the same in every fold."""
    rows = held_out.folds[0]
    for more in held_out.folds[1:]:
        rows = rows + more
    return Member(
        name=name,
        predictions=model.predict(rows),
        footprint=Footprint(bytes=100, row_ms=row_ms),
        opened=lambda _: model,
    )


class CombinationContract:
    """Inherit it, name the combination, and give the fixture `models`.

    Attributes:
        name: the combination's name.

    Fixtures:
        models: three or more models of `small_task`, which do better together than any alone.
    """

    name: ClassVar[str]

    @pytest.fixture
    def held_out(self) -> HeldOut:
        metric = registry.build("metrics", "accuracy", {})
        rows = small_rows(240, seed=11)
        return HeldOut(
            task=small_task(), metric=metric, folds=(rows.take(range(150)), rows.take(range(150, 240)))
        )

    @pytest.fixture
    def unseen(self) -> Rows:
        return small_rows(30, seed=12)

    @pytest.fixture
    def members(self, models, held_out) -> list[Member]:
        return [member(each, held_out, name=str(place)) for place, each in enumerate(models)]

    def combination(self, **params: Any) -> Any:
        return registry.build("combine", self.name, params)

    def chosen(self, members: Sequence[Member], held_out: HeldOut, *, caps: Caps = FREE) -> Mixture | None:
        found: Mixture | None = self.combination().choose(members, held_out, caps=caps, seed=3)
        return found

    def test_it_explains_itself_and_travels_as_json(self):
        combination = self.combination()
        assert combination.summary
        written = json.loads(json.dumps(asdict(combination)))
        assert registry.from_spec("combine", {"use": self.name, "params": written}) == combination

    def test_it_finds_what_is_better_together(self, members, held_out):
        found = self.chosen(members, held_out)
        assert found is not None
        assert len(found.weights) == len(members)
        assert sum(found.weights) == pytest.approx(1.0)
        assert min(found.weights) >= 0
        assert sum(weight > 0 for weight in found.weights) > 1
        metric, gold = held_out.metric, held_out.gold
        assert found.score == pytest.approx(metric.value(metric.stats(gold, found.predictions)))
        assert found.alone == pytest.approx(metric.value(metric.stats(gold, found.alone_predictions)))
        alone = [metric.value(metric.stats(gold, each.predictions)) for each in members]
        assert found.best == int(np.argmax(alone))
        assert found.alone <= max(alone)
        assert found.score >= found.alone

    def test_the_same_seed_chooses_the_same(self, members, held_out):
        first, second = (self.chosen(members, held_out) for _ in range(2))
        assert first is not None
        assert second is not None
        assert first.weights == second.weights
        np.testing.assert_array_equal(first.predictions.probabilities, second.predictions.probabilities)

    def test_nothing_is_gained_from_one_model_or_from_copies_of_it(self, members, held_out):
        assert self.chosen(members[:1], held_out) is None
        assert self.chosen([members[0]] * 3, held_out) is None
        assert self.chosen([], held_out) is None

    def test_members_without_probabilities_are_not_combined(self, members, held_out):
        silent = [
            replace(each, predictions=replace(each.predictions, probabilities=None)) for each in members
        ]
        assert self.chosen(silent, held_out) is None

    def test_what_exceeds_a_cap_is_never_part_of_it(self, members, held_out):
        slow = [*members[:-1], replace(members[-1], footprint=Footprint(bytes=100, row_ms=50.0))]
        found = self.chosen(slow, held_out, caps=Caps(row_ms=10.0))
        assert found is None or found.weights[-1] == 0
        assert self.chosen(members, held_out, caps=Caps(bytes=99)) is None

    def test_a_combination_keeps_the_caps(self, members, held_out):
        caps = Caps(row_ms=2.0, bytes=250)
        found = self.chosen(members, held_out, caps=caps)
        if found is not None:
            used = [each.footprint for each, weight in zip(members, found.weights, strict=True) if weight]
            assert caps.allow(self.combination().footprint(used))

    def test_the_model_it_builds_is_the_one_that_was_judged(self, members, models, held_out):
        found = self.chosen(members, held_out)
        assert found is not None
        used = [place for place, weight in enumerate(found.weights) if weight]
        shares = [found.weights[place] for place in used]
        model = self.combination().build([models[place] for place in used], shares)
        rows = held_out.folds[0] + held_out.folds[1]
        metric, gold = held_out.metric, held_out.gold
        # Its shares were chosen with all rows, those behind the score without each row in turn.
        value = metric.value(metric.stats(gold, model.predict(rows)))
        assert value >= found.alone
        assert value == pytest.approx(found.score, abs=0.05)

    def test_it_ships_as_one_model_that_names_its_members(self, models, unseen, tmp_path):
        shares = [1.0, *[3.0] * (len(models) - 1)]
        model = self.combination().build(iter(models), shares)
        assert model.task == models[0].task
        (step,) = model.lineage
        assert step.use == self.name
        told = step.params["members"]
        assert [each["weight"] for each in told] == pytest.approx([share / sum(shares) for share in shares])
        assert [[use["use"] for use in each["steps"]] for each in told] == [
            [use.use for use in each.lineage] for each in models
        ]
        save_model(replace(model, decision=Decision(temperature=1.3)), tmp_path / "model", columns=("text",))
        again = load_model(tmp_path / "model")
        assert json.loads(json.dumps(again.lineage[0].params)) == json.loads(json.dumps(step.params))
        before = replace(model, decision=Decision(temperature=1.3)).predict(unseen)
        np.testing.assert_allclose(again.predict(unseen).probabilities, before.probabilities, atol=1e-6)
        np.testing.assert_array_equal(again.predict(unseen).labels, before.labels)

    def test_its_members_are_left_as_they_are(self, models, unseen):
        before = [each.predict(unseen).probabilities for each in models]
        self.combination().build(models, [1.0] * len(models)).predict(unseen)
        for each, then in zip(models, before, strict=True):
            np.testing.assert_array_equal(each.predict(unseen).probabilities, then)

    def test_models_of_other_classes_are_refused_in_plain_words(self, models):
        other = replace(models[1], task=small_task(("a", "b", "c")))
        assert self.combination().blockers(models) == ()
        assert any("classes" in reason for reason in self.combination().blockers([models[0], other]))
        with pytest.raises(SettingError, match=r"can't combine these models.*classes"):
            self.combination().build([models[0], other], [0.5, 0.5])

    @pytest.mark.parametrize("weights", [[], [1.0], [0.0, 1.0], [-1.0, 2.0], [1.0, 1.0, 1.0]])
    def test_each_model_needs_a_weight(self, models, weights):
        with pytest.raises(ValueError, match=r"weights|argument 2"):
            self.combination().build(models[:2], weights)
