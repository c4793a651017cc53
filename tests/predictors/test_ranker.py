"""A ranker against plain cosines, from disk, and over a corpus that has grown."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from headstart.errors import BundleError
from headstart.predictors.ranker import STORED, Ranker
from tests.contracts.pair_data import retrieval_rows, retrieval_task
from tests.tiny import tiny_backbone


@pytest.fixture
def ranker(tmp_path):
    backbone = tiny_backbone(tmp_path)
    task = retrieval_task()
    return Ranker(backbone=backbone, head=task.head(backbone.info).eval(), task=task, max_length=32)


def saved(ranker, folder):
    folder.mkdir()
    return json.loads(json.dumps(dict(ranker.save(folder))))


def test_a_passage_asked_for_by_itself_stands_first(ranker):
    rows = retrieval_rows(10)
    same = replace(rows, frame=rows.frame.with_columns(query=np.array(ranker.task.corpus[:10], dtype=object)))
    found = ranker.predict(same)
    assert found.ranked[:, 0].tolist() == list(range(10))
    np.testing.assert_allclose(found.scores[:, 0], 1.0, atol=1e-3)
    assert [each[0]["passage"] for each in found.answers] == list(ranker.task.corpus[:10])
    assert all(len(each) == 10 for each in found.answers)


def test_it_ranks_the_same_from_disk_without_reading_the_corpus_again(ranker, tmp_path, monkeypatch):
    rows = retrieval_rows(12)
    before = ranker.predict(rows)
    config = saved(ranker, tmp_path / "saved")
    again = Ranker.load(tmp_path / "saved", config, ranker.task)
    monkeypatch.setattr("headstart.predictors.ranker.tokenise", None)
    after = again.predict(rows)
    np.testing.assert_array_equal(after.ranked, before.ranked)
    np.testing.assert_array_equal(after.scores, before.scores)
    assert {each.suffix for each in (tmp_path / "saved").rglob("*") if each.is_file()} <= {
        ".json",
        ".safetensors",
    }


def test_vectors_of_another_corpus_are_refused(ranker, tmp_path):
    config = saved(ranker, tmp_path / "saved")
    fewer = replace(ranker.task, corpus=ranker.task.corpus[1:])
    with pytest.raises(BundleError, match="40 vectors and the corpus 39 passages"):
        Ranker.load(tmp_path / "saved", config, fewer)
    (tmp_path / "saved" / STORED).unlink()
    with pytest.raises(BundleError, match=r"corpus\.safetensors can't be read"):
        Ranker.load(tmp_path / "saved", config, ranker.task)


def test_it_serves_a_corpus_that_has_grown(ranker):
    rows = retrieval_rows(3)
    ranker.predict(rows)
    grown = replace(ranker.task, corpus=(*ranker.task.corpus, "a red mat at my moon"))
    over = ranker.over(grown)
    assert over.predict(rows).ranked.shape == (3, 41)


def test_no_rows_get_no_rankings(ranker):
    assert len(ranker.predict(retrieval_rows(3).take([]))) == 0
