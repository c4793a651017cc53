"""Similarity against its contract, and which columns it takes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks.similarity import Similarity
from tests.contracts.pair_data import similarity_rows
from tests.contracts.task_contract import MAX_LENGTH, TaskContract


class TestSimilarity(TaskContract):
    name = "similarity"

    @pytest.fixture
    def rows(self):
        return similarity_rows(12)

    def test_losses_of_parts_add_up_to_the_loss_of_the_whole(self, task, rows, tokenizer, base):
        """They can't, as rows are compared with each other; the weight is the number of rows."""
        outputs, targets = self.outputs(task, rows, tokenizer, base)
        total, weight = task.loss(outputs, targets)
        assert weight == len(rows)
        assert total > 0

    def test_texts_are_read_apart(self, task, rows, tokenizer):
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        assert examples.together
        assert examples.owners.tolist() == np.repeat(np.arange(12), 2).tolist()
        first = tokenizer(rows.frame["other"][0])["input_ids"][:MAX_LENGTH]
        assert examples.tokens[examples.offsets[1] : examples.offsets[2]].tolist() == first


def scored(*numbers: str) -> Rows:
    frame = pl.DataFrame({"a": ["x"] * len(numbers), "b": ["y"] * len(numbers), "score": numbers})
    return Rows.of(frame, Columns(text=("a", "b"), target="score"))


def test_a_cosine_is_told_in_the_scale_of_the_training_rows(tmp_path):
    from headstart.core.examples import Examples

    task = Similarity.infer(scored("1", "5", "2"))
    assert (task.low, task.high) == (1.0, 5.0)
    examples = Examples(
        tokens=np.arange(6), offsets=np.arange(7), owners=np.repeat(np.arange(3), 2), together=True
    )
    outputs = np.array([[2.0, 0], [7, 0], [1, 0], [0, 3], [0, 0], [1, 1]])
    np.testing.assert_allclose(task.decode(outputs, examples).values, [5.0, 1.0, 1.0])


def test_two_texts_and_a_number_need_the_name_of_the_task():
    rows = similarity_rows(40)
    frame = rows.frame.with_columns(pl.col("score").cast(pl.Float64), genre=pl.lit("news"))
    assert Similarity.stated(frame, ()) is None
    assert Similarity.stated_as_named(frame, ()) == Stated(target=("score",), text=("one", "other"))
    short = pl.lit("新闻")
    chinese = frame.with_columns(one=pl.lit("一个人在骑马"), other=pl.lit("有人骑着一匹马"), genre=short)
    assert Similarity.stated_as_named(chinese, ()).text == ("one", "other")
    third = frame.with_columns(more=pl.col("one"))
    assert Similarity.stated_as_named(third, ()) is None


def test_what_it_can_not_use_is_said():
    one = Rows.of(scored("1", "2").frame, Columns(text=("a",), target="score"))
    with pytest.raises(DataError, match="a similarity is told of two texts"):
        Similarity.check(one, "pairs.csv")
    with pytest.raises(DataError, match="is 3 in every row"):
        Similarity.check(scored("3", "3"), "pairs.csv")
    with pytest.raises(DataError, match=r"row 2: 'much'"):
        Similarity.read(scored("3", "much").frame, Stated(target=("score",)), "pairs.csv")
    with pytest.raises(DataError, match="got the targets score, b"):
        Similarity.read(scored("3", "4").frame, Stated(target=("score", "b")), "pairs.csv")


@pytest.mark.parametrize(
    ("other", "notes"),
    [
        (["b", "c", "d"], ()),
        (["b", " ", "d"], ("1 row lacks one of two texts", "first in row 2")),
        (["", "c", ""], ("2 rows lack one of two texts", "first in row 1")),
    ],
)
def test_a_text_that_is_compared_with_nothing_is_told_of(other, notes):
    frame = pl.DataFrame({"one": ["a", "b", "c"], "other": other, "score": ["0", "1", "2"]})
    told = Similarity.check(Rows.of(frame, Columns(text=("one", "other"), target="score")), "rows.csv")
    assert len(told) == (1 if notes else 0)
    assert all(each in told[0] for each in notes)
