"""Labels told by how likely a decoder finds their words: as `transformers` says one at a time."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from transformers import AutoTokenizer

from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.open_base import open_causal
from headstart.models.question import Answered, questions
from headstart.models.question_vectors import question_vectors
from headstart.predictors.label_likelihood import LabelLikelihood
from tests.contracts.chat_data import CHATML
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_rows, small_task
from tests.predictors.one_at_a_time import FREE, OneAtATime
from tests.tiny import tiny_causal_folder

# Of several lengths; one begins like another.
WORDS = ("cinema", "money", "money matters")
INSTRUCTION = "Choose."
WIDE = {"max_position_embeddings": 256, "initializer_range": 0.05}


def opened(folder, **settings):
    plain = {"task": small_task(), "instruction": INSTRUCTION, "words": CLASSES, "columns": ("text",)}
    return LabelLikelihood(**{"backbone": open_causal(describe(str(folder))), **plain, **settings})


def pool(size=12):
    rows = small_rows(size, seed=9)
    gold = small_task().gold(rows)
    return tuple(
        Answered(question=each, answer=CLASSES[label])
        for each, label in zip(questions(rows), gold, strict=True)
    )


def nearest(folder, count=2):
    rows = pool()
    vectors = question_vectors(
        open_causal(describe(str(folder))), [each.question for each in rows], precision="float32"
    )
    return LabelDemonstrations(
        rows=rows, count=count, vectors=vectors.astype(np.float16), centre=vectors.mean(axis=0)
    )


class TestAsked(PredictorContract):
    @pytest.fixture
    def predictor(self, tiny_llama):
        return opened(tiny_llama)

    @pytest.fixture
    def rows(self):
        return small_rows(12)

    @pytest.fixture
    def task(self):
        return small_task()


class TestShownTheNearest(TestAsked):
    @pytest.fixture
    def predictor(self, tiny_llama):
        return opened(tiny_llama, shown=nearest(tiny_llama))


class TestShownTheSame(TestAsked):
    @pytest.fixture
    def predictor(self, tiny_llama):
        return opened(tiny_llama, shown=LabelDemonstrations(rows=pool(2), count=2))


def plain(text, shown=()):
    blocks = [f"Text: {one}\nLabel: {other}" for one, other in shown]
    return "\n\n".join([INSTRUCTION, *blocks, f"Text: {text}\nLabel:"])


@pytest.mark.parametrize(("family", "begins"), [("llama", [1]), ("gpt2", []), ("gemma2", [1])])
def test_probabilities_are_those_of_the_library_one_at_a_time(family, begins, tmp_path):
    longer = {"n_positions": 256} if family == "gpt2" else WIDE
    folder = tiny_causal_folder(tmp_path, family, **longer)
    rows = small_rows(4)
    found = opened(folder, words=WORDS).predict(rows).probabilities
    # "money" begins "money matters", so what ends an answer counts for all of them.
    reference = OneAtATime(
        folder,
        ends=AutoTokenizer.from_pretrained(folder)("\n", add_special_tokens=False)["input_ids"],
        begins=begins,
    )
    answers = [f" {each}" for each in WORDS]
    free = [plain(each) for each in FREE]
    expected = [reference.probabilities(plain(text), free, answers) for text in rows.texts]
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("mean", [True, False])
def test_without_calibration_they_are_those_of_the_words_alone(tiny_llama, mean):
    rows = small_rows(4)
    found = opened(tiny_llama, calibrated=False, mean=mean).predict(rows).probabilities
    reference = OneAtATime(tiny_llama, ends=[], begins=[1], mean=mean)
    scores = np.array(
        [reference.scores(plain(text), [f" {each}" for each in CLASSES]) for text in rows.texts]
    )
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_demonstrations_stand_before_texts_and_before_what_has_no_content(tiny_llama):
    rows, shown = small_rows(3), nearest(tiny_llama)
    vectors = question_vectors(open_causal(describe(str(tiny_llama))), questions(rows), precision="float32")
    found = opened(tiny_llama, shown=shown).predict(rows).probabilities
    reference = OneAtATime(tiny_llama, ends=[], begins=[1])
    expected = []
    for text, own in zip(rows.texts, shown.before(len(rows), vectors), strict=True):
        told = [(each.question.text, each.answer) for each in own]
        free = [plain(each, told) for each in FREE]
        answers = [f" {each}" for each in CLASSES]
        expected.append(reference.probabilities(plain(text, told), free, answers))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_base_with_a_chat_template_is_asked_in_a_conversation(tmp_path):
    folder = tiny_causal_folder(tmp_path, template=CHATML, **WIDE)
    rows, shown = small_rows(3), LabelDemonstrations(rows=pool(1), count=1)
    predictor = opened(folder, words=WORDS, shown=shown)
    reference = OneAtATime(folder, ends=[2])

    def asked(text):
        (one,) = shown.rows
        turns = [
            {"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": one.question.text},
            {"role": "assistant", "content": one.answer},
            {"role": "user", "content": text},
        ]
        return reference.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)

    free = [asked(each) for each in FREE]
    expected = [reference.probabilities(asked(text), free, WORDS) for text in rows.texts]
    np.testing.assert_allclose(predictor.predict(rows).probabilities, expected, atol=1e-4)


def test_what_ships_opens_with_the_library_alone_and_says_the_same(tmp_path):
    base = tiny_causal_folder(tmp_path, template=CHATML, **WIDE)
    (tmp_path / "saved").mkdir()
    predictor = opened(base)
    config = json.loads(json.dumps(dict(predictor.save(tmp_path / "saved"))))
    reference = OneAtATime(tmp_path / "saved" / "network", ends=[])
    rows = small_rows(2)
    scores = np.array(
        [
            reference.scores(
                reference.tokenizer.apply_chat_template(
                    [
                        {"role": "system", "content": config["instruction"]},
                        {"role": "user", "content": text},
                    ],
                    tokenize=False,
                    add_generation_prompt=True,
                ),
                config["words"],
            )
            for text in rows.texts
        ]
    )
    told = np.log(replace(predictor, calibrated=False).predict(rows).probabilities)
    np.testing.assert_allclose(told - told[:, :1], scores - scores[:, :1], atol=1e-4)


def test_a_text_that_is_too_long_loses_its_end_and_is_counted(tiny_llama):
    long = "the cat sat on the mat " * 30
    rows = Rows.of(pl.DataFrame({"text": ["short", long, f"{long}and more"]}), Columns(text=("text",)))
    predictor = opened(tiny_llama)
    told = predictor.predict(rows).probabilities
    assert np.isfinite(told).all()
    # What is cut away can't be told apart.
    np.testing.assert_allclose(told[1], told[2], atol=1e-6)
    figures = predictor.prompt_figures(rows)
    assert (figures.rows, figures.cut, figures.fewer) == (3, 2, 0)
    assert list(figures.findings("zero-shot")) == [
        "zero-shot read 2 texts of 3 without the end: the base has no room for all of it in a prompt."
    ]
    limited = replace(predictor, max_length=8)
    assert limited.prompt_figures(rows).cut == 2
    assert limited.prompt_figures(rows).tokens < figures.tokens


def test_demonstrations_go_before_the_text_is_cut_and_their_number_is_told(tiny_llama):
    shown = LabelDemonstrations(rows=pool(8), count=8)
    figures = opened(tiny_llama, shown=shown).prompt_figures(small_rows(6))
    assert (figures.fewer, figures.cut) == (6, 0)
    assert 0 < figures.shown < 8
    assert figures.tokens <= 256 - len(" hardware")
    few = opened(tiny_llama, shown=replace(shown, count=1)).prompt_figures(small_rows(6))
    assert (few.fewer, few.shown) == (0, 1.0)
    assert few.tokens < figures.tokens


def test_columns_of_a_pair_are_named_in_the_question(tiny_llama):
    frame = pl.DataFrame({"premise": ["the cat sat"], "hypothesis": ["a cat"]})
    rows = Rows.of(frame, Columns(text=("premise", "hypothesis")))
    assert questions(rows)[0].whole == "premise: the cat sat\nhypothesis: a cat"
    predictor = opened(tiny_llama, columns=("premise", "hypothesis"))
    assert predictor.predict(rows).probabilities.sum() == pytest.approx(1.0)
