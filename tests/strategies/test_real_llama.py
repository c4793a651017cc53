"""A real, tiny Llama learns instructions, where it and the data are at hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.models.chat_template import ChatTemplate
from headstart.models.describe import describe
from headstart.models.generate import generate
from headstart.models.open_base import open_causal
from headstart.tasks.chat import Chat


@pytest.fixture
def stories(shared):
    folder = shared / "weights" / "stories260k"
    if not folder.is_dir():
        pytest.skip("no stories260k among the weights")
    return describe(str(folder))


def test_it_goes_on_with_a_story(stories):
    backbone = open_causal(stories)
    ids = backbone.tokenizer("Once upon a time, there was a little girl named")["input_ids"]
    (written,) = generate(backbone, [ids], stops=(backbone.tokenizer.eos_token_id,), most=24)
    words = backbone.tokenizer.decode(written).split()
    assert {"She", "was", "the", "she", "to", "a"} & set(words)


def test_it_learns_instructions(shared, stories, tmp_path):
    if not (shared / "data" / "instruct_1100").is_dir():
        pytest.skip("no instruct_1100 among the data")
    frame = pl.read_parquet(shared / "data" / "instruct_1100" / "train.parquet").head(120)
    rows = Rows.of(frame, Columns(text=("instruction", "input"), target="output"))
    task = Chat.infer(rows)
    split = Split(task=task, train=rows.take(np.arange(100)), dev=rows.take(np.arange(100, 120)))
    metric = registry.build("metrics", "answer_loss", {})
    context = Context(seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric)
    start = Model(task=task, predictor=None, base=stories)
    *_, last = registry.build("strategies", "full", {"epochs": 2}).adapt(start, split, context)
    before, after = last.curve.points[0].dev_loss, last.dev_score
    assert after < 0.9 * before
    blind = replace(split.dev, columns=replace(split.dev.columns, target=None))
    assert len(last.model.predict(blind.take([0, 1])).texts) == 2
    assert ChatTemplate(last.model.predictor.backbone.tokenizer).name == "plain headings"
