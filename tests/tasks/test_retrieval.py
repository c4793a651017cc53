"""Retrieval against its contract, and the forms in which files give passages."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._passages import as_text, from_text, name_of_text
from headstart.tasks.retrieval import MOST_RIGHT, MOST_WRONG, Retrieval
from headstart.train.in_batch_negatives import NEGATIVE, POSITIVE, QUERY, UNREAD
from tests.contracts.pair_data import retrieval_rows
from tests.contracts.task_contract import MAX_LENGTH, TaskContract


class TestRetrieval(TaskContract):
    name = "retrieval"

    @pytest.fixture
    def rows(self):
        return retrieval_rows(12)

    def test_losses_of_parts_add_up_to_the_loss_of_the_whole(self, task, rows, tokenizer, base):
        """They can't, as queries are asked of each other's passages; the weight is the number of queries."""
        outputs, targets = self.outputs(task, rows, tokenizer, base)
        total, weight = task.loss(outputs, targets)
        assert weight == len(rows)
        assert total > 0

    def test_rows_without_a_target_are_encoded_alike(self, task, rows, tokenizer):
        blind = replace(rows, columns=replace(rows.columns, target=None))
        queries, whole = (task.encode(each, tokenizer, MAX_LENGTH) for each in (blind, rows))
        assert queries.targets is None
        assert queries.owners.tolist() == list(range(12))
        firsts = np.flatnonzero(np.diff(whole.owners, prepend=-1))
        for row, place in enumerate(firsts):
            mine = queries.tokens[queries.offsets[row] : queries.offsets[row + 1]]
            theirs = whole.tokens[whole.offsets[place] : whole.offsets[place + 1]]
            np.testing.assert_array_equal(mine, theirs)

    def test_targets_say_what_each_text_is(self, task, rows, tokenizer):
        targets = task.encode(rows, tokenizer, MAX_LENGTH).targets
        assert targets[:5, 1].tolist() == [QUERY, POSITIVE, NEGATIVE, QUERY, POSITIVE]
        right = from_text(rows.targets[0])[0][0]
        assert targets[1, 3] == name_of_text(right)
        assert targets[0, 2] == targets[1, 2] == name_of_text(rows.texts[0])

    def test_passages_among_the_examples_are_ranked_by_cosine(self, task, rows, tokenizer):
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        rng = np.random.default_rng(0)
        outputs = rng.normal(size=(len(examples), 6))
        firsts = np.flatnonzero(np.diff(examples.owners, prepend=-1))
        outputs[firsts + 1] = outputs[firsts] * 3.0
        names = examples.targets[firsts + 1, 3]
        every = examples.targets[:, 3].tolist()
        alone = [place for place in range(12) if every.count(names[place]) == 1]
        found = task.decode(outputs, examples)
        gold = task.gold(rows)
        assert [int(found.ranked[row, 0]) for row in alone] == [int(gold[row][0]) for row in alone]


def table(**columns):
    return pl.DataFrame(columns)


def read(frame, *target, query="query"):
    stated = Stated(target=target, text=(query,) if query else ())
    found = Retrieval.read(frame, stated, "pairs.jsonl")
    return [None if each is None else from_text(each) for each in found[stated.column]]


def test_passages_come_as_texts_as_lists_and_as_json():
    plain = table(query=["a", "b"], positive=["one", " two "])
    assert read(plain, "positive") == [(["one"], []), (["two"], [])]
    lists = table(query=["a", "b"], positives=[["one", "uno"], []], negatives=[["two"], None])
    assert read(lists, "positives", "negatives") == [(["one", "uno"], ["two"]), None]
    written = table(query=["a", "b"], pos=['["one"]', '["two", "due"]'])
    assert read(written, "pos") == [(["one"], []), (["two", "due"], [])]
    several = table(query=["a"], positive=["one"], negative_1=["two"], negative_2=["three"])
    assert read(several, "positive", "negative_1", "negative_2") == [(["one"], ["two", "three"])]


def test_rows_of_one_query_share_their_right_passages():
    frame = table(query=["a", "b", "a"], positive=["one", "two", "three"], negative=["three", "x", "y"])
    assert read(frame, "positive", "negative") == [
        (["one", "three"], []),
        (["two"], ["x"]),
        (["three", "one"], ["y"]),
    ]


def test_the_columns_of_passages_give_way_to_the_answer():
    frame = table(query=["a"], positive=["one"], negative=["two"], more=[1])
    found = Retrieval.read(frame, Stated(target=("positive", "negative"), text=("query",)), "pairs.csv")
    assert found.columns == ["query", "more", "positive+negative"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (table(query=["a"], positive=["b"]), (("positive",), ("query",))),
        (table(anchor=["a"], positive=["b"], negative=["c"]), (("positive", "negative"), ("anchor",))),
        (
            table(Query=["a"], Positives=[["b"]], hard_negatives=[["c"]]),
            (("Positives", "hard_negatives"), ("Query",)),
        ),
        (table(question=["a"], answer=["b"]), None),
        (table(text=["a"], positive=["b"]), None),
        (table(query=["a"], label=["b"]), None),
    ],
)
def test_a_clear_file_is_recognised(frame, expected):
    found = Retrieval.stated(frame, ())
    assert (found and (found.target, found.text)) == expected


def test_less_clear_columns_do_where_a_retrieval_was_asked_for():
    frame = table(question=["a"], answer=["b"], id=[1])
    assert Retrieval.stated_as_named(frame, ()) == Stated(target=("answer",), text=("question",))
    named = table(ask=["a"], reply=["b"])
    assert Retrieval.stated_as_named(named, ("reply",)) == Stated(target=("reply",), text=("ask",))
    assert Retrieval.stated_as_named(named, ()) is None


def rows_of(*targets: str) -> Rows:
    frame = pl.DataFrame({"query": [f"q{at}" for at in range(len(targets))], "positive": targets})
    return Rows.of(frame, Columns(text=("query",), target="positive"))


def test_the_corpus_holds_every_passage_once_and_grows():
    rows = rows_of(as_text(["b", "a"], ["c"]), as_text(["a"], []))
    task = Retrieval.infer(rows)
    assert task.corpus == ("a", "b", "c")
    assert [each.tolist() for each in task.gold(rows)] == [[1, 0], [0]]
    further = rows_of(as_text(["bb"], []))
    with pytest.raises(DataError, match="row 1 has a passage that is not in the corpus, 'bb'"):
        task.gold(further)
    assert task.knowing(further).corpus == ("a", "b", "bb", "c")


def test_a_row_of_many_passages_does_not_outweigh_the_others(tiny_bert):
    from headstart.models.describe import describe
    from headstart.models.open_base import open_tokenizer

    rows = rows_of(as_text([f"r{at}" for at in range(9)], [f"w{at}" for at in range(9)]))
    examples = Retrieval.infer(rows).encode(rows, open_tokenizer(describe(str(tiny_bert))), 8)
    assert len(examples) == 1 + MOST_RIGHT + MOST_WRONG


def test_a_right_passage_beyond_those_read_is_known_where_another_row_reads_it(tiny_bert):
    from headstart.models.describe import describe
    from headstart.models.open_base import open_tokenizer

    many = [f"r{at}" for at in range(9)]
    rows = rows_of(as_text(many, []), as_text(["R7!", "x"], []), as_text(["y"], ["r8"]), as_text(["r0"], []))
    task = Retrieval.infer(rows)
    examples = task.encode(rows, open_tokenizer(describe(str(tiny_bert))), 8)
    unread = examples.targets[examples.targets[:, 1] == UNREAD]
    assert unread[:, 0].tolist() == [0, 0]
    assert unread[:, 3].tolist() == [name_of_text("r7"), name_of_text("r8")]
    # The empty texts that stand for them are nobody's vectors.
    outputs = np.zeros((len(examples), 4))
    outputs[:, 0], outputs[examples.targets[:, 1] == UNREAD] = 1.0, [0.0, 1.0, 0.0, 0.0]
    assert (task.decode(outputs, examples).scores > 0.99).all()


def test_what_it_can_not_use_is_said():
    with pytest.raises(DataError, match="one and the same passage in every row"):
        Retrieval.infer(rows_of(as_text(["a"], []), as_text(["a"], [])))
    two = rows_of(as_text(["a"], ["b"]))
    two = replace(two, columns=replace(two.columns, text=("query", "query")))
    with pytest.raises(DataError, match="a query is one text"):
        Retrieval.check(two, "pairs.csv")
    with pytest.raises(DataError, match=r"row 2 of pairs\.jsonl has 7 among the passages in column"):
        read(table(query=["a", "b"], positive=[json.dumps(["x"]), json.dumps([7])]), "positive")
    with pytest.raises(DataError, match="holds Int64, and a retrieval needs passages"):
        read(table(query=["a"], positive=[1]), "positive")


def test_texts_that_differ_in_marks_and_case_have_one_name():
    assert name_of_text("The cat, sat!") == name_of_text("the  CAT sat")
    assert name_of_text("कि") != name_of_text("की")
    assert name_of_text("the cat") != name_of_text("the dog")
    assert name_of_text("?!") != name_of_text("...")
