"""The nested JSON of SQuAD, read as it is."""

from __future__ import annotations

import json

import pytest

from headstart.data.read import read
from headstart.data.stream import open_stream
from headstart.errors import DataError

CONTEXT = "Ada wrote notes in 1843."
ARTICLES = [
    {
        "title": "Ada",
        "paragraphs": [
            {
                "context": CONTEXT,
                "qas": [
                    {"id": "1", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}]},
                    {"id": "2", "question": "Where?", "is_impossible": True, "answers": []},
                ],
            }
        ],
    },
    {"title": "Moon", "paragraphs": [{"context": "It is round.", "qas": []}]},
]


def written(folder, value, name="train.json"):
    (folder / name).write_text(json.dumps(value), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("version", [{"version": "1.1"}, {}])
def test_a_row_a_question(tmp_path, version):
    frame = read(written(tmp_path, {**version, "data": ARTICLES}))
    assert frame.columns == ["id", "title", "question", "context", "answers"]
    assert frame["question"].to_list() == ["Who?", "Where?"]
    assert frame["context"].to_list() == [CONTEXT] * 2
    assert [json.loads(each) for each in frame["answers"]] == [[{"text": "Ada", "answer_start": 0}], []]


def test_new_questions_without_answers_can_be_predicted(tmp_path):
    for each in ARTICLES[0]["paragraphs"][0]["qas"]:
        assert "answers" in each
    bare = [{"paragraphs": [{"context": CONTEXT, "qas": [{"id": "1", "question": "Who?"}]}]}]
    stream = open_stream(written(tmp_path, {"data": bare}))
    assert {"question", "context"} <= set(stream.columns)
    assert [piece["question"].to_list() for piece in stream.pieces()] == [["Who?"]]


def test_a_question_that_is_said_to_have_an_answer_and_has_none_is_a_gap(tmp_path):
    asked = {"id": "1", "question": "Who?", "answers": []}
    for said, expected in (({}, "[]"), ({"is_impossible": True}, "[]"), ({"is_impossible": False}, None)):
        paragraphs = [{"context": CONTEXT, "qas": [ARTICLES[0]["paragraphs"][0]["qas"][0], asked | said]}]
        frame = read(written(tmp_path, {"data": [{"paragraphs": paragraphs}]}))
        assert frame["answers"].to_list()[1] == expected


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        ({"qas": []}, "paragraph 1 of article 1 of .*train.json needs a text under 'context'"),
        ({"context": "a"}, "a list of questions under 'qas'"),
        ({"context": "a", "qas": [{"id": "1"}]}, "each needs a text under 'question'"),
        ({"context": "a", "qas": []}, "has articles and no questions"),
    ],
)
def test_what_is_missing_is_named_with_its_place(tmp_path, paragraph, said):
    with pytest.raises(DataError, match=said):
        read(written(tmp_path, {"data": [{"paragraphs": [paragraph]}]}))


def test_other_objects_with_data_are_tables_as_before(tmp_path):
    frame = read(written(tmp_path, {"data": [{"text": "a", "label": "b"}]}))
    assert frame.rows() == [("a", "b")]
