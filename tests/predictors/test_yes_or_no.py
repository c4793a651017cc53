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
from headstart.models.question import content_free, questions
from headstart.models.question_vectors import question_vectors
from headstart.models.statement_demonstrations import StatementDemonstrations
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


def plain(text, statement, shown=()):
    blocks = [f"Text: {one}\nStatement: {statement}\nAnswer: {other}" for one, other in shown]
    return "\n\n".join([INSTRUCTION, *blocks, f"Text: {text}\nStatement: {statement}\nAnswer:"])


def shown_of(folder, kind, *, count=2):
    """Demonstrations of twelve rows: the nearest, or some that all texts share."""
    rows = label_rows(12, seed=9)
    asked, held = tuple(questions(rows)), Multilabel(classes=LABELS).gold(rows) > 0.5
    if kind == "shared":
        ranked = tuple(tuple(int(each) for each in np.argsort(~own, kind="stable")[:3]) for own in held.T)
        return StatementDemonstrations(rows=asked, held=held, count=count, ranked=ranked)
    vectors = question_vectors(open_causal(describe(str(folder))), asked, precision="float32")
    return StatementDemonstrations(
        rows=asked, held=held, count=count, vectors=vectors, centre=vectors.mean(axis=0)
    )


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A Llama that reads enough for some demonstrations."""
    settings = {**WIDE, "max_position_embeddings": 768}
    return tiny_causal_folder(tmp_path_factory.mktemp("wide"), **settings)


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


@pytest.mark.parametrize("calibrated", [True, False])
@pytest.mark.parametrize("kind", ["shared", "nearest"])
def test_demonstrations_stand_before_statements_and_before_what_has_no_content(wide, kind, calibrated):
    rows, shown, answers = label_rows(3, seed=3), shown_of(wide, kind), (" yes", " no")
    reference = OneAtATime(wide, begins=[1])
    predictor = opened(wide, shown=shown, calibrated=calibrated)
    own = shown.before(3, predictor.vectors(questions(rows)), statements=STATEMENTS, answers=predictor.words)
    expected = []
    for place, before in enumerate(own):
        text, statement = rows.texts[place // 3], STATEMENTS[place % 3]
        told = [(each.question.text, each.answer) for each in before]
        assert [answer for _, answer in told][-1] == "yes"
        prompt, free = plain(text, statement, told), [plain(each, statement, told) for each in FREE]
        if calibrated:
            expected.append(reference.probabilities(prompt, free, answers)[0])
        else:
            expected.append(reference.shares(prompt, answers)[0])
    found = predictor.predict(rows).probabilities
    np.testing.assert_allclose(found, np.reshape(expected, (3, 3)), atol=1e-4)
    without = opened(wide, calibrated=calibrated).predict(rows).probabilities
    assert np.abs(found - without).max() > 1e-4


def test_demonstrations_go_before_the_text_is_cut_the_first_ones_first(tiny_llama):
    rows, asked = label_rows(5, seed=3), questions(label_rows(5, seed=3))
    predictor = opened(tiny_llama, shown=shown_of(tiny_llama, "nearest", count=8))
    (prompts,) = predictor.prompts(asked)
    assert max(map(len, prompts.tokens)) <= 256 - len(" yes")
    assert all(prompts.lacking)
    free = max(len(each.whole) for each in content_free(("text",)))
    whole = predictor.shown.before(
        5, predictor.vectors(asked), statements=STATEMENTS, answers=predictor.words
    )
    for place, (kept, every, ids) in enumerate(zip(prompts.shown, whole, prompts.tokens, strict=True)):
        assert kept == every[len(every) - len(kept) :]
        # One more would have had no room.
        more = every[len(every) - len(kept) - 1]
        block = f"Text: {more.question.whole}\nAnswer: {more.answer}\n\n"
        assert len(ids) + len(block) + free > 256 - len(" yes")
        text = predictor.backbone.tokenizer.decode(ids)
        assert text.endswith(plain(rows.texts[place // 3], STATEMENTS[place % 3]).partition("\n\n")[2])
    figures = predictor.prompt_figures(rows)
    assert (figures.fewer, figures.cut) == (5, 0)
    assert predictor.fewer(rows) == 5
    assert figures.shown == pytest.approx(np.mean([len(each) for each in prompts.shown]))
    few = replace(predictor, shown=replace(predictor.shown, count=1)).prompt_figures(rows)
    assert few.shown <= 1.0
    assert few.tokens <= figures.tokens


KINDS = [None, "shared", "nearest"]


def told_after(folder, kind):
    return opened(folder, shown=None if kind is None else shown_of(folder, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_answered_alike_alone_and_in_any_company(wide, kind):
    predictor, rows = told_after(wide, kind), label_rows(8, seed=1)
    together = predictor.predict(rows).probabilities
    backwards = predictor.predict(rows.take(np.arange(8)[::-1])).probabilities
    np.testing.assert_allclose(backwards[::-1], together, atol=1e-5)
    np.testing.assert_allclose(predictor.predict(rows.take([3])).probabilities[0], together[3], atol=1e-5)
    assert predictor.predict(rows.take([])).probabilities.shape == (0, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_are_asked_in_parts(wide, kind, monkeypatch):
    rows = label_rows(7, seed=1)
    whole, figures = told_after(wide, kind).predict(rows), told_after(wide, kind).prompt_figures(rows)
    monkeypatch.setattr("headstart.predictors.yes_or_no.AT_ONCE", 6)
    again = told_after(wide, kind)
    np.testing.assert_allclose(again.predict(rows).probabilities, whole.probabilities, atol=1e-5)
    assert again.prompt_figures(rows) == figures


@pytest.mark.parametrize("kind", KINDS)
def test_it_answers_the_same_from_disk_in_open_formats(wide, kind, tmp_path):
    predictor, rows = told_after(wide, kind), label_rows(6, seed=1)
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
    for prompts in predictor.prompts(questions(rows)):
        for ids, statement in zip(prompts.tokens, 3 * STATEMENTS, strict=True):
            text = predictor.backbone.tokenizer.decode(ids)
            assert text.endswith(f"\nStatement: {statement}\nAnswer:")
            assert "\nAge: " in text
            assert len(ids) <= 256 - len(" yes")
    assert replace(predictor, max_length=8).prompt_figures(rows).tokens < figures.tokens
