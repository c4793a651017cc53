"""A soup is the mean of its members' weights, and computes what a plain network with that mean computes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoModel

from headstart import registry
from headstart.combine.soup import Soup
from headstart.core.caps import Caps
from headstart.core.combination import HeldOut
from headstart.core.context import Context
from headstart.core.decision import Decision
from headstart.core.evaluation import Footprint
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.split import Split
from headstart.errors import SettingError
from headstart.models.describe import describe
from headstart.predictors.constant import Constant
from tests.contracts.combination_contract import CombinationContract, member
from tests.contracts.small_data import CLASSES, small_rows, small_task
from tests.tiny import tiny_base_folder

NOISE = 0.1


@pytest.fixture(scope="module")
def fitted(tiny_bert, tmp_path_factory) -> Model:
    """A tiny network with a head that knows the small data."""
    workdir = tmp_path_factory.mktemp("work")
    train, task = small_rows(120, seed=1), small_task()
    context = Context(
        seed=0,
        device="cpu",
        precision="float32",
        workdir=workdir,
        metric=registry.build("metrics", "accuracy", {}),
    )
    start = Model(task=task, predictor=None, base=describe(str(tiny_bert)))
    strategy = registry.build("strategies", "full", {"epochs": 4})
    *_, last = strategy.adapt(start, Split(task=task, train=train, dev=train.take([])), context)
    return last.model


def moved(model: Model, seed: int, *, noise: float = NOISE) -> Model:
    """The same network with noise on its weights, as if it had been trained with another seed."""
    import copy

    generator = torch.Generator().manual_seed(seed)
    predictor = model.predictor
    backbone, head = copy.deepcopy(predictor.backbone), copy.deepcopy(predictor.head)
    with torch.no_grad():
        for each in (*backbone.parameters(), *head.parameters()):
            spread = each.std() if each.numel() > 1 else 1.0
            each.add_(noise * spread * torch.randn(each.shape, generator=generator))
    step = Step(use="full", params={"seed": seed})
    return replace(model, predictor=replace(predictor, backbone=backbone, head=head), lineage=(step,))


def tensors(model: Model) -> dict[str, np.ndarray]:
    parts = {"backbone": model.predictor.backbone, "head": model.predictor.head}
    return {
        f"{part}.{name}": tensor.numpy()
        for part, module in parts.items()
        for name, tensor in module.state_dict().items()
    }


class TestSoup(CombinationContract):
    name = "soup"

    @pytest.fixture
    def models(self, fitted):
        return [moved(fitted, seed) for seed in range(4)]

    def test_it_costs_what_one_member_costs(self):
        one, two = Footprint(bytes=10, row_ms=0.5), Footprint(bytes=12, row_ms=0.4)
        assert Soup().footprint([one, two]) == Footprint(bytes=12, row_ms=0.5)

    def test_its_weights_are_the_mean(self, models):
        soup = Soup().build(models[:3], [1.0, 1.0, 2.0])
        found, parts = tensors(soup), [tensors(each) for each in models[:3]]
        assert found.keys() == parts[0].keys()
        for name, values in found.items():
            first, second, third = (each[name].astype(np.float64) for each in parts)
            np.testing.assert_allclose(values, 0.25 * first + 0.25 * second + 0.5 * third, atol=1e-6)

    def test_its_answers_are_those_of_a_plain_network_with_the_mean(self, models, unseen, tmp_path):
        first, second = models[:2]
        soup = Soup().build([first, second], [0.5, 0.5])
        first.predictor.backbone.save(tmp_path / "first")
        second.predictor.backbone.save(tmp_path / "second")
        plain, other = (AutoModel.from_pretrained(tmp_path / name).eval() for name in ("first", "second"))
        both = plain.state_dict(), other.state_dict()
        plain.load_state_dict({name: (both[0][name] + both[1][name]) / 2 for name in both[0]})
        heads = [each.predictor.head.linear for each in (first, second)]
        weight, bias = (
            (a + b) / 2 for a, b in zip(heads[0].parameters(), heads[1].parameters(), strict=True)
        )
        tokenizer = first.predictor.backbone.tokenizer
        logits = []
        with torch.no_grad():
            for text in unseen.texts:
                tokens = tokenizer(text, return_tensors="pt", truncation=True, max_length=64)
                states = plain(**tokens).last_hidden_state
                logits.append(states.mean(dim=1) @ weight.T + bias)
        examples = soup.task.encode(unseen, tokenizer, soup.predictor.max_length)
        np.testing.assert_allclose(soup.predictor.outputs(examples), torch.cat(logits).numpy(), atol=2e-5)

    def test_a_member_that_spoils_it_is_left_out(self, models, held_out):
        spoilt = moved(models[0], 99, noise=30.0)
        members = [member(each, held_out) for each in (*models, spoilt)]
        found = self.chosen(members, held_out)
        assert found is not None
        assert found.weights[-1] == 0
        used = [weight for weight in found.weights if weight]
        assert used == pytest.approx([1 / len(used)] * len(used))

    def test_what_has_no_weights_is_passed_over(self, models, held_out):
        plain = Model(task=small_task(), predictor=Constant(classes=CLASSES, frequencies=(0.5, 0.3, 0.2)))
        found = self.chosen([member(each, held_out) for each in (plain, *models)], held_out)
        assert found is not None
        assert found.weights[0] == 0

    def test_each_fold_is_answered_by_the_models_that_did_not_see_it(self, models, held_out):
        opened = []

        def of(model, number):
            def fold(place):
                opened.append((number, place))
                return model

            return replace(member(model, held_out), opened=fold)

        self.chosen([of(each, number) for number, each in enumerate(models)], held_out)
        assert {fold for _, fold in opened} == {0, 1}

    def test_its_temperature_lies_between_those_of_its_members(self, models):
        one, two = (
            replace(each, decision=Decision(temperature=heat))
            for each, heat in zip(models[:2], (1.0, 4.0), strict=True)
        )
        assert Soup().build([one, two], [0.5, 0.5]).decision.temperature == pytest.approx(2.0)

    def test_what_can_not_be_averaged_is_named(self, models, fitted, tmp_path):
        folder = tiny_base_folder(tmp_path, seed=7)
        elsewhere = replace(models[1], base=describe(str(folder)))
        short = replace(models[1], predictor=replace(models[1].predictor, max_length=9))
        plain = replace(
            models[1],
            predictor=Constant(classes=CLASSES, frequencies=(0.5, 0.3, 0.2)),
            lineage=(Step(use="majority"),),
        )
        for other, words in (
            (elsewhere, r"full \(number 1\) comes from the base .* and full \(number 2\) from .*tiny-bert-7"),
            (short, r"reads 64 tokens of a text and full \(number 2\) 9; give both the same max_length"),
            (plain, r"majority \(number 2\) is no network of its own \(constant\)"),
        ):
            (reason,) = Soup().blockers([models[0], other])
            with pytest.raises(SettingError, match=words) as caught:
                Soup().build([models[0], other], [0.5, 0.5])
            assert reason in str(caught.value)
        with pytest.raises(SettingError, match=r"majority \(number 1\) is no network"):
            Soup().build([plain, models[0]], [0.5, 0.5])


def test_a_merged_adapter_can_be_averaged_and_ships_without_its_adapter(fitted):
    adapted = moved(fitted, 1)
    adapted.predictor.backbone.adapter = object()
    soup = Soup().build([adapted, moved(fitted, 2)], [0.5, 0.5])
    assert soup.predictor.backbone.adapter is None
    assert adapted.predictor.backbone.adapter is not None


def test_a_soup_of_a_network_and_its_like_only(fitted):
    rows = small_rows(60, seed=4)
    held_out = HeldOut(task=small_task(), metric=registry.build("metrics", "accuracy", {}), folds=(rows,))
    alone = [member(moved(fitted, 1), held_out)]
    assert Soup().choose(alone, held_out, caps=Caps(), seed=0) is None
