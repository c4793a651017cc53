"""Predicted memory of a training beside what fits of the embedded base were measured to take."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace

import pytest

from headstart import registry
from headstart.core.base import BaseInfo, Shape
from headstart.core.machine import Machine
from headstart.core.plan import Cost, Situation
from headstart.core.profile import Lengths, Profile
from headstart.models.describe import describe
from headstart.tasks.chat import Chat
from headstart.tasks.classification import Classification
from headstart.tasks.retrieval import Retrieval
from headstart.tasks.text_to_text import TextToText
from headstart.train.work import (
    MEMORY_MARGIN,
    free_bytes,
    longest_tokens,
    mean_tokens,
    memory_reasons,
    training_s,
)
from tests.contracts.small_data import small_situation, small_task

# Those that read texts of a length that can be set; what is shown to a decoder is made to fit.
READERS = tuple(
    name
    for name in registry.names("strategies")
    if name != "in_context"
    and "max_length" in {each.name for each in fields(registry.load("strategies", name))}
)
MINILM = Shape(
    blocks=6,
    width=384,
    inner=1536,
    vocabulary=30522,
    positions=512,
    parameters=22_713_216,
    embedding_parameters=11_917_824,
)
MACHINE = Machine(
    device="cpu",
    cores=2,
    memory_bytes=2**34,
    device_memory_bytes=2**34,
    precision="bfloat16",
    flops=2.9e12,
)
# Peak resident bytes of whole fits on a processor with two cores: texts of many lengths, of like length,
# short ones of many classes, and few rows.
MEASURED = {
    "long": {"full": 2.18e9, "lora": 2.20e9, "partial": 1.63e9, "gradual": 1.92e9},
    "short": {"full": 1.52e9, "lora": 1.64e9, "partial": 1.28e9, "gradual": 1.45e9},
    "many_classes": {"full": 1.36e9, "lora": 1.51e9, "partial": 1.18e9, "gradual": 1.40e9},
    "few_rows": {"full": 1.24e9, "lora": 1.48e9, "partial": 1.12e9},
}
# Training rows, dev rows, classes, mean and greatest length in tokens.
SETS = {
    "long": (1597, 399, 4, 42.8, 372),
    "short": (1600, 400, 2, 25.2, 71),
    "many_classes": (1592, 391, 77, 15.7, 80),
    "few_rows": (308, 77, 6, 21.4, 79),
}


def situation(name: str, tmp_path, *, tokenizer: str = "embedded") -> Situation:
    rows, dev, classes, mean, longest = SETS[name]
    lengths = Lengths(
        tokenizer=tokenizer,
        mean=mean,
        median=mean,
        p90=mean,
        p99=longest,
        longest=longest,
        limit=256,
        truncated=0.0,
        counted=rows,
    )
    labels = tuple(map(str, range(classes)))
    counts = dict.fromkeys(labels, rows // classes)
    base = BaseInfo(
        name="embedded",
        folder=tmp_path,
        revision="",
        family="bert",
        kind="encoder",
        shape=MINILM,
        pooling="mean",
        max_length=256,
    )
    return Situation(
        profile=Profile(rows={"train": rows, "dev": dev}, classes=counts, lengths=lengths),
        task=Classification(classes=labels),
        base=base,
        machine=MACHINE,
        train_rows=rows,
        predict_rows=dev,
    )


@pytest.mark.parametrize(
    ("name", "use"), [(name, use) for name, strategies in MEASURED.items() for use in strategies]
)
def test_peak_memory_is_predicted_within_the_margin_that_keeps_fits_safe(name, use, tmp_path):
    predicted = registry.build("strategies", use, {}).cost(situation(name, tmp_path)).peak_bytes
    measured = MEASURED[name][use]
    assert predicted == pytest.approx(measured, rel=0.12)
    assert measured < MEMORY_MARGIN * predicted


def test_what_would_hardly_fit_is_told_beforehand():
    there = MACHINE.device_memory_bytes
    assert memory_reasons(Cost(seconds=1.0, peak_bytes=there / 2), MACHINE) == ()
    (reason,) = memory_reasons(Cost(seconds=1.0, peak_bytes=0.9 * there), MACHINE)
    assert "17.3 GiB of memory and there are 16.0" in reason


def test_the_longest_text_counts_as_far_as_it_is_read(tmp_path):
    found = situation("long", tmp_path)
    assert longest_tokens(found) == 256
    assert longest_tokens(found, 64) == 64
    assert longest_tokens(situation("short", tmp_path, tokenizer="words")) == pytest.approx(1.4 * 71 + 2)


def test_a_faster_matrix_rate_leaves_what_is_beside_the_products(tmp_path):
    slow = situation("long", tmp_path)
    fast = replace(slow, machine=replace(MACHINE, flops=1000 * MACHINE.flops))
    ours, best = (training_s(each, 1000, batch_size=64, learning=1e7) for each in (slow, fast))
    assert 0.3 * ours < best < ours


def test_passages_of_a_corpus_are_read_beside_queries(tmp_path):
    plain = situation("short", tmp_path)
    corpus = ("x" * 90, "y" * 270)
    ranking = replace(plain, task=Retrieval(corpus=corpus))
    assert mean_tokens(ranking) == pytest.approx(mean_tokens(plain) + 180 / 4.5 + 2)
    assert longest_tokens(ranking) == max(longest_tokens(plain), 270 / 4.5 + 2)
    assert mean_tokens(ranking, 16) == 32.0


def test_free_space_is_that_of_the_nearest_folder_that_may_be_looked_at(tmp_path):
    there = shutil.disk_usage(tmp_path).free
    for folder in (tmp_path / "a" / "b", tmp_path / ("x" * 300) / "c"):
        assert free_bytes(folder) == pytest.approx(there, rel=0.2)


@pytest.mark.parametrize("name", READERS)
def test_more_of_a_text_than_the_base_reads_is_refused(name, tiny_bert):
    told = small_situation(small_task(), describe(str(tiny_bert)), train_rows=90)
    refused = f"max_length is 65 and {told.base.name} reads 64 tokens; lower it"
    assert refused in registry.build("strategies", name, {"max_length": 65}).blockers(told)
    again = registry.build("strategies", name, {"max_length": 64}).blockers(told)
    assert not any(each.endswith("tokens; lower it") for each in again)


def test_bases_without_positions_and_conversations_take_what_they_can(tiny_t5, tiny_llama):
    full = registry.build("strategies", "full", {"max_length": 5000})
    for task, folder in ((TextToText(), tiny_t5), (Chat(), tiny_llama)):
        told = small_situation(task, describe(str(folder)), train_rows=90)
        assert not any("max_length" in each for each in full.blockers(told))
