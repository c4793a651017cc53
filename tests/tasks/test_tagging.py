"""Tagging against its contract: words and tokens, schemes, stretches of characters, and bad input."""

from __future__ import annotations

import json
import re

import numpy as np
import polars as pl
import pytest
import torch

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer
from headstart.tasks.tagging import Tagging
from tests.contracts.tag_data import tag_rows
from tests.contracts.task_contract import TaskContract
from tests.tiny import tiny_tokenizer

TEXT = "Ada Lovelace lived in London."
SPANS = [{"start": 0, "end": 12, "label": "PER"}, {"start": 22, "end": 28, "label": "LOC"}]


class TestTagging(TaskContract):
    name = "tagging"

    @pytest.fixture
    def rows(self):
        return tag_rows(12)


@pytest.fixture
def tokenizer(tiny_bert):
    return open_tokenizer(describe(str(tiny_bert)))


def tagged(words: list[list[str]], tags: list[list[str]]) -> Rows:
    frame = pl.DataFrame({"tokens": words, "tags": tags})
    return clean(frame, Stated(target=("tags",), text=("tokens",)))


def clean(frame: pl.DataFrame, stated: Stated) -> Rows:
    columns = Columns(text=stated.text, target=stated.column)
    return Rows.of(Tagging.read(frame, stated, "rows.jsonl"), columns)


def names(task: Tagging, rows: Rows) -> list[list[str]]:
    return [[task.classes[each] for each in row] for row in task.gold(rows)]


@pytest.mark.parametrize(
    ("tags", "bio"),
    [
        (["B-PER", "I-PER", "O"], ["B-PER", "I-PER", "O"]),
        (["I-PER", "I-PER", "O"], ["B-PER", "I-PER", "O"]),
        (["O", "I-PER", "I-LOC"], ["O", "B-PER", "B-LOC"]),
        (["B-PER", "L-PER", "U-LOC"], ["B-PER", "I-PER", "B-LOC"]),
        (["U-LOC", "I-LOC", "O"], ["B-LOC", "B-LOC", "O"]),
        (["S-LOC", "B-PER", "E-PER"], ["B-LOC", "B-PER", "I-PER"]),
        (["B-PER", "M-PER", "E-PER"], ["B-PER", "I-PER", "I-PER"]),
    ],
)
def test_every_scheme_is_read_as_bio_and_broken_stretches_are_mended(tags, bio):
    rows = tagged([["a", "b", "c"]], [tags])
    assert names(Tagging.infer(rows), rows) == [bio]


GOOD = {"tokens": [["the", "cat", "sat"]] * 20, "tags": [["O", "B-ANIMAL", "O"]] * 20}


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("tags", ["O", "NOUN", "O"], "row 7 of rows.jsonl has the tag 'NOUN'"),
        ("tags", ["O", "B-ANIMAL"], "row 7 of rows.jsonl has 3 words in 'tokens' and 2 tags"),
        ("tokens", "the cat sat", "row 7 of rows.jsonl has 'the cat sat' in 'tokens', and other rows have"),
        ("tags", "O B-ANIMAL O", "row 7 of rows.jsonl has 'O B-ANIMAL O' in 'tags', and other rows have"),
    ],
)
def test_a_faulty_row_does_not_hide_what_the_others_state(column, cell, said):
    cells = {name: [json.dumps(each) for each in lists] for name, lists in GOOD.items()}
    cells[column][6] = cell if isinstance(cell, str) else json.dumps(cell)
    frame = pl.DataFrame(cells)
    stated = Tagging.stated(frame, ())
    assert stated == Stated(target=("tags",), text=("tokens",))
    with pytest.raises(DataError, match=re.escape(said)):
        clean(frame, stated)


@pytest.mark.parametrize("name", ["tags", "ner_tags", "NER"])
def test_other_schemes_are_known_by_the_name_of_their_column(name):
    tags = [["DET", "NOUN", "VERB"]] * 20
    frame = pl.DataFrame({"tokens": GOOD["tokens"], name: tags})
    stated = Tagging.stated(frame, ())
    assert stated == Stated(target=(name,), text=("tokens",))
    with pytest.raises(DataError, match=r"row 1 of rows.jsonl has the tag 'DET'"):
        clean(frame, stated)
    # Beside a column of tags that can be read it is nothing but another column.
    both = frame.with_columns(pl.Series("entities", GOOD["tags"]))
    assert Tagging.stated(both, ()).target == ("entities",)
    assert Tagging.stated(frame.rename({name: "topics"}), ()) is None


def test_each_word_is_told_by_its_first_token(tokenizer):
    rows = tagged([["the", "xyz", "cat"]], [["O", "B-THING", "B-ANIMAL"]])
    task = Tagging.infer(rows)
    examples = task.encode(rows, tokenizer, 16)
    pieces = tokenizer.convert_ids_to_tokens(examples.tokens)
    begun = {
        piece: task.classes[target]
        for piece, target in zip(pieces, examples.targets, strict=True)
        if target >= 0
    }
    assert begun == {"the": "O", "x": "B-THING", "cat": "B-ANIMAL"}
    assert "##y" in pieces


def test_words_that_are_cut_off_are_outside_and_windows_cover_them(tokenizer):
    words = [["cat"] * 40]
    rows = tagged(words, [["B-ANIMAL"] * 40])
    for windows in (False, True):
        task = Tagging.infer(rows, windows=windows)
        examples = task.encode(rows, tokenizer, 16)
        outputs = np.tile([-5.0, 5.0, 0.0], (len(examples.tokens), 1))
        found = task.decode(outputs, examples).answers[0]
        assert len(found) == 40
        assert found.count("B-ANIMAL") == (40 if windows else 14)


def test_spaces_within_a_word_and_empty_words_keep_the_words_apart(tokenizer):
    rows = tagged([["New York", "", "is"]], [["B-LOC", "O", "O"]])
    task = Tagging.infer(rows)
    assert [len(each) for each in task.spans(rows)] == [3]
    examples = task.encode(rows, tokenizer, 16)
    assert len(task.decode(np.zeros((len(examples.tokens), 3)), examples).answers[0]) == 3


def test_stretches_of_characters_become_tags_and_come_back(tokenizer):
    frame = pl.DataFrame({"text": [TEXT], "spans": [SPANS]})
    stated = Tagging.stated(frame, ())
    assert stated == Stated(target=("spans",), text=("text",))
    rows = clean(frame, stated)
    task = Tagging.infer(rows)
    assert task.running
    assert names(task, rows) == [["B-PER", "I-PER", "O", "O", "B-LOC", "O"]]
    examples = task.encode(rows, tokenizer, 64)
    outputs = np.full((len(examples.tokens), 5), -9.0)
    outputs[np.arange(len(outputs)), np.maximum(examples.targets, 0)] = 9.0
    assert task.decode(outputs, examples).answers == [SPANS]


def test_the_longest_of_stretches_that_overlap_stands():
    spans = [{"start": 0, "end": 3, "label": "PER"}, {"start": 0, "end": 12, "label": "ORG"}]
    rows = clean(pl.DataFrame({"text": [TEXT], "spans": [spans]}), Stated(target=("spans",), text=("text",)))
    assert names(Tagging.infer(rows), rows)[0][:3] == ["B-ORG", "I-ORG", "O"]


@pytest.mark.parametrize(
    ("text", "spans", "end"),
    [
        ("张三住在北京市。", [(0, 2, "PER"), (4, 7, "LOC")], 2),
        # One token stands for what the tokenizer does not know between two spaces.
        ("กีฬาในไทย cat", [(0, 4, "ORG"), (6, 9, "LOC")], 9),
        ("Zoe\u0308 saw Rene\u0301.", [(0, 4, "PER"), (9, 14, "PER")], 4),
        ("राम दिल्ली में", [(0, 3, "PER"), (4, 10, "LOC")], 3),
    ],
)
def test_stretches_come_back_in_scripts_without_spaces_and_with_marks(text, spans, end, tokenizer):
    told = [{"start": start, "end": stop, "label": label} for start, stop, label in spans]
    rows = clean(pl.DataFrame({"text": [text], "spans": [told]}), Stated(target=("spans",), text=("text",)))
    task = Tagging.infer(rows)
    gold = task.gold(rows)[0]
    sure = Predictions(
        classes=task.classes, tags=gold, sizes=np.array([len(gold)]), spans=np.array(task.spans(rows)[0])
    )
    assert sure.answers == [told]
    examples = task.encode(rows, tokenizer, 64)
    outputs = np.full((len(examples.tokens), len(task.classes)), -9.0)
    outputs[np.arange(len(outputs)), np.maximum(examples.targets, 0)] = 9.0
    assert task.decode(outputs, examples).answers[0][0] == {"start": 0, "end": end, "label": spans[0][2]}


def test_what_a_tokenizer_leaves_out_before_a_word_hides_no_word(tokenizer):
    rows = tagged([["\u200fcat", "sat"]], [["B-ANIMAL", "O"]])
    examples = Tagging.infer(rows).encode(rows, tokenizer, 16)
    assert examples.targets.tolist() == [-100, 1, 0, -100]


def test_of_the_bytes_of_a_letter_the_first_alone_tells_the_word():
    rows = tagged([["да", "a"]], [["B-WORD", "O"]])
    examples = Tagging.infer(rows).encode(rows, tiny_tokenizer("gpt2"), 16)
    assert examples.targets.tolist() == [1, -100, -100, -100, -100, 0]


@pytest.mark.parametrize("as_json", [False, True])
def test_words_and_tags_are_recognised(as_json):
    columns = {"id": ["x", "y"], "tokens": [["a", "b"], ["c"]], "tags": [["O", "B-LOC"], ["O"]]}
    if as_json:
        columns |= {name: [json.dumps(each) for each in columns[name]] for name in ("tokens", "tags")}
    frame = pl.DataFrame(columns)
    expected = Stated(target=("tags",), text=("tokens",))
    assert Tagging.stated(frame, ()) == Tagging.stated(frame, ("tags",)) == expected


def test_words_and_tags_of_different_length_are_named_with_their_row():
    with pytest.raises(DataError, match=r"row 2 of rows.jsonl has 2 words in 'tokens' and 3 tags"):
        tagged([["a"], ["b", "c"]], [["O"], ["O", "O", "O"]])


def test_a_tag_of_no_known_scheme_is_named_with_its_row():
    with pytest.raises(DataError, match=r"row 1 of rows.jsonl has the tag 'NOUN'.*B-PERSON"):
        tagged([["a", "b"]], [["O", "NOUN"]])


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"start": 4, "end": 99, "label": "PER"}, "from 4 to 99 in a text of 29 characters"),
        ({"start": 4, "end": 4, "label": "PER"}, "from 4 to 4"),
        ({"start": 4, "end": 8, "label": None}, "needs a start, an end and a label"),
        # As a program counts that takes an emoji for two characters.
        ({"start": 5, "end": 13, "label": "PER", "text": "Lovelace"}, "has 'ovelace '; it stands at 4"),
    ],
)
def test_stretches_that_do_not_fit_their_text_are_named_with_their_row(span, said):
    frame = pl.DataFrame(
        {"text": ["fine", TEXT], "spans": [[{"start": 0, "end": 4, "label": "X", "text": "fine"}], [span]]}
    )
    with pytest.raises(DataError, match=f"row 2 .*{said}"):
        clean(frame, Stated(target=("spans",), text=("text",)))


def test_a_file_without_any_entity_has_nothing_to_find():
    with pytest.raises(DataError, match=r"no row of rows.jsonl has an entity"):
        Tagging.check(tagged([["a"]], [["O"]]), "rows.jsonl")


def test_a_kind_that_training_never_saw_is_named_with_its_row():
    with pytest.raises(DataError, match=r"row 1 has the tag 'B-LOC'.*there are: PER"):
        Tagging(kinds=("PER",)).gold(tagged([["a"]], [["B-LOC"]]))


def test_the_loss_is_that_of_transformers_which_leaves_out_what_has_no_target():
    task = Tagging(kinds=("PER",))
    outputs, targets = (
        torch.randn(2, 5, 3),
        torch.tensor([[-100, 0, 1, 2, -100], [-100, 0, -100, -100, -100]]),
    )
    total, weight = task.loss(outputs, targets)
    expected = torch.nn.CrossEntropyLoss(ignore_index=-100)(outputs.view(-1, 3), targets.view(-1))
    torch.testing.assert_close(total / weight, expected)


def test_targets_stand_where_those_of_the_usual_alignment_do(tokenizer):
    """The alignment of Hugging Face's token classification: the first token of a word has its tag."""
    words = [["the", "xyz", "cat", "looked"], ["screen"]]
    tags = [["O", "B-THING", "B-ANIMAL", "O"], ["B-THING"]]
    rows = tagged(words, tags)
    task = Tagging.infer(rows)
    examples = task.encode(rows, tokenizer, 16)
    encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=16)
    expected = []
    for row in range(2):
        before = None
        for word in encoded.word_ids(row):
            begins = word is not None and word != before
            expected.append(task.classes.index(tags[row][word]) if begins else -100)
            before = word
    assert examples.targets.tolist() == expected
    assert examples.tokens.tolist() == [each for ids in encoded["input_ids"] for each in ids]


def test_lists_of_other_objects_are_no_tags():
    frame = pl.DataFrame({"text": [TEXT], "answers": [json.dumps([{"text": "Ada", "answer_start": 0}])]})
    assert Tagging.stated(frame, ()) is None
