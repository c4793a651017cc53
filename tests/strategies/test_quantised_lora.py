"""Adapters over weights of 4 bits, as far as a computer without a GPU can tell."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from io import StringIO

import pytest
import torch
from rich.console import Console

from headstart import registry
from headstart.core.model import Model
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.errors import SettingError
from headstart.flow.plan import Planned
from headstart.models.describe import describe
from headstart.models.open_base import open_backbone
from headstart.models.quantised import WEIGHT_BYTES, four_bits
from headstart.train.adapted import Adapted
from headstart.train.adapter_config import adapter_config
from tests.contracts.small_data import small_situation, small_task
from tests.contracts.strategy_contract import StrategyContract
from tests.tiny import tiny_base_folder

BILLIONS = {"blocks": 32, "width": 4096, "inner": 11008, "parameters": 7_000_000_000}
TOKENS = torch.arange(5, 14)[None]


def lora(**params):
    return registry.build("strategies", "lora", {"quantised": "4bit", **params})


def situation(base, device):
    told = small_situation(small_task(), base, train_rows=500)
    machine = replace(told.machine, device=device, precision="bfloat16", device_memory_bytes=80 << 30)
    return replace(told, machine=machine)


def test_without_a_gpu_it_says_what_is_missing(tiny_bert):
    (reason, *_) = lora().blockers(situation(describe(str(tiny_bert)), "cpu"))
    assert "need a CUDA GPU" in reason
    assert "device cpu" in reason
    assert "quantised" in reason


@pytest.mark.skipif(find_spec("bitsandbytes") is not None, reason="the package is installed")
def test_without_the_package_it_names_the_extra(tiny_bert):
    reasons = lora().blockers(situation(describe(str(tiny_bert)), "cuda"))
    assert any("pip install 'headstart[quantised]'" in each for each in reasons)


def test_the_plan_shows_the_name_of_the_extra(tiny_bert):
    said = "run: pip install 'headstart[quantised]'"
    candidate = Candidate(
        base="base", steps=(Step(use="lora"),), cost=Cost(seconds=0.0, peak_bytes=0.0), why=said, blocked=True
    )
    machine = situation(describe(str(tiny_bert)), "cpu").machine
    plan = Plan(baselines=(), candidates=(candidate,), machine=machine)
    console = Console(width=200, file=StringIO())
    Planned(plan=plan, metric="accuracy").render(console)
    assert said in console.file.getvalue()


@pytest.mark.parametrize("method", ["adalora", "ia3", "bitfit"])
def test_methods_that_do_not_learn_over_four_bits_say_so(tiny_bert, method):
    reasons = lora(method=method).blockers(situation(describe(str(tiny_bert)), "cuda"))
    assert any(f"method {method}" in each for each in reasons)


def test_a_base_with_transposed_matrices_says_so(tmp_path):
    base = describe(str(tiny_base_folder(tmp_path, "gpt2")))
    assert any("transposed" in each for each in lora().blockers(situation(base, "cuda")))


def test_nothing_is_said_where_it_is_off(tiny_bert):
    assert lora(quantised="off").blockers(situation(describe(str(tiny_bert)), "cpu")) == ()


def test_a_fit_that_was_not_planned_ends_with_the_same_words(tiny_bert, tmp_path):
    its = StrategyContract()
    split = its.split_of(its.make_rows(30, seed=1), its.make_rows(9, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    with pytest.raises(SettingError, match="need a CUDA GPU"):
        list(lora(epochs=1).adapt(start, split, its.context_in(tmp_path / "work")))


def test_the_configuration_is_that_of_the_paper():
    config = four_bits()
    assert config.quantization_method() == "nf4"
    assert config.load_in_4bit
    assert config.bnb_4bit_use_double_quant
    assert config.bnb_4bit_compute_dtype == torch.bfloat16


def test_a_weight_takes_what_the_paper_counts():
    # Dettmers et al. 2023, section 3: double quantisation brings 0.5 bits of scales a weight down to 0.127.
    assert abs(8 * WEIGHT_BYTES - 4.127) < 5e-4


def test_weights_are_predicted_at_about_half_a_byte_each(tiny_bert):
    base = describe(str(tiny_bert))
    shape = replace(base.shape, **BILLIONS, embedding_parameters=0)
    large, twice = (
        situation(replace(base, shape=replace(shape, parameters=each)), "cuda")
        for each in (shape.parameters, 2 * shape.parameters)
    )
    more = [
        (lora(quantised=each).cost(twice).peak_bytes - lora(quantised=each).cost(large).peak_bytes)
        / shape.parameters
        for each in ("4bit", "off")
    ]
    # Of the network that learns, and of that which keeps the best of it.
    assert more[0] / 2 == pytest.approx(0.516, abs=0.001)
    assert more[1] > 20 * more[0]


@pytest.mark.parametrize("method", ["lora", "dora", "rslora"])
def test_adapters_can_be_put_around_other_weights_and_merged_there(tmp_path, method):
    info = describe(str(tiny_base_folder(tmp_path, "llama")))
    backbone = open_backbone(info)
    config = adapter_config(backbone, method, rank=4, alpha=2.0, dropout=0.0)
    adapted = Adapted(backbone, config, seed=0)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for each in adapted.parameters():
            if each.requires_grad:
                each.add_(0.1 * torch.randn(each.shape, generator=generator))
    mask = torch.ones_like(TOKENS, dtype=torch.bool)
    merged, again = adapted.merged().eval(), adapted.over(open_backbone(info)).merged().eval()
    torch.testing.assert_close(again(TOKENS, mask), merged(TOKENS, mask), atol=1e-5, rtol=1e-4)
    assert (merged(TOKENS, mask) - open_backbone(info)(TOKENS, mask)).abs().max() > 1e-2
    torch.testing.assert_close(again(TOKENS, mask), adapted.eval()(TOKENS, mask), atol=1e-4, rtol=1e-3)
