"""Losses of answers and written texts, held to what `transformers` says by itself."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, GenerationConfig

from headstart.core.examples import IGNORED
from headstart.errors import BaseError
from headstart.models.chat_template import ChatTemplate
from headstart.models.describe import describe
from headstart.models.generate import generate
from headstart.models.next_token import answer_losses, bound_of
from headstart.models.open_base import open_causal
from headstart.models.tokenise_dialogues import tokenise_dialogues, tokenise_prompts
from headstart.tasks.chat import Chat
from tests.contracts.chat_data import chat_rows
from tests.tiny import DECODERS, tiny_causal_folder

# What a base may recommend for sampling, and what it was told of the task that it was trained on last.
MANNERS = {
    "do_sample": True,
    "temperature": 0.6,
    "top_p": 0.9,
    "repetition_penalty": 9.0,
    "no_repeat_ngram_size": 1,
    "min_new_tokens": 11,
    "suppress_tokens": [20, 30, 40],
    "num_return_sequences": 2,
    "eos_token_id": [2, 0],
}


@pytest.fixture(scope="module", params=DECODERS)
def folder(request, tmp_path_factory):
    where = tmp_path_factory.mktemp(request.param)
    longer = {"n_positions": 128} if request.param == "gpt2" else {"max_position_embeddings": 128}
    return tiny_causal_folder(where, request.param, **longer)


def told(backbone, rows: int = 6):
    task = Chat.infer(chat_rows(rows))
    template = ChatTemplate(backbone.tokenizer)
    dialogues = task.dialogues(chat_rows(rows))
    return tokenise_dialogues(dialogues, template, max_length=128), dialogues, template


def test_losses_are_those_of_the_library(folder):
    backbone = open_causal(describe(str(folder)))
    found, *_ = told(backbone)
    losses = answer_losses(backbone, found.examples)
    network = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    for row in range(len(found.examples)):
        first, stop = found.examples.offsets[row : row + 2]
        tokens = torch.from_numpy(found.examples.tokens[first:stop].astype(np.int64))[None]
        targets = torch.from_numpy(found.examples.targets[first:stop])
        with torch.inference_mode():
            scores = network(tokens).logits[0]
        expected = torch.nn.functional.cross_entropy(scores, targets, reduction="sum", ignore_index=IGNORED)
        assert losses[row, 0] == pytest.approx(float(expected), rel=1e-4)
        assert losses[row, 1] == int((targets != IGNORED).sum())


def test_texts_are_those_of_the_library_one_by_one(folder):
    backbone = open_causal(describe(str(folder)))
    found, dialogues, template = told(backbone)
    prompts = tokenise_prompts([each[:-1] for each in dialogues], template)
    written = generate(backbone, prompts, stops=found.stops, most=12)
    settings = GenerationConfig(
        max_new_tokens=12, do_sample=False, eos_token_id=list(found.stops), pad_token_id=0
    )
    network = AutoModelForCausalLM.from_pretrained(folder, attn_implementation=backbone.attention).eval()
    for prompt, answer in zip(prompts, written, strict=True):
        alone = network.generate(torch.tensor([prompt]), generation_config=settings)[
            0, len(prompt) :
        ].tolist()
        cut = next((at for at, each in enumerate(alone) if each in found.stops), len(alone))
        assert answer == alone[:cut]


def test_what_a_base_recommends_is_no_part_of_what_it_says(tmp_path):
    folder = tiny_causal_folder(tmp_path, max_position_embeddings=128)
    backbone = open_causal(describe(str(folder)))
    found, dialogues, template = told(backbone)
    prompts = tokenise_prompts([each[:-1] for each in dialogues], template)
    before = generate(backbone, prompts, stops=found.stops, most=12)
    (folder / "generation_config.json").write_text(json.dumps(MANNERS), encoding="utf-8")
    again = open_causal(describe(str(folder)))
    assert generate(again, prompts, stops=found.stops, most=12) == before


def test_no_more_is_written_than_the_network_reads(folder):
    backbone = open_causal(describe(str(folder)))
    lengths = [len(each) for each in generate(backbone, [[5] * 120, [5] * 4], stops=(9999,), most=12)]
    assert lengths == [8, 12]


def test_the_bound_of_scores_is_known(tmp_path):
    backbone = open_causal(describe(str(tiny_causal_folder(tmp_path, "gemma2"))))
    assert bound_of(backbone.network) == 30.0


def test_a_base_of_another_kind_is_refused(tiny_bert):
    with pytest.raises(BaseError, match=r"is an encoder .* such as a GPT-2, Llama"):
        open_causal(describe(str(tiny_bert)))
