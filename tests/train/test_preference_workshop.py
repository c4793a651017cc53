"""The loss of preferences against the formula, from sums that the library gives."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from headstart import registry
from headstart.core.context import Context
from headstart.core.knob import knobs
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.errors import SettingError
from headstart.models.batching import collate
from headstart.models.describe import describe
from headstart.planning.parameters import parse
from headstart.tasks.preference import Preference
from headstart.train.preference_workshop import PreferenceWorkshop
from tests.contracts.preference_data import preference_rows


@pytest.fixture
def made(tiny_llama, tmp_path):
    def make(beta=0.1, strategy="full", **params):
        rows = preference_rows(12)
        task = replace(Preference.infer(rows), beta=beta)
        built = registry.build("strategies", strategy, {"epochs": 1, "batch_size": 4, **params})
        metric = registry.build("metrics", "preference_accuracy", {})
        context = Context(seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric)
        start = Model(task=task, predictor=None, base=describe(str(tiny_llama)))
        split = Split(task=task, train=rows, dev=rows.take([]))
        return PreferenceWorkshop.furnish(built, start=start, split=split, context=context)

    return make


@pytest.fixture
def shop(made):
    return made()


def sums(network, examples) -> torch.Tensor:
    """Log-likelihood of the answer of each example, one at a time."""
    found = []
    for first, stop in zip(examples.offsets, examples.offsets[1:], strict=False):
        tokens = torch.from_numpy(examples.tokens[first:stop].astype(np.int64))[None]
        targets = torch.from_numpy(examples.targets[first:stop])
        scores = torch.log_softmax(network(tokens).logits[0], dim=1)
        asked = targets >= 0
        found.append(scores[asked, targets[asked]].sum())
    return torch.stack(found)


# Log-ratios of chosen and rejected answers, beta, label smoothing, and the loss of the pair by
# `-(1 - e) log sigmoid(m) - e log sigmoid(-m)`, with e half of the smoothing and m the margin, worked out
# with fifty decimal digits.
WORKED = (
    (1.5, -0.5, 0.1, 0.0, 0.598138869381592),
    (1.5, -0.5, 0.3, 0.0, 0.437487950485886),
    (-2.0, 4.0, 0.5, 0.0, 3.048587351573742),
    (1.5, -0.5, 0.3, 0.2, 0.497487950485886),
    (-2.0, 4.0, 0.5, 0.4, 2.448587351573742),
)


@pytest.mark.parametrize(("chosen", "rejected", "beta", "smoothing", "expected"), WORKED)
def test_the_loss_of_known_log_ratios_is_that_of_the_formula(
    made, chosen, rejected, beta, smoothing, expected
):
    shop = made(beta=beta, label_smoothing=smoothing)
    shop.best_epoch()
    (stream,) = shop._streams(0)
    own = -sums(shop.backbone.network, stream.examples).detach().numpy()
    # The reference is moved, so that the network as it is has gained just so much on it.
    shop._reference = own + np.tile([chosen, rejected], len(own) // 2)
    loss, weight = stream.loss(collate(stream.examples, np.array([2, 3]), pad=0))
    assert float(weight) == 1.0
    assert float(loss) == pytest.approx(expected, abs=2e-5)


def test_what_stands_ahead_of_texts_is_no_part_of_the_reference(made):
    shop, plain = made(strategy="prompt_tuning", virtual_tokens=3), made()
    for each in (shop, plain):
        each.best_epoch()
    np.testing.assert_allclose(shop._reference, plain._reference, atol=1e-4)


@pytest.mark.parametrize("beta", [1e-4, 11.0])
def test_beta_has_bounds(beta):
    (known,) = (each for each in knobs(Preference) if each.name == "beta")
    assert known.default == 0.1
    with pytest.raises(SettingError, match=r"from 0.001 to 10"):
        parse(known, str(beta))


def test_the_loss_is_that_of_the_paper(shop, tiny_llama):
    shop.best_epoch()
    base = AutoModelForCausalLM.from_pretrained(tiny_llama)
    # Somewhere away from the base, so that gains are not nought.
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for each in shop.backbone.network.parameters():
            each.add_(0.01 * torch.randn(each.shape, generator=generator))
    (stream,) = shop._streams(0)
    index = np.array([5, 0, 4, 1, 10, 11])
    loss, weight = stream.loss(collate(stream.examples, index, pad=0))
    gains = (sums(shop.backbone.network, stream.examples) - sums(base, stream.examples)).reshape(-1, 2)
    margins = 0.1 * (gains[:, 0] - gains[:, 1])
    expected = -torch.nn.functional.logsigmoid(margins[[0, 2, 5]]).sum()
    assert float(weight) == 3.0
    torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-5)


def test_pairs_stay_together_and_all_of_them_come(shop):
    (stream,) = shop._streams(0)
    batches = stream.batches(np.random.default_rng(0))
    assert len(batches) > 1
    for each in batches:
        assert (each[0::2] + 1 == each[1::2]).all()
    assert sorted(np.concatenate(batches).tolist()) == list(range(24))


def test_targets_hold_both_answers():
    rows = preference_rows(3)
    task = Preference.infer(rows)
    chosen, rejected = json.loads(rows.targets[0])
    assert task.dialogues(rows)[0][-1].content == chosen
    assert task.rejected(rows)[0][-1].content == rejected
    assert task.gold(rows)[0].texts == (chosen,)
