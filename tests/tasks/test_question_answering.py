"""Question answering against its contract: columns, shapes of answers, windows, and bad input."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import torch

from headstart.core.decision import Decision
from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError
from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer
from headstart.tasks.question_answering import QuestionAnswering
from tests.contracts.span_data import span_rows
from tests.contracts.task_contract import TaskContract

TEXT = "The red light was broken, and the cat sat on the mat."
ASKED = "what was it?"
STATED = Stated(target=("answers",), text=("question", "context"), sure=True)


class TestQuestionAnswering(TaskContract):
    name = "question_answering"

    @pytest.fixture
    def rows(self):
        return span_rows(12)


class TestWithoutUnanswerable(TaskContract):
    name = "question_answering"

    @pytest.fixture
    def rows(self):
        return span_rows(12, unanswerable=False)


@pytest.fixture
def tokenizer(tiny_bert):
    return open_tokenizer(describe(str(tiny_bert)))


def frame_of(answers: object, *, context: str = TEXT, **more: object) -> pl.DataFrame:
    cells = answers if isinstance(answers, list) else [answers]
    return pl.DataFrame(
        {"question": [ASKED] * len(cells), "context": [context] * len(cells), **more}
    ).with_columns(pl.Series("answers", cells, strict=False))


def clean(frame: pl.DataFrame, stated: Stated = STATED) -> Rows:
    columns = Columns(text=stated.text, target=stated.column)
    return Rows.of(QuestionAnswering.read(frame, stated, "rows.jsonl"), columns)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ({"text": ["cat", "the cat"], "answer_start": [34, 30]}, [[34, "cat"], [30, "the cat"]]),
        ({"text": "cat", "answer_start": 34}, [[34, "cat"]]),
        ({"text": [], "answer_start": []}, []),
        ('{"text": ["cat"], "answer_start": [34]}', [[34, "cat"]]),
        (
            '[{"text": "cat", "answer_start": 34}, {"text": "mat", "answer_start": 49}]',
            [[34, "cat"], [49, "mat"]],
        ),
        ('["cat", "red light"]', [[34, "cat"], [4, "red light"]]),
        ("[]", []),
        ("cat", [[34, "cat"]]),
        ("", []),
        ({"text": [""], "answer_start": [-1]}, []),
    ],
)
def test_every_shape_of_answers_is_read(cell, expected):
    frame = frame_of([cell])
    assert json.loads(clean(frame).targets[0]) == expected


def test_lists_and_starts_in_a_column_of_their_own_are_read():
    lists = pl.DataFrame({"question": [ASKED], "context": [TEXT], "answers": [["cat", "mat"]]})
    assert json.loads(clean(lists).targets[0]) == [[34, "cat"], [49, "mat"]]
    both = pl.DataFrame({"question": [ASKED] * 3, "context": [TEXT] * 3, "answer": ["the", "cat", None]})
    both = both.with_columns(answer_start=pl.Series([30, 34, -1]))
    stated = QuestionAnswering.stated(both, ())
    assert stated == Stated(target=("answer", "answer_start"), text=("question", "context"), sure=True)
    assert [json.loads(each) for each in clean(both, stated).targets] == [[[30, "the"]], [[34, "cat"]], []]


def test_a_missing_answer_is_a_gap_and_an_empty_one_is_none():
    frame = frame_of([None, '{"text": [], "answer_start": []}'])
    assert QuestionAnswering.read(frame, STATED, "rows.jsonl")["answers"].to_list() == [None, "[]"]


@pytest.mark.parametrize("names", [("question", "context"), ("Question", "Context"), ("query", "passage")])
def test_its_columns_are_recognised_by_name(names):
    frame = frame_of(["cat", "mat"]).rename(dict(zip(("question", "context"), names, strict=True)))
    found = QuestionAnswering.stated(frame, ())
    assert (found.text, found.target) == (names, ("answers",))
    assert QuestionAnswering.stated(frame, ("answers",)) == found


@pytest.mark.parametrize(
    "frame",
    [
        frame_of(["yes", "no", "yes"]),
        frame_of([1, 2, 3]),
        frame_of(["cat"]).drop("context"),
        frame_of(["cat"]).drop("answers"),
        frame_of([["dog"], ["bird"]]),
    ],
)
def test_answers_that_do_not_stand_in_their_texts_are_not_taken_for_some(frame):
    assert QuestionAnswering.stated(frame, ()) is None


def test_wrong_answers_are_recognised_where_they_are_objects_or_the_task_was_named():
    objects = frame_of([json.dumps({"text": ["dog"], "answer_start": [1]})])
    assert QuestionAnswering.stated(objects, ()) == STATED
    assert QuestionAnswering.stated(frame_of(["dog"]), ()) is None
    assert QuestionAnswering.stated_as_named(frame_of(["dog"]), ()) == STATED


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ({"text": ["cat"], "answer_start": [33]}, "'cat' at 33, where the text has ' ca'; it stands at 34"),
        ({"text": ["cat"], "answer_start": [900]}, "at 900, where no text is left"),
        ({"text": ["dog"], "answer_start": [1]}, "the text does not hold it"),
        ({"text": ["dog"], "answer_start": None}, "'dog', which its text does not hold"),
        ({"text": ["cat", "mat"], "answer_start": [34]}, "2 answers and 1 starts"),
        ({"text": ["cat"], "answer_start": [-3]}, "at -3"),
        (
            {"text": [""], "answer_start": [0]},
            "an empty answer at 0; no answer is an empty list, or the start -1",
        ),
        ({"text": "", "answer_start": 7}, "an empty answer at 7"),
        (["cat", " "], "an empty answer; no answer is an empty list"),
    ],
)
def test_answers_that_do_not_fit_are_named_with_their_row(cell, said):
    with pytest.raises(DataError, match=r"1 of 2 rows of rows.jsonl .*: row 2 has .*"):
        clean(frame_of([json.dumps({"text": []}), json.dumps(cell)]))
    with pytest.raises(DataError) as fault:
        clean(frame_of([json.dumps(cell)]))
    assert said in str(fault.value)


def test_an_empty_answer_that_stands_somewhere_is_named():
    frame = frame_of(["cat", "", ""]).rename({"answers": "answer"})
    frame = frame.with_columns(answer_start=pl.Series([34, -1, 5]))
    stated = Stated(target=("answer", "answer_start"), text=("question", "context"), sure=True)
    with pytest.raises(DataError, match=r"1 of 3 rows of rows.jsonl has .*: row 3 has an empty answer at 5"):
        clean(frame, stated)


@pytest.mark.parametrize(
    ("column", "said"),
    [("question", "no question in 'question'"), ("context", "find the answer in in 'context'")],
)
@pytest.mark.parametrize("cell", ["", "  ", None])
def test_a_row_that_asks_nothing_or_has_no_text_is_named(column, said, cell):
    rows = [{"question": ASKED, "context": TEXT, "answers": "cat"} for _ in range(3)]
    rows[1] |= {column: cell, "answers": {"text": [], "answer_start": []}}
    with pytest.raises(DataError, match=rf"row 2 of .* has .*{said}; every row needs one"):
        load_rows(rows, DataOptions(), task_name="question_answering")


def test_only_the_first_faults_of_many_are_shown():
    with pytest.raises(DataError, match=r"5 of 5 rows.*row 1 .*row 3 [^5]*2 more rows"):
        clean(frame_of(["dog"] * 5))


def test_columns_that_do_not_tell_are_refused():
    with pytest.raises(DataError, match="--text QUESTION --text CONTEXT --target ANSWERS"):
        QuestionAnswering.read(frame_of(["cat"]), Stated(target=("answers",), text=("context",)), "rows.csv")


def test_a_file_without_any_answer_has_nothing_to_learn():
    with pytest.raises(DataError, match=r"no question of rows.csv has an answer in 'answers'"):
        QuestionAnswering.check(clean(frame_of(["", ""])), "rows.csv")


def test_whether_some_have_no_answer_is_found_and_counted():
    some, all_of_them = span_rows(10), span_rows(10, unanswerable=False)
    task = QuestionAnswering.infer(some)
    assert task.unanswerable
    assert task.counts(some) == {"answered": 8, "no answer": 2}
    assert task.strata(some).tolist() == [0, 0, 0, 0, 1] * 2
    assert task.baselines() == ("best_overlap_sentence", "no_answer")
    assert not QuestionAnswering.infer(all_of_them).unanswerable
    assert QuestionAnswering.infer(all_of_them).counts(all_of_them) == {}


def decided(task: QuestionAnswering, outputs: np.ndarray, examples):
    """What is told by the usual rule."""
    return Decision().apply(task.decode(outputs, examples))


def sure_of(examples) -> np.ndarray:
    """Outputs that name what the targets ask for."""
    outputs = np.zeros((len(examples.targets), 2))
    outputs[:, 0] = 20.0 * ((examples.targets > 0) & (examples.targets & 1 > 0))
    outputs[:, 1] = 20.0 * ((examples.targets > 0) & (examples.targets & 2 > 0))
    return outputs


@pytest.mark.parametrize("length", [16, 24, 64])
def test_answers_come_back_from_their_own_targets(tokenizer, length):
    rows = span_rows(40)
    task = QuestionAnswering.infer(rows)
    examples = task.encode(rows, tokenizer, length)
    found = decided(task, sure_of(examples), examples)
    assert found.texts == tuple(next(iter(each), "") for each in task.gold(rows))
    assert (found.confidence > 0.9).all()


def test_a_long_text_is_covered_by_windows_and_the_answer_is_found_in_one_of_them(tokenizer):
    context = "the cat sat on the mat and " * 12 + "the red light was broken"
    rows = clean(frame_of(["red light"], context=context))
    task = QuestionAnswering.infer(rows)
    examples = task.encode(rows, tokenizer, 32)
    assert len(examples) > 3
    (answer,) = decided(task, sure_of(examples), examples).answers
    assert answer["text"] == "red light"
    assert context[answer["start"] : answer["end"]] == "red light"


def test_without_unanswerable_rows_some_stretch_is_always_given(tokenizer):
    rows = span_rows(6, unanswerable=False)
    examples = QuestionAnswering().encode(rows, tokenizer, 32)
    outputs = np.zeros((len(examples.tokens), 2))
    outputs[examples.offsets[:-1]] = 30.0
    assert all(decided(QuestionAnswering(), outputs, examples).texts)
    assert set(decided(QuestionAnswering(unanswerable=True), outputs, examples).texts) == {""}


def test_the_best_stretch_is_kept_beside_how_likely_no_answer_is(tokenizer):
    rows = span_rows(6)
    task = QuestionAnswering(unanswerable=True)
    examples = task.encode(rows, tokenizer, 32)
    outputs = np.zeros((len(examples.tokens), 2))
    outputs[examples.offsets[:-1]] = 3.0
    raw = task.decode(outputs, examples)
    assert all(raw.texts)
    assert (raw.silence_odds > 0).all()
    # A rule that asks no answer to be far likelier gives the stretches.
    spoken = Decision(no_answer_above=50.0).apply(raw)
    assert spoken.texts == raw.texts
    np.testing.assert_array_equal(spoken.confidence, raw.confidence)
    quiet = Decision().apply(raw)
    assert set(quiet.texts) == {""}
    np.testing.assert_array_equal(quiet.confidence, raw.silence)
    assert spoken.silence is None


def test_a_text_of_no_pieces_has_no_answer_whatever_the_rule(tokenizer):
    rows = clean(frame_of(["", "cat"]).with_columns(context=pl.Series(["", TEXT])))
    task = QuestionAnswering.infer(rows)
    examples = task.encode(rows, tokenizer, 64)
    for rule in (Decision(), Decision(no_answer_above=1e6)):
        found = rule.apply(task.decode(np.zeros((len(examples.tokens), 2)), examples))
        assert found.texts[0] == ""
        assert found.spans[0].tolist() == [-1, -1]
        assert 0.0 <= found.confidence[0] <= 1.0


def test_the_loss_is_that_of_transformers(tokenizer):
    """The mean of two cross-entropies over the places where an answer can be."""
    rows = span_rows(5)
    task = QuestionAnswering.infer(rows)
    examples = task.encode(rows, tokenizer, 64)
    generator = torch.Generator().manual_seed(0)
    losses = []
    for row in range(5):
        targets = torch.from_numpy(examples.targets[examples.offsets[row] : examples.offsets[row + 1]])
        outputs = torch.randn(len(targets), 2, generator=generator)
        total, weight = task.loss(outputs[None], targets[None])
        asked = targets > -100
        told = targets[asked].clamp(min=0)
        right = [torch.nonzero(told & part)[0] for part in (1, 2)]
        expected = [
            torch.nn.functional.cross_entropy(outputs[asked][None, :, side], right[side]) for side in (0, 1)
        ]
        torch.testing.assert_close(total, sum(expected) / 2)
        assert float(weight) == 1.0
        losses.append(float(total))
    assert len(set(losses)) == 5
