"""Questions that are asked of the wrong paragraph, and the rules by which they are given no answer."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from benchmarks.no_answer_rules import ALWAYS, EVEN, HINDSIGHT, NEVER, PRODUCT, judged, means, some_of
from benchmarks.unanswerable import articles_of, asked_apart, draw_unanswerable
from headstart.core.predictions import Predictions
from tests.contracts.span_data import gold_of

if TYPE_CHECKING:
    from pathlib import Path


def table(articles: int) -> pl.DataFrame:
    """Five paragraphs an article, two questions a paragraph, of which one is answered in all of them."""
    lines = []
    for article in range(articles):
        for paragraph in range(5):
            thing = f"thing {article}.{paragraph}"
            context = f"Common {article}, and here is the {thing}; the end."
            for question, answer in (("what is here", thing), ("what is in all", f"Common {article}")):
                lines.append(
                    {
                        "question": f"{question} {article}.{paragraph}?",
                        "context": context,
                        "answer": answer,
                        "answer_start": context.index(answer),
                    }
                )
    return pl.DataFrame(lines)


def asked(share: float, *, seed: int = 0):
    frame = table(3)
    of = articles_of(frame["context"].to_list())
    return frame, asked_apart(frame, of, of < 2, share=share, rng=np.random.default_rng(seed))


def test_paragraphs_of_an_article_come_one_after_the_other():
    assert articles_of(table(2)["context"].to_list()).tolist() == [0] * 10 + [1] * 10


def test_a_share_is_asked_of_another_paragraph_of_its_article_without_the_answer():
    frame, rows = asked(0.25)
    known = {each["question"]: each for each in frame.iter_rows(named=True)}
    assert sorted(rows.frame["question"]) == sorted(list(known)[:20])
    without = 0
    for question, context, answers in rows.frame.iter_rows():
        own, told = known[question], json.loads(answers)
        if told:
            assert context == own["context"]
            [[start, text]] = told
            assert context[start : start + len(text)] == text == own["answer"]
        else:
            without += 1
            assert context != own["context"]
            assert own["answer"] not in context
            # It is of the same article.
            assert context.split(",")[0] == own["context"].split(",")[0]
    assert without == 5


def test_a_question_that_every_paragraph_answers_is_never_left_without_an_answer():
    _, rows = asked(0.9)
    told = dict(zip(rows.frame["question"], map(json.loads, rows.frame["answers"]), strict=True))
    assert all(bool(answers) == ("in all" in question) for question, answers in told.items())


def test_a_seed_decides_which():
    first, again, other = (asked(0.25, seed=each)[1].frame for each in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)


def test_no_paragraph_is_in_two_parts(tmp_path: Path):
    (tmp_path / "xquad").mkdir()
    table(12).write_parquet(tmp_path / "xquad" / "test_en.parquet")
    found = draw_unanswerable(tmp_path, share=0.25, seed=1)
    parts = [found.train, found.dev, found.test]
    assert [len(each) for each in parts] == [60, 20, 40]
    seen = [set(each.frame["context"]) for each in parts]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    assert all(sum(each == "[]" for each in part.targets) == len(part) // 4 for part in parts)
    assert len(draw_unanswerable(tmp_path, share=0.25, seed=1, articles=6).train) == 30
    with pytest.raises(SystemExit, match="--data names a folder"):
        draw_unanswerable(tmp_path / "nowhere", share=0.25, seed=1)


def told(silences: list[float]) -> tuple[Predictions, object]:
    """Twenty rows with the answer that is found, and twenty without one; how likely none is, of both."""
    silence = np.repeat(silences, 20)
    raw = Predictions(
        texts=("cat",) * 40,
        spans=np.tile([0, 3], (40, 1)),
        confidence=np.full(40, 0.5),
        silence=silence,
    )
    return raw, gold_of(*[("cat",)] * 20, *[()] * 20)


def test_the_threshold_of_dev_rows_stands_beside_the_best_one_in_hindsight():
    dev, gold = told([0.1, 0.4])
    found = judged(dev, dev, gold_dev=gold, gold_test=gold)
    middle = (math.log(0.1 / 0.5) + math.log(0.4 / 0.5)) / 2
    assert found["threshold"] == pytest.approx(middle)
    for scores in found["scores"].values():
        assert scores == {PRODUCT: 1.0, EVEN: 0.5, ALWAYS: 0.5, NEVER: 0.5, HINDSIGHT: 1.0}
    assert found["regret"] == {"exact_match": 0.0, "answer_f1": 0.0}
    assert found["given_none"] == found["without_answer"] == 0.5


def test_regret_is_what_the_test_rows_would_have_had_otherwise():
    (dev, gold), (test, _) = told([0.1, 0.4]), told([0.1, 0.15])
    found = judged(dev, test, gold_dev=gold, gold_test=gold)
    assert found["scores"]["answer_f1"][PRODUCT] == 0.5
    assert found["regret"] == {"exact_match": 0.5, "answer_f1": 0.5}
    assert found["threshold_in_hindsight"] < found["threshold"]
    every = means(
        [{"share": 0.5, **found}, {"share": 0.5, **judged(dev, dev, gold_dev=gold, gold_test=gold)}]
    )
    assert every["0.5"]["fits"] == 2
    assert every["0.5"]["scores"]["answer_f1"][PRODUCT] == 0.75
    assert every["0.5"]["regret"]["answer_f1"] == 0.25
    assert every["0.5"]["worst_regret"]["answer_f1"] == 0.5


def test_some_of_the_predictions_are_those_of_their_rows():
    raw, _ = told([0.1, 0.4])
    found = some_of(raw, slice(15, 25))
    assert len(found) == 10
    np.testing.assert_array_equal(found.silence, [0.1] * 5 + [0.4] * 5)
