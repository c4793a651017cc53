"""What stands ahead of a text, against `peft` alone and against the tokens that it began as."""

from __future__ import annotations

import peft
import pytest
import torch
import transformers
from transformers import GenerationConfig

from headstart.models.batching import Batch
from headstart.models.describe import describe
from headstart.models.generate import generate
from headstart.models.half import in_bfloat16
from headstart.models.next_token import bound_of, output_layer
from headstart.models.open_base import open_backbone, open_causal, open_writer
from headstart.models.prefixed import Prefixed
from headstart.models.with_adapter import with_adapter
from headstart.models.writing import logits_of
from headstart.strategies.prefix_tuning import ENCODERS, PrefixTuning
from headstart.strategies.prompt_tuning import PromptTuning
from headstart.train.first_values import keys_of, vectors_of
from tests.tiny import FAMILIES, tiny_base_folder, tiny_causal_folder
from tests.tiny_writers import WRITERS, tiny_writer_folder

COUNT = 3
KINDS = {"prompt": PromptTuning, "prefix": PrefixTuning}
CAUSAL = ("gemma", "gemma2", "gpt2", "llama", "mistral", "qwen2", "qwen3")
# Blocks that look no further than a window do not see what stands ahead of it.
WIDE = {each: {"sliding_window": 64} for each in ("gemma2", "mistral", "qwen2")}
# Families whose attention takes keys that no token gave.
KEYED = (*ENCODERS, *CAUSAL)
TEXTS = torch.tensor([[5, 6, 7, 8, 9, 10], [11, 12, 13, 0, 0, 0]])
MASK = TEXTS > 0


def prefixed(backbone, kind, *, seed=0, **params):
    """Random values ahead of a tiny base."""
    config = KINDS[kind](virtual_tokens=COUNT, init="random", **params).configured(backbone)
    return Prefixed(backbone, config, seed=seed).eval()


def through_peft(found, network, folder):
    """The same as `transformers` and `peft` open it, with another copy of the base."""
    found.beside().save(folder / "adapter")
    return peft.PeftModel.from_pretrained(network, folder / "adapter").eval()


@pytest.mark.parametrize(
    ("family", "kind"),
    [*((each, "prompt") for each in FAMILIES), *((each, "prefix") for each in KEYED)],
)
def test_states_are_those_of_peft_alone_whatever_the_padding(tmp_path, family, kind):
    folder = tiny_base_folder(tmp_path, family, **WIDE.get(family, {}))
    found = prefixed(open_backbone(describe(str(folder))), kind)
    opener = transformers.T5EncoderModel if family == "t5" else transformers.AutoModel
    alone = through_peft(found, opener.from_pretrained(folder), tmp_path)
    with torch.no_grad():
        states = found(TEXTS, MASK)
        for own, text, mask in zip(states, TEXTS, MASK, strict=True):
            told = alone(input_ids=text[mask][None], attention_mask=mask[mask][None].long())
            theirs = told.last_hidden_state[0, -int(mask.sum()) :]
            torch.testing.assert_close(own[mask], theirs, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("family", CAUSAL)
@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_those_of_peft_alone_whoever_stands_beside(tmp_path, family, kind):
    folder = tiny_causal_folder(tmp_path, family, **WIDE.get(family, {}))
    found = prefixed(open_causal(describe(str(folder))), kind)
    alone = through_peft(found, transformers.AutoModelForCausalLM.from_pretrained(folder), tmp_path)
    prompts = [[5, 6, 7, 8], [9, 10], [40]]
    answers = generate(found, prompts, stops=[2], most=6)
    settings = GenerationConfig(max_new_tokens=6, do_sample=False, eos_token_id=2, pad_token_id=0)
    for prompt, answer in zip(prompts, answers, strict=True):
        ids = torch.tensor([prompt])
        scores = alone(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, -len(prompt) :]
        with torch.no_grad():
            own = output_layer(found.network)(found(ids, torch.ones_like(ids, dtype=torch.bool))[0])
        bound = bound_of(found.network)
        own = own if bound is None else bound * torch.tanh(own / bound)
        torch.testing.assert_close(own, scores, atol=2e-5, rtol=1e-4)
        written = alone.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), generation_config=settings
        )[0].tolist()
        written = written[len(prompt) :] if kind == "prefix" or written[: len(prompt)] == prompt else written
        assert written[: len(answer)] == answer
        assert len(answer) == 6 or written[len(answer)] == 2


@pytest.mark.parametrize("family", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_what_peft_alone_scores(tmp_path, family, kind):
    folder = tiny_writer_folder(tmp_path, family)
    found = prefixed(open_writer(describe(str(folder))), kind)
    alone = through_peft(found, transformers.AutoModelForSeq2SeqLM.from_pretrained(folder), tmp_path)
    batch = Batch(tokens=TEXTS, mask=MASK, targets=torch.tensor([[5, 6, 1], [7, 1, -100]]))
    with torch.no_grad():
        logits = logits_of(found, batch)
        for place, mask in enumerate(MASK):
            targets = batch.targets[place][batch.targets[place] >= 0]
            theirs = alone(
                input_ids=TEXTS[place][mask][None],
                attention_mask=mask[mask][None].long(),
                decoder_input_ids=alone.prepare_decoder_input_ids_from_labels(targets[None]),
            ).logits[0]
            torch.testing.assert_close(logits[place, : len(targets)], theirs, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("family", "kind"),
    [("bert", "prompt"), ("llama", "prompt"), *((each, "prefix") for each in CAUSAL)],
)
def test_what_began_as_tokens_reads_as_if_these_came_first(tmp_path, family, kind):
    backbone = open_backbone(describe(str(tiny_base_folder(tmp_path, family, **WIDE.get(family, {})))))
    first = torch.tensor([20, 21, 22])
    whole = torch.cat([first.expand(2, -1), TEXTS], dim=1)
    with torch.no_grad():
        expected = backbone(whole, torch.cat([torch.ones(2, COUNT, dtype=torch.bool), MASK], dim=1))
    found = prefixed(backbone, kind)
    found.begin_with((vectors_of if kind == "prompt" else keys_of)(backbone, first))
    with torch.no_grad():
        states = found(TEXTS, MASK)
    torch.testing.assert_close(states[MASK], expected[:, COUNT:][MASK], atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("kind", "params"), [("prompt", {}), ("prefix", {}), ("prefix", {"projection": True})]
)
def test_it_comes_back_from_disk_as_it_was(tmp_path, kind, params):
    folder = tiny_base_folder(tmp_path, "bert")
    found = prefixed(open_backbone(describe(str(folder))), kind, seed=3, **params)
    found.beside().save(tmp_path / "adapter")
    again = with_adapter(open_backbone(describe(str(folder))), tmp_path / "adapter")
    for each in (again, found.settled(), found.thawed(), found.copied()):
        torch.testing.assert_close(each(TEXTS, MASK), found(TEXTS, MASK))
    assert again.info == found.info
    assert again.info.shape.positions == found.alone().info.shape.positions - COUNT


def test_half_precision_is_a_copy_and_the_seed_decides_the_noise(tmp_path):
    backbone = open_backbone(describe(str(tiny_base_folder(tmp_path, "bert"))))
    found, other = prefixed(backbone, "prefix", seed=1), prefixed(backbone, "prefix", seed=2)
    half = in_bfloat16(found)
    assert {each.dtype for each in half.parameters()} == {torch.bfloat16}
    assert {each.dtype for each in found.parameters()} == {torch.float32}
    torch.testing.assert_close(half(TEXTS, MASK).float()[MASK], found(TEXTS, MASK)[MASK], atol=0.1, rtol=0.1)
    assert not torch.equal(found.ahead.embedding.weight, other.ahead.embedding.weight)
    assert torch.equal(
        prefixed(backbone, "prefix", seed=1).ahead.embedding.weight, found.ahead.embedding.weight
    )


def test_it_can_not_be_cut(tmp_path):
    found = prefixed(open_backbone(describe(str(tiny_base_folder(tmp_path, "bert")))), "prompt")
    with pytest.raises(TypeError, match="ahead of each text"):
        found.embed(TEXTS, MASK)
    with pytest.raises(TypeError, match="ahead of each text"):
        found.run_from(1, torch.zeros(2, 6, 32), MASK)
