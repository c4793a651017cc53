"""Mean divergence from the base at the tokens of preferred answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from headstart.core.predictions import Predictions
from headstart.metrics.kl_to_base import KlToBase
from headstart.models.chat_template import ChatTemplate
from headstart.models.describe import describe
from headstart.models.next_token import answer_drift
from headstart.models.open_base import open_causal
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.tasks.chat import Chat
from tests.contracts.chat_data import chat_rows
from tests.metrics.likelihoods import LikelihoodContract, told


class TestKlToBase(LikelihoodContract):
    name = "kl_to_base"

    def sample(self):
        gold, predictions = super().sample()
        return gold, replace(predictions, drift=predictions.likelihoods)

    def perfect(self, gold):
        return replace(super().perfect(gold), drift=told([(0.0, 5)] * len(gold)).likelihoods)


def test_it_is_the_mean_over_tokens():
    predictions = Predictions(drift=np.array([[1.0, 1.0], [1.0, 3.0]]))
    assert KlToBase().value(KlToBase().stats([None, None], predictions)) == pytest.approx(0.5)


def test_the_drift_is_the_divergence_of_the_librarys_scores(tiny_llama):
    base, moved = (open_causal(describe(str(tiny_llama))) for _ in range(2))
    with torch.no_grad():
        moved.network.model.layers[0].mlp.up_proj.weight.mul_(1.5)
    rows = chat_rows(3)
    dialogues = Chat.infer(rows).dialogues(rows)
    examples = tokenise_dialogues(dialogues, ChatTemplate(base.tokenizer), max_length=128).examples
    found = answer_drift(moved, base, examples)
    for row in range(3):
        first, stop = examples.offsets[row : row + 2]
        tokens = torch.from_numpy(examples.tokens[first:stop].astype(np.int64))[None]
        asked = torch.from_numpy(examples.targets[first:stop] >= 0)
        with torch.inference_mode():
            ours, theirs = (
                torch.log_softmax(each.network(tokens).logits[0][asked], 1) for each in (moved, base)
            )
        expected = torch.nn.functional.kl_div(theirs, ours, log_target=True, reduction="sum")
        assert found[row, 0] == pytest.approx(float(expected), rel=1e-3)
        assert found[row, 1] == int(asked.sum())
