"""Labels told by yes and no: as `transformers` says it, one label of one text at a time."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.core.feature import Feature
from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.models.open_base import open_causal
from headstart.models.question import questions
from headstart.predictors.yes_or_no import YesOrNo
from headstart.tasks.multilabel import Multilabel
from tests.contracts.chat_data import CHATML
from tests.contracts.label_data import LABELS, label_rows
from tests.contracts.predictor_contract import OPEN_FORMATS
from tests.predictors.one_at_a_time import FREE, OneAtATime
from tests.tiny import tiny_causal_folder

INSTRUCTION = "True?"
STATEMENTS = ("It is about cinema.", "It is about hardware and such.", "Money!")
WIDE = {"max_position_embeddings": 256, "initializer_range": 0.05}


def opened(folder, **settings):
    told = {"task": Multilabel(classes=LABELS), "instruction": INSTRUCTION, "words": ("yes", "no")}
    backbone = open_causal(describe(str(folder)))
    plain = {"backbone": backbone, **told, "columns": ("text",), "statements": STATEMENTS}
    return YesOrNo(**{**plain, **settings})


def plain(text, statement):
    return f"{INSTRUCTION}\n\nText: {text}\nStatement: {statement}\nAnswer:"


@pytest.mark.parametrize("calibrated", [True, False])
@pytest.mark.parametrize(("family", "begins"), [("llama", [1]), ("gpt2", []), ("gemma2", [1])])
def test_probabilities_are_those_of_the_library_one_at_a_time(family, begins, calibrated, tmp_path):
    folder = tiny_causal_folder(tmp_path, family, **({"n_positions": 256} if family == "gpt2" else WIDE))
    rows, reference = label_rows(4, seed=3), OneAtATime(folder, begins=begins)
    answers = (" yes", " no")
    expected = [
        [
            reference.probabilities(plain(text, each), [plain(free, each) for free in FREE], answers)[0]
            if calibrated
            else reference.shares(plain(text, each), answers)[0]
            for each in STATEMENTS
        ]
        for text in rows.texts
    ]
    found = opened(folder, calibrated=calibrated).predict(rows)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-4)
    np.testing.assert_array_equal(found.chosen, found.probabilities >= 0.5)


def test_a_base_with_a_chat_template_is_asked_in_a_conversation(tmp_path):
    folder = tiny_causal_folder(tmp_path, template=CHATML, **WIDE)
    rows, reference = label_rows(3, seed=3), OneAtATime(folder)

    def asked(text, statement):
        turns = [
            {"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": f"{text}\nStatement: {statement}"},
        ]
        return reference.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)

    expected = [
        [
            reference.probabilities(asked(text, each), [asked(free, each) for free in FREE], ("yes", "no"))[0]
            for each in STATEMENTS
        ]
        for text in rows.texts
    ]
    np.testing.assert_allclose(opened(folder).predict(rows).probabilities, expected, atol=1e-4)


def test_a_row_is_answered_alike_alone_and_in_any_company(tiny_llama):
    predictor, rows = opened(tiny_llama), label_rows(12, seed=1)
    together = predictor.predict(rows).probabilities
    backwards = predictor.predict(rows.take(np.arange(12)[::-1])).probabilities
    np.testing.assert_allclose(backwards[::-1], together, atol=1e-5)
    np.testing.assert_allclose(predictor.predict(rows.take([3])).probabilities[0], together[3], atol=1e-5)
    assert predictor.predict(rows.take([])).probabilities.shape == (0, 3)


def test_many_rows_are_asked_in_parts(tiny_llama, monkeypatch):
    rows = label_rows(7, seed=1)
    whole, figures = opened(tiny_llama).predict(rows), opened(tiny_llama).prompt_figures(rows)
    monkeypatch.setattr("headstart.predictors.yes_or_no.AT_ONCE", 6)
    np.testing.assert_allclose(opened(tiny_llama).predict(rows).probabilities, whole.probabilities, atol=1e-5)
    assert opened(tiny_llama).prompt_figures(rows) == figures


def test_it_answers_the_same_from_disk_in_open_formats(tiny_llama, tmp_path):
    predictor, rows = opened(tiny_llama), label_rows(6, seed=1)
    config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
    again = YesOrNo.load(tmp_path, config, predictor.task)
    np.testing.assert_array_equal(again.predict(rows).probabilities, predictor.predict(rows).probabilities)
    assert {each.suffix for each in tmp_path.rglob("*") if each.is_file()} <= OPEN_FORMATS


def test_a_text_is_counted_once_and_what_is_asked_about_it_label_by_label(tiny_llama):
    rows = label_rows(1, seed=3)
    reference = OneAtATime(tiny_llama, begins=[1])
    prompts = [reference.ids(plain(rows.texts[0], each)) for each in STATEMENTS]
    size = len(reference.ids(f"{INSTRUCTION}\n\nText: {rows.texts[0]}\nStatement: "))
    figures = opened(tiny_llama).prompt_figures(rows)
    assert figures.tokens == size + sum(len(each) - size for each in prompts)


def test_a_text_that_is_too_long_loses_its_end_and_never_the_columns_or_the_statement(tiny_llama):
    columns = Columns(text=("text",), features=(Feature(name="Age", kind="number"),))
    long = "the cat sat on the mat " * 30
    frame = pl.DataFrame({"text": ["short", long, f"{long}and more"], "Age": [1.0, 34.0, 34.0]})
    rows, predictor = Rows.of(frame, columns), opened(tiny_llama)
    told = predictor.predict(rows).probabilities
    # What is cut away can't be told apart.
    np.testing.assert_allclose(told[1], told[2], atol=1e-6)
    assert np.abs(told[0] - told[1]).max() > 1e-6
    figures = predictor.prompt_figures(rows)
    assert (figures.rows, figures.cut, figures.fewer) == (3, 2, 0)
    for prompts in predictor._asked(questions(rows)):
        for ids, statement in zip(prompts.tokens, 3 * STATEMENTS, strict=True):
            text = predictor.backbone.tokenizer.decode(ids)
            assert text.endswith(f"\nStatement: {statement}\nAnswer:")
            assert "\nAge: " in text
            assert len(ids) <= 256 - len(" yes")
    assert replace(predictor, max_length=8).prompt_figures(rows).tokens < figures.tokens
