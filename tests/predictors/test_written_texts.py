"""Predictors that give texts: the same from disk, in open formats, alone and in company."""

from __future__ import annotations

import json

import numpy as np
import pytest

from headstart.errors import BundleError
from headstart.models.writing import Writing
from headstart.predictors.copied_text import CopiedText
from headstart.predictors.nearest_text import NearestText
from headstart.predictors.seq2seq import Seq2seq
from headstart.tasks.text_to_text import TextToText
from tests.contracts.predictor_contract import OPEN_FORMATS
from tests.contracts.text_data import text_rows
from tests.tiny_writers import tiny_writing_backbone

SEEN = text_rows(30, seed=1)


@pytest.fixture(params=["copied", "nearest", "greedy", "beams"])
def predictor(request, tmp_path_factory):
    if request.param == "copied":
        return CopiedText()
    if request.param == "nearest":
        return NearestText(sources=tuple(SEEN.texts), targets=tuple(SEEN.targets))
    return Seq2seq(
        backbone=tiny_writing_backbone(tmp_path_factory.mktemp("bases")),
        task=TextToText(),
        max_length=16,
        writing=Writing(tokens=7, beams=1 if request.param == "greedy" else 3),
    )


@pytest.fixture
def rows():
    return text_rows(12, seed=3)


def test_every_row_gets_a_text(predictor, rows):
    assert len(predictor.predict(rows).texts) == len(rows)
    assert predictor.predict(rows.take([])).texts == ()


def test_a_row_is_answered_alike_alone_and_in_any_company(predictor, rows):
    together = predictor.predict(rows).texts
    assert predictor.predict(rows.take(np.arange(len(rows))[::-1])).texts == together[::-1]
    assert predictor.predict(rows.take([3])).texts == (together[3],)


def test_it_answers_the_same_from_disk_in_open_formats(predictor, rows, tmp_path):
    config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
    again = type(predictor).load(tmp_path, config, TextToText())
    assert again.predict(rows).texts == predictor.predict(rows).texts
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} <= OPEN_FORMATS


def test_a_prefix_is_read_before_each_text(rows, tmp_path):
    backbone = tiny_writing_backbone(tmp_path)
    plain, told = (
        Seq2seq(backbone=backbone, task=task, max_length=16, writing=Writing(tokens=7))
        for task in (TextToText(), TextToText(prefix="please send "))
    )
    assert plain.predict(rows).texts != told.predict(rows).texts
    longer = rows.frame.with_columns(source="please send " + rows.frame["source"])
    moved = type(rows).of(longer, rows.columns)
    assert plain.predict(moved).texts == told.predict(rows).texts


def test_broken_texts_are_told(tmp_path):
    (tmp_path / "texts.json").write_text("{", encoding="utf-8")
    with pytest.raises(BundleError, match="copy the bundle again"):
        NearestText.load(tmp_path, {}, TextToText())
