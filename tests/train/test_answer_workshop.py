"""Training on answers: packed as unpacked, exact whatever the parts of a step, as the library computes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch
from transformers import AutoModelForCausalLM

from headstart.core.examples import IGNORED
from headstart.models.batching import collate
from headstart.models.chat_template import ChatTemplate
from headstart.models.describe import describe
from headstart.models.next_token import asked_states, asked_states_packed, states_to_learn
from headstart.models.open_base import open_causal
from headstart.models.packed_attention import PACKED
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.tasks.chat import Chat
from headstart.train.attention import attending
from headstart.train.next_token_loss import next_token_loss
from tests.contracts.chat_data import chat_rows
from tests.tiny import DECODERS, tiny_causal_folder

LAYOUTS = ((asked_states, None), (asked_states_packed, None), (states_to_learn, PACKED))


def opened(folder, attention="sdpa"):
    backbone = open_causal(describe(str(folder)), attention=attention)
    rows = chat_rows(9)
    # Answers of unequal length, so that a mean of means would differ from the mean of all tokens.
    longer = [answer * (1 + place % 3) for place, answer in enumerate(rows.targets)]
    rows = replace(rows, frame=rows.frame.with_columns(completion=pl.Series(longer)))
    dialogues = Chat.infer(rows).dialogues(rows)
    found = tokenise_dialogues(dialogues, ChatTemplate(backbone.tokenizer), max_length=128)
    return backbone, found.examples


def gradients(backbone, loss):
    backbone.zero_grad()
    loss.backward()
    return {name: each.grad.clone() for name, each in backbone.named_parameters() if each.grad is not None}


@pytest.mark.parametrize("family", DECODERS)
def test_a_packed_batch_has_the_loss_and_the_gradient_of_single_conversations(family, tmp_path):
    longer = {"n_positions": 128} if family == "gpt2" else {"max_position_embeddings": 128}
    backbone, examples = opened(tiny_causal_folder(tmp_path, family, **longer))
    batch = collate(examples, np.arange(9), pad=0)
    totals = []
    for layout, attention in LAYOUTS:
        if attention == PACKED and family == "gemma2":
            continue
        with attending(backbone, attention or backbone.attention):
            loss, count = next_token_loss(backbone.network, *layout(backbone, batch))
            totals.append((loss.detach(), count, gradients(backbone, loss)))
    singles = [
        next_token_loss(backbone.network, *asked_states(backbone, collate(examples, np.array([each]), pad=0)))
        for each in range(9)
    ]
    alone = sum(loss for loss, _ in singles)
    count = sum(float(each) for _, each in singles)
    expected = gradients(backbone, alone)
    for loss, tokens, found in totals:
        assert float(tokens) == count
        torch.testing.assert_close(loss, alone.detach(), rtol=1e-6, atol=1e-5)
        assert found.keys() == expected.keys()
        for name, values in expected.items():
            torch.testing.assert_close(found[name], values, rtol=1e-3, atol=1e-4, msg=name)


def test_packing_sees_no_token_of_another_conversation(tmp_path):
    backbone, examples = opened(tiny_causal_folder(tmp_path, "llama", max_position_embeddings=128))
    batch = collate(examples, np.arange(3), pad=0)
    before, _ = asked_states_packed(backbone, batch)
    batch.tokens[0, :4] = 9
    after, _ = asked_states_packed(backbone, batch)
    asked = int((batch.targets[0] != IGNORED).sum())
    assert not torch.equal(before[:asked], after[:asked])
    torch.testing.assert_close(before[asked:], after[asked:])


@pytest.mark.parametrize(("attention", "lines"), [("sdpa", 1), ("eager", 0)])
def test_a_batch_of_mostly_padding_is_learnt_in_one_line_where_attention_is_fused(
    attention, lines, tmp_path, monkeypatch
):
    folder = tiny_causal_folder(tmp_path, "llama", max_position_embeddings=128)
    backbone, examples = opened(folder, attention)
    even, sparse = (collate(examples, np.arange(9), pad=0) for _ in range(2))
    sparse.mask[1:, 12:] = False
    sparse.targets[~sparse.mask] = IGNORED
    sparse.targets[1:, 11] = 7
    read, packed = [], type(backbone).run_packed
    monkeypatch.setattr(
        type(backbone), "run_packed", lambda self, *told: read.append(told) or packed(self, *told)
    )
    states_to_learn(backbone, even)
    assert read == []
    states, targets = states_to_learn(backbone, sparse)
    assert len(read) == lines
    plain, gold = asked_states(backbone, sparse)
    assert torch.equal(targets, gold)
    torch.testing.assert_close(states, plain, rtol=1e-4, atol=1e-5)


def test_the_loss_is_that_of_the_library(tmp_path):
    folder = tiny_causal_folder(tmp_path, "llama", max_position_embeddings=128)
    backbone, examples = opened(folder)
    batch = collate(examples, np.arange(9), pad=0)
    loss, count = next_token_loss(backbone.network, *asked_states(backbone, batch))
    network = AutoModelForCausalLM.from_pretrained(folder)
    # The library shifts labels by itself, so that each stands at its own token.
    labels = torch.full((9, batch.tokens.shape[1] + 1), IGNORED)
    labels[:, 1:] = batch.targets
    ends = torch.zeros(9, 1, dtype=torch.long)
    told = network(
        input_ids=torch.cat([batch.tokens, ends], dim=1),
        attention_mask=torch.cat([batch.mask, ends.bool()], dim=1).long(),
        labels=labels,
    )
    assert float((loss / count).detach()) == pytest.approx(float(told.loss.detach()), rel=1e-5)


def test_parts_of_a_step_change_nothing(tmp_path):
    backbone, examples = opened(tiny_causal_folder(tmp_path, "llama", max_position_embeddings=128))
    whole, count = next_token_loss(
        backbone.network, *asked_states(backbone, collate(examples, np.arange(9), pad=0))
    )
    expected = gradients(backbone, whole / count)
    backbone.zero_grad()
    weights = 0.0
    for part in (np.array([0]), np.arange(1, 7), np.array([7, 8])):
        loss, weight = next_token_loss(
            backbone.network, *asked_states(backbone, collate(examples, part, pad=0))
        )
        loss.backward()
        weights += float(weight)
    assert weights == float(count)
    for name, each in backbone.named_parameters():
        torch.testing.assert_close(each.grad / weights, expected[name], rtol=1e-3, atol=1e-5, msg=name)
