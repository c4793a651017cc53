"""A profile says what is in the data, and warns of what may mislead."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.core.findings import Findings
from headstart.core.rows import Columns, Rows
from headstart.core.split import Dataset, Split
from headstart.profiling.profile import profile
from headstart.profiling.profile_rows import profile_rows
from headstart.profiling.sample import spread
from headstart.tasks.classification import Classification

TEXT = "I have been waiting for my parcel for {} weeks and nobody answers."


def rows(labels: list[str], text: str = TEXT) -> Rows:
    frame = pl.DataFrame({"text": [text.format(at) for at in range(len(labels))], "label": labels})
    return Rows.of(frame, Columns(text=("text",), target="label"))


def dataset(train: list[str], dev: list[str], test: list[str], findings: Findings | None = None) -> Dataset:
    split = Split(task=Classification(classes=("a", "b")), train=rows(train), dev=rows(dev))
    found = findings or Findings()
    return Dataset(split=split, test=rows(test), sha256="", findings=found, warnings=("from reading",))


def test_numbers() -> None:
    findings = Findings(exact_duplicates=3, near_duplicates=2, shared_with_test=1, empty=4, id_like=("id",))
    found = profile(dataset(["a"] * 30 + ["b"] * 20, ["b"] * 5, ["a"] * 10, findings))
    assert found.rows == {"train": 50, "dev": 5, "test": 10}
    assert list(found.classes.items()) == [("a", 40), ("b", 25)]
    assert found.language == "en"
    assert found.lengths.median == 13
    assert (found.exact_duplicates, found.near_duplicates, found.shared_with_test, found.empty) == (
        3,
        2,
        1,
        4,
    )
    assert found.warnings[0] == "from reading"


@pytest.mark.parametrize(
    ("train", "test", "findings", "words"),
    [
        (["a"] * 30 + ["b"] * 3, ["a", "b"], None, "1 label has fewer than 10 rows to learn from: 'b' 3"),
        (["a"] * 300 + ["b"] * 10, ["a"], None, "label 'a' is 30 times as frequent as 'b'"),
        (
            ["a"] * 300 + ["b"] * 10,
            ["a"],
            Findings(answer="span"),
            "kind 'a' is 30 times as frequent as 'b'; look at each kind in the report",
        ),
        (["a"] * 30, ["a"] * 50, None, "the test has only 50 rows"),
        (["a"] * 30, ["a"] * 300 + ["b"] * 4, None, "fewer than 10 rows of 1 label (such as 'b')"),
        (["a"] * 30, ["a"], Findings(exact_duplicates=5), "5 rows repeat the text of an earlier row"),
        (["a"] * 30, ["a"], Findings(near_duplicates=4), "4 texts nearly equal another one"),
        (["a"] * 30, ["a"], Findings(conflicts=2), "2 texts carry different labels"),
        (["a"] * 30, ["a"], Findings(conflicts=1, answer="number"), "1 text carries different numbers"),
        (["a"] * 30, ["a"], Findings(conflicts=2, answer="span"), "2 texts carry different answers"),
        (["a"] * 30, ["a"], Findings(id_like=("id", "no")), "columns 'id', 'no' only name rows"),
    ],
)
def test_warnings(train: list[str], test: list[str], findings: Findings | None, words: str) -> None:
    said = profile(dataset(train, ["a"], test, findings)).warnings
    assert any(words in each for each in said), said


def test_a_sound_data_set_has_no_warnings() -> None:
    found = profile(dataset(["a", "b"] * 150, ["a", "b"] * 40, ["a", "b"] * 120))
    assert found.warnings == ("from reading",)


def test_long_texts_and_several_languages_are_told() -> None:
    german = "Ich warte seit {} Wochen auf mein Paket und niemand antwortet mir."
    both = rows(["a"] * 20) + rows(["b"] * 20, german)
    found = profile_rows(both, Findings(), limit=12)
    assert found.language is None
    assert any("several languages: en 50 %, de 50 %" in each for each in found.warnings)
    assert any("50 % of the texts are longer than the 12" in each for each in found.warnings)


def test_rows_without_a_target() -> None:
    frame = pl.DataFrame({"body": [TEXT.format(at) for at in range(9)]})
    found = profile_rows(Rows.of(frame, Columns(text=("body",))), Findings(), ("a note",))
    assert (found.rows, found.classes, found.imbalance) == ({"all": 9}, {}, 1.0)
    assert found.warnings == ("a note",)


def test_samples_are_spread_over_parts_and_classes() -> None:
    big, small = rows(["a"] * 5000 + ["b"] * 5000), rows(["c"] * 100)
    drawn = spread([big, small], 1000)
    assert sum(map(len, drawn)) == pytest.approx(1000, abs=2)
    assert drawn[0].targets.count("a") == pytest.approx(495, abs=2)
    assert len(drawn[1]) == 10
    assert spread([small], 1000) == [small]
