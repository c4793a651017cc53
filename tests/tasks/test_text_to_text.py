"""Texts from texts: how files state them, what is gold, and what is refused."""

from __future__ import annotations

import json

import polars as pl
import pytest
import torch

from headstart import registry
from headstart.core.rows import Columns, Rows
from headstart.errors import DataError, SettingError
from headstart.tasks.text_to_text import TextToText
from tests.contracts.task_contract import MAX_LENGTH, TaskContract
from tests.contracts.text_data import text_rows

SENTENCES = [f"number {at} of the long list that was sent to us" for at in range(40)]
GERMAN = [f"Nummer {at} der langen Liste, die man uns schickte" for at in range(40)]
FRENCH = [f"le numero {at} de la longue liste que nous avons" for at in range(40)]
AB = ["a", "b"] * 20


class TestTextToText(TaskContract):
    name = "text_to_text"

    @pytest.fixture
    def rows(self):
        return text_rows(12)

    def outputs(self, task, rows, tokenizer, base):
        """Logits, as a base that writes gives them, and the tokens to write."""
        from headstart.models.batching import collate

        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        batch = collate(examples, torch.arange(len(examples)).numpy(), pad=0)
        generator = torch.Generator().manual_seed(0)
        return torch.randn(*batch.targets.shape, base.shape.vocabulary, generator=generator), batch.targets

    def test_the_loss_is_that_of_the_tokens_to_write(self, task, rows, tokenizer, base):
        outputs, targets = self.outputs(task, rows, tokenizer, base)
        total, weight = task.loss(outputs, targets)
        mean = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten(), ignore_index=-100)
        torch.testing.assert_close(total / weight, mean)
        assert weight == (targets >= 0).sum()

    def test_each_row_gets_one_prediction(self, task, rows, tokenizer, base):
        with pytest.raises(TypeError, match="written by the base itself"):
            task.decode(None, None)

    def test_no_rows_get_no_predictions(self, task, rows, tokenizer, base):
        assert len(task.encode(rows.take([]), tokenizer, MAX_LENGTH)) == 0

    def test_a_linear_fit_starts_a_head(self, task, rows, tokenizer, base):
        for asked in (lambda: task.head(base), lambda: task.linear(None, None, None)):
            with pytest.raises(TypeError, match="written by the base itself"):
                asked()


def stated(columns, *target):
    found = TextToText.stated(pl.DataFrame(columns), target)
    return None if found is None else (found.text, found.target)


@pytest.mark.parametrize(
    ("columns", "target", "expected"),
    [
        ({"source": SENTENCES, "target": GERMAN}, (), (("source",), ("target",))),
        ({"id": range(40), "tgt": GERMAN, "src": SENTENCES}, (), (("src",), ("tgt",))),
        ({"text": SENTENCES, "summary": GERMAN}, (), (("text",), ("summary",))),
        ({"en": SENTENCES, "de": GERMAN}, (), (("en",), ("de",))),
        ({"en": SENTENCES, "de": GERMAN}, ("en",), (("de",), ("en",))),
        ({"en": SENTENCES, "de": GERMAN, "fr": FRENCH}, (), None),
        ({"en": SENTENCES, "de": GERMAN, "fr": FRENCH}, ("de",), ((), ("de",))),
        ({"source": SENTENCES, "target": AB}, (), None),
        ({"source": SENTENCES, "target": [at * 0.3 for at in range(40)]}, (), None),
        ({"text": SENTENCES, "label": AB}, (), None),
        ({"text": SENTENCES, "note": GERMAN}, (), None),
        ({"text": SENTENCES, "note": GERMAN}, ("note",), ((), ("note",))),
        ({"text": SENTENCES, "note": [[each] for each in GERMAN]}, ("note",), ((), ("note",))),
        ({"text": SENTENCES, "label": AB}, ("label",), None),
        ({"text": SENTENCES, "tags": [["x", "y"], ["y"]] * 20}, ("tags",), None),
    ],
)
def test_files_that_make_it_clear_state_it(columns, target, expected):
    assert stated(columns, *target) == expected


def test_sentences_in_lists_are_no_labels():
    frame = pl.DataFrame({"text": SENTENCES, "note": [[each, each + " too"] for each in GERMAN]})
    assert registry.load("tasks", "multilabel").stated(frame, ("note",)) is None
    assert TextToText.stated(frame, ("note",)) is not None


def read(values, dtype=None):
    frame = pl.DataFrame({"source": SENTENCES[: len(values)], "target": pl.Series(values, dtype=dtype)})
    from headstart.core.stated import Stated

    return TextToText.read(frame, Stated(target=("target",)), "rows.csv")["target"].to_list()


def test_texts_and_lists_of_them_are_read_alike():
    assert read(["a b", None, " "]) == ['["a b"]', None, None]
    assert read([["a", "b"], [], None, ["", "c"]]) == ['["a", "b"]', None, None, '["c"]']
    assert read(['["a", "b"]', '["c"]']) == ['["a", "b"]', '["c"]']
    assert read(["[sic] a", "b"]) == ['["[sic] a"]', '["b"]']


def test_what_is_no_text_is_told_with_its_row():
    with pytest.raises(DataError, match=r"row 2 of rows.csv has 3 in the target"):
        read(['["a"]', "[3]"])
    with pytest.raises(DataError, match="a target is a text, or a list of texts"):
        read([{"a": 1}, {"a": 2}])


def rows_of(sources, targets):
    frame = pl.DataFrame({"source": sources, "target": [json.dumps(each) for each in targets]})
    return Rows.of(frame, Columns(text=("source",), target="target"))


def test_a_source_in_several_rows_has_all_their_targets_its_own_first():
    rows = rows_of(["x", "y", "x"], [["a"], ["b"], ["c", "a"]])
    assert [each.texts for each in TextToText().gold(rows)] == [("a", "c"), ("b",), ("c", "a")]


def test_the_same_target_everywhere_teaches_nothing():
    with pytest.raises(DataError, match="same text in 'target'"):
        TextToText.check(rows_of(["x", "y"], [["a"], ["a"]]), "rows.csv")


def test_copies_are_noted():
    (note,) = TextToText.check(rows_of(["x", "y", "z"], [["x"], ["y"], ["b"]]), "rows.csv")
    assert note.startswith("2 of 3 rows have their source as target")


def test_terms_are_due_where_the_source_holds_them(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_text("source,target\nbrake,Bremse\nwheel,Rad|Laufrad\n\n", encoding="utf-8")
    rows = rows_of(["the Brake of a wheel", "wheels", "a wheel"], [["a"], ["b"], ["c"]])
    task = TextToText.infer(rows, glossary=str(path))
    assert [each.terms for each in task.gold(rows)] == [
        (("Bremse",), ("Rad", "Laufrad")),
        (),
        (("Rad", "Laufrad"),),
    ]
    assert "glossary_adherence" in task.metrics()
    assert "glossary_adherence" not in TextToText().metrics()
    written = json.loads(json.dumps(registry.spec(task)))
    assert registry.from_spec("tasks", written) == task


@pytest.mark.parametrize(
    ("text", "message"),
    [("brake\n", "line 1 of .* has no two terms"), ("source,target\n", "has no terms"), (None, "can't read")],
)
def test_a_glossary_that_is_none_is_told(tmp_path, text, message):
    path = tmp_path / "terms.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=message):
        TextToText.infer(rows_of(["x"], [["a"]]), glossary=str(path))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"positive": "a"}, "speaks of one class a row"),
        ({"windows": True}, "covers a text by pieces"),
    ],
)
def test_settings_of_other_tasks_are_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        TextToText.infer(rows_of(["x"], [["a"]]), **settings)


@pytest.mark.parametrize("task", ["classification", "regression", "multilabel"])
def test_other_tasks_refuse_a_glossary(task):
    rows = rows_of(["x", "y", "z", "w"], [["1"], ["2"], ["1"], ["2"]])
    rows = Rows.of(rows.frame.with_columns(target=pl.Series(['["1"]', '["2"]'] * 2)), rows.columns)
    if task == "regression":
        rows = Rows.of(rows.frame.with_columns(target=pl.Series(["1", "2", "3", "4"])), rows.columns)
    with pytest.raises(SettingError, match=r"glossary.*is for texts that are written"):
        registry.load("tasks", task).infer(rows, glossary="terms.csv")


def test_scripts_without_spaces_are_told_by_characters():
    assert TextToText.infer(rows_of(["a"], [["我喜欢这部电影"]])).metric_settings() == {"tokenizer": "char"}
    assert TextToText.infer(rows_of(["a"], [["ein Haus"]])).metric_settings() == {}
