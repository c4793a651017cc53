"""The kind of task is found where the file makes it clear, and can always be said."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.data.dataset import load_dataset
from headstart.data.kind import find_kind
from headstart.data.options import DataOptions
from headstart.errors import DataError, UnknownName
from headstart.tasks._numbers import is_id

TEXTS = [f"the parcel {at} came to my house" for at in range(40)]
NUMBERS = [at * 0.37 for at in range(40)]
AB = ["a", "b"] * 20
WORDS, TAGS = [["the", "cat", str(at)] for at in range(40)], [["O", "B-ANIMAL", "O"]] * 40
LISTS = [["x"], ["x", "y"], ["y"], []] * 10
YES, NO = [1, 0] * 20, [0, 1] * 20


def kind(columns, *, task=None, labelled=True, **options):
    found, chosen = find_kind(
        pl.DataFrame(columns), DataOptions(**options), "rows.csv", task_name=task, labelled=labelled
    )
    return (found.task if found else None), chosen.text, chosen.target


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"text": TEXTS, "label": AB}, ("classification", "label")),
        ({"text": TEXTS, "score": NUMBERS}, ("regression", "score")),
        ({"text": TEXTS, "score": NUMBERS, "label": AB}, ("classification", "label")),
        ({"text": TEXTS, "labels": LISTS}, ("multilabel", "labels")),
        ({"text": TEXTS, "rude": YES, "loud": NO}, ("multilabel", "rude+loud")),
        ({"text": TEXTS, "rude": YES}, ("classification", "rude")),
        ({"text": TEXTS, "summary": [each.upper() for each in TEXTS]}, ("text_to_text", "summary")),
    ],
)
def test_a_clear_file_says_its_kind(columns, expected):
    assert kind(columns) == (expected[0], ("text",), expected[1])


def test_words_beside_tags_are_found_together():
    assert kind({"tokens": WORDS, "tags": TAGS}) == ("tagging", ("tokens",), "tags")
    assert kind({"tokens": WORDS, "tags": TAGS}, labelled=False) == ("tagging", ("tokens",), "tags")


QUESTIONS, CONTEXTS = [f"who sat there at {at}?" for at in range(40)], ["the cat sat", "a dog sat"] * 20
ANSWERS = ["cat", "dog"] * 20


@pytest.mark.parametrize("more", [{}, {"title": ["Cats", "Dogs"] * 20, "id": [f"q{at}" for at in range(40)]}])
@pytest.mark.parametrize("answers", [ANSWERS, [[each] for each in ANSWERS]])
@pytest.mark.parametrize("named", [{}, {"target": ("answers",)}])
def test_questions_beside_texts_and_answers_are_found_whatever_else_there_is(more, answers, named):
    columns = {**more, "question": QUESTIONS, "context": CONTEXTS, "answers": answers}
    assert kind(columns, **named) == ("question_answering", ("question", "context"), "answers")
    _, chosen = find_kind(pl.DataFrame(columns), DataOptions(**named), "rows.csv", task_name=None)
    assert chosen.group == "context"
    for group in ("question", "context"):
        found, chosen = find_kind(pl.DataFrame(columns), DataOptions(group=group), "rows.csv", task_name=None)
        assert (found.task, chosen.group) == ("question_answering", group)


def test_columns_of_other_names_are_named_with_their_task():
    columns = {"ask": QUESTIONS, "page": CONTEXTS, "say": ANSWERS}
    found, chosen = find_kind(
        pl.DataFrame(columns),
        DataOptions(target=("say",), text=("ask", "page")),
        "rows.csv",
        task_name="question_answering",
    )
    assert found.stated.text == chosen.text == ("ask", "page")
    assert chosen.group == "page"


@pytest.mark.parametrize(
    ("columns", "target", "expected"),
    [
        ({"text": TEXTS, "label": AB, "score": NUMBERS}, ("score",), "regression"),
        ({"text": TEXTS, "label": AB, "rude": YES, "loud": NO}, ("rude", "loud"), "multilabel"),
        ({"text": TEXTS, "label": AB, "more": LISTS}, ("more",), "multilabel"),
        ({"text": TEXTS, "label": AB, "stars": [1, 2, 3, 5] * 10}, ("stars",), "classification"),
        ({"text": TEXTS, "label": AB, "note": [each[::-1] for each in TEXTS]}, ("note",), "text_to_text"),
    ],
)
def test_the_target_that_is_named_says_the_kind(columns, target, expected):
    assert kind(columns, target=target, text=("text",)) == (expected, ("text",), "+".join(target))


def test_the_kind_that_is_named_wins():
    stars = {"text": TEXTS, "stars": [1, 2, 3, 5] * 10}
    assert kind(stars, task="regression")[0] == "regression"
    assert kind({"text": TEXTS, "both": ["a|b", "b"] * 20}, task="multilabel")[0] == "multilabel"
    with pytest.raises(UnknownName, match="did you mean 'regression'"):
        kind(stars, task="regresion")


def test_several_targets_that_are_no_noughts_and_ones_are_refused():
    options = DataOptions(target=("label", "stars"))
    with pytest.raises(DataError, match=r"targets label, stars.*--task multilabel"):
        load_dataset(
            {"text": TEXTS, "label": AB, "stars": [1, 2, 3, 5] * 10},
            options,
            task_name=None,
            task_settings={},
        )


def test_a_target_that_is_named_twice_is_refused():
    with pytest.raises(DataError, match="named twice as target"):
        kind({"text": TEXTS, "label": AB}, target=("label", "label"))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"text": TEXTS, "score": NUMBERS}, "regression"),
        ({"text": TEXTS, "labels": LISTS}, "multilabel"),
        ({"tokens": WORDS, "tags": TAGS}, "tagging"),
    ],
)
def test_rows_of_every_kind_are_split_and_hashed_alike_whatever_their_order(columns, expected):
    frame = pl.DataFrame(columns)
    first, second = (
        load_dataset(each, DataOptions(), task_name=None, task_settings={})
        for each in (frame, frame.sample(fraction=1.0, shuffle=True, seed=1))
    )
    assert type(first.split.task).__name__.lower() == expected
    assert first.sha256 == second.sha256
    assert sorted(first.test.texts) == sorted(second.test.texts)
    assert min(map(len, (first.split.train, first.split.dev, first.test))) > 0


def test_a_number_takes_its_units_from_training_rows_alone():
    frame = pl.DataFrame({"text": TEXTS, "score": NUMBERS})
    split = load_dataset(frame, DataOptions(), task_name=None, task_settings={}).split
    assert split.task.centre == pytest.approx(split.task.gold(split.train).mean())


def test_a_given_test_file_is_read_like_the_training_file():
    test = pl.DataFrame(
        {"text": [f"another box {at} was sent" for at in range(9)], "a": [1, 0, 1] * 3, "b": [0, 1, 1] * 3}
    )
    main = pl.DataFrame({"text": TEXTS, "a": YES, "b": NO})
    dataset = load_dataset(main, DataOptions(test=test), task_name=None, task_settings={})
    assert dataset.split.task.gold(dataset.test).sum() == 12


PASSAGES = [f"the answer {at} stands in a book" for at in range(40)]


def test_queries_beside_positives_make_a_retrieval():
    columns = {"query": TEXTS, "positive": PASSAGES, "negative": PASSAGES[::-1]}
    assert kind(columns) == ("retrieval", ("query",), "positive+negative")
    assert kind({**columns, "id": [*range(40)]}, ignore=("negative",)) == (
        "retrieval",
        ("query",),
        "positive",
    )


def test_passages_that_look_like_labels_are_still_passages():
    columns = {"query": TEXTS, "positive": PASSAGES[:4] * 10, "negative": PASSAGES}
    assert kind(columns) == ("retrieval", ("query",), "positive+negative")


def test_a_retrieval_and_a_similarity_can_be_named():
    pair = {"question": TEXTS, "answer": PASSAGES}
    assert kind(pair, task="retrieval") == ("retrieval", ("question",), "answer")
    asked = {"ask": TEXTS, "reply": PASSAGES}
    assert kind(asked, task="retrieval", target=("reply",)) == ("retrieval", ("ask",), "reply")
    scored = {"one": TEXTS, "other": PASSAGES, "score": NUMBERS}
    assert kind(scored, task="similarity") == ("similarity", ("one", "other"), "score")
    assert kind(scored, text=("one", "other"))[0] == "regression"


def test_a_column_is_not_text_and_target_of_a_kind_that_was_found():
    columns = {
        "instruction": ["2024-05-01"] * 40,
        "source": TEXTS,
        "output": [f"id-{at}" for at in range(40)],
    }
    with pytest.raises(
        DataError, match=r"'output' of rows\.csv is named as text and would be the target of chat"
    ):
        kind(columns, text=("output",))


IDS = [1000 + 7 * (at % 30) for at in range(40)]
PRICES = [at * 1.37 for at in range(40)]


@pytest.mark.parametrize("labelled", [True, False])
def test_numbers_beside_other_columns_that_could_be_predicted_are_not_taken_silently(labelled):
    table = {"text": TEXTS, "price": PRICES, "colour": AB, "size": ["s", "m", "l", "m"] * 10}
    if labelled:
        with pytest.raises(DataError, match=r"(?s)more than one column.*price.*colour.*size"):
            kind(table)
    else:
        assert kind(table, labelled=False) == (None, ("text",), None)
    assert kind(table, labelled=labelled, ignore=("colour", "size")) == ("regression", ("text",), "price")
    named = {**table, "Score": NUMBERS}
    del named["price"]
    assert kind(named, labelled=labelled) == ("regression", ("text",), "Score")


@pytest.mark.parametrize("name", ["Clothing ID", "id", "user_id", "customerId", "film-id"])
def test_ids_that_repeat_are_no_numbers_to_predict(name):
    ids = [f"{each}" for each in IDS * 2]
    assert kind({"text": TEXTS * 2, name: ids}, labelled=False) != ("regression", ("text",), name)
    numbers = {"text": TEXTS, name: [1000 + 7 * at // 2 for at in range(40)], "score": PRICES}
    assert kind(numbers)[2] == "score"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", True),
        ("Clothing ID", True),
        ("user_id", True),
        ("customerID", True),
        ("humid", False),
        ("bid", False),
    ],
)
def test_what_is_called_an_id(name, expected):
    assert is_id(pl.Series(name, [3, 3, 5])) == expected
    assert not is_id(pl.Series(name, [3.5, 3.5, 5.0]))
    assert is_id(pl.Series(name, [3, 4, 5]))


def test_a_regression_that_is_named_finds_numbers_with_faults_among_them():
    scores = [f"{each}" for each in NUMBERS]
    scores[3], scores[8] = "high", "n/a!"
    found, chosen = find_kind(
        pl.DataFrame({"text": TEXTS, "score": scores}), DataOptions(), "rows.csv", task_name="regression"
    )
    assert (found.task, chosen.target) == ("regression", "score")
    with pytest.raises(
        DataError, match=r"2 of 40 cells that are no numbers \(row 4: 'high', row 9: 'n/a!'\)"
    ):
        load_dataset(
            {"text": TEXTS, "score": scores}, DataOptions(), task_name="regression", task_settings={}
        )
