"""Whatever a table comes in, the same rows come out; what can't be read is answered in three parts."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from headstart.data.read import read, read_table
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {
    "text": ["Where is my parcel?", 'She said "no", twice', "two\nlines", "naïve; café", "007"],
    "label": ["delivery", "refund", "007", "NA", " spaced "],
}
FRAME = pl.DataFrame(ROWS)


def write(path: Path) -> Path:
    ending = "".join(path.suffixes).removesuffix(".gz")
    if ending == ".csv":
        content = FRAME.write_csv().encode()
    elif ending == ".tsv":
        content = FRAME.write_csv(separator="\t").encode()
    elif ending == ".json":
        content = json.dumps(FRAME.to_dicts()).encode()
    elif ending == ".jsonl":
        content = "\n".join(json.dumps(row) for row in FRAME.to_dicts()).encode()
    else:
        plain = path.with_name("plain.parquet")
        FRAME.write_parquet(plain)
        content = plain.read_bytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".json", ".jsonl", ".parquet"])
def test_every_format_gives_the_same_rows(tmp_path: Path, ending: str, packed: str) -> None:
    assert read(write(tmp_path / f"rows{ending}{packed}")).to_dict(as_series=False) == ROWS


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet"])
def test_content_decides_where_the_ending_says_nothing(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"rows{ending}")
    assert read(path.rename(tmp_path / "rows.dat")).to_dict(as_series=False) == ROWS


def test_packed_without_saying_so(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv.gz").rename(tmp_path / "rows.csv")
    assert read(path).to_dict(as_series=False) == ROWS


def test_json_of_columns_and_of_pandas_and_in_a_wrapper(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    wide = {name: {str(at): cell for at, cell in enumerate(cells)} for name, cells in ROWS.items()}
    for layout in (ROWS, wide, {"data": FRAME.to_dicts()}):
        path.write_text(json.dumps(layout))
        assert read(path).to_dict(as_series=False) == ROWS


def test_keys_that_lines_lack_are_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a", "n": 1}\n\n{"text": "b", "extra": [1]}\n')
    assert read(path).to_dicts() == [
        {"text": "a", "n": 1, "extra": None},
        {"text": "b", "n": None, "extra": "[1]"},
    ]


def test_class_names_in_parquet_take_the_place_of_numbers(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    kinds = datasets.ClassLabel(names=["no", "yes"])
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": kinds, "tags": datasets.Sequence(kinds)}
    )
    rows = {"text": ["a", "b", "c"], "label": [1, 0, -1], "tags": [[1, 0], [], None]}
    made = datasets.Dataset.from_dict(rows, features=features)
    made.to_parquet(tmp_path / "rows.parquet")
    for found in (read(tmp_path / "rows.parquet"), read(made)):
        assert found["label"].to_list() == ["yes", "no", None]
        assert found["tags"].to_list()[:2] == [["yes", "no"], []]


BAD = {
    "empty.csv": (b"", "empty"),
    "blank.csv": (b"\n \n\n", "blank"),
    "header.csv": (b"text,label\n", "no rows"),
    "twice.csv": (b"text,text\na,b\n", "'text'"),
    "star.csv": (b"text,*\na,b\n", r"'\*', which reads like a pattern"),
    "regex.jsonl": (b'{"text": "a", "^x$": 1}\n', "reads like a pattern"),
    "lines.jsonl": (b'{"text": "a"}\n{"text": \n', "line 2 .* at character 9;"),
    "kinds.jsonl": (b'{"text": "a"}\n[1, 2]\n', "line 2 .*list"),
    "digits.json": (b'[{"text": "a", "n": ' + b"9" * 5000 + b"}]", "4300 digits"),
    "digits.jsonl": (b'{"text": "a"}\n{"text": "b", "n": ' + b"9" * 5000 + b"}\n", "line 2 .*4300 digits"),
    "torn.json": (b'[{"text": "a"},\n {"text"', "line 2"),
    "open.json": (b'[{"text": "a"},\n {"text": "b', "Unterminated string starting in line 2, column 11"),
    "number.json": (b"3", "a number, not a table"),
    "torn.parquet": (b"PAR1" + b"\0" * 100, "broken Parquet"),
    "named.parquet": (b"text,label\na,b\n", "not a Parquet file"),
    "torn.csv.gz": (gzip.compress(b"text,label\n" + b"a,b\n" * 5000)[:-20], "broken gzip"),
    "book.xlsx": (b"PK\x03\x04rest", "Excel"),
    "model.pkl": (b"\x80\x04\x95rest", "pickle"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    content, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)


def test_a_missing_file_offers_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_text("text,label\na,b\n")
    with pytest.raises(DataError, match=r"did you mean .*reviews\.csv"):
        read(tmp_path / "review.csv")
    with pytest.raises(DataError, match="no folder"):
        read(tmp_path / "nowhere" / "reviews.csv")
    with pytest.raises(DataError, match=r"folder.*reviews\.csv"):
        read(tmp_path)


def test_a_cell_too_large_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\nshort,a\n" + "x" * 5_000_001 + ",b\n")
    with pytest.raises(DataError, match=r"row 2 of rows\.csv has 5\.0 MB in its column 'text'"):
        read(path)


def test_long_cells_below_the_limit_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "x" * 1_000_000 + ",b\n")
    assert read(path)["text"].str.len_chars().to_list() == [1_000_000]


def test_an_escaped_nul_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n{"text": "b\\u0000"}\n')
    with pytest.raises(DataError, match=r"row 2 .*NUL"):
        read(path)


def test_notes_speak_of_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("text,label\ncafé,a\n".encode("cp1252"))
    table = read_table(path)
    assert table.frame["text"].to_list() == ["café"]
    assert "Windows-1252" in table.notes[0]
    assert "café" in table.notes[0]


def test_a_name_that_is_half_a_character_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text\\ud83d": "a"}\n')
    with pytest.raises(DataError, match=r"name of column .*half a character"):
        read(path)


def test_what_is_no_number_is_an_empty_cell(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": ["a", "b", "c"], "label": [1.0, float("nan"), None]})
    frame.write_parquet(tmp_path / "rows.parquet")
    for source in (frame, tmp_path / "rows.parquet", frame.to_dict(as_series=False)):
        assert read(source)["label"].to_list() == [1.0, None, None]


def test_stretches_of_time_are_their_seconds(tmp_path: Path) -> None:
    lasting = [timedelta(minutes=1), None, timedelta(seconds=0.5)]
    frame = pl.DataFrame({"text": ["a", "b", "c"], "took": lasting})
    frame.write_parquet(tmp_path / "rows.parquet")
    for source in (frame, tmp_path / "rows.parquet", {"text": ["a", "b", "c"], "took": lasting}):
        assert read(source)["took"].to_list() == [60.0, None, 0.5]


def test_a_name_may_begin_as_somebody_s_home_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~nobody_of_that_name.csv").write_text("text,label\na,b\n")
    assert read("~nobody_of_that_name.csv").rows() == [("a", "b")]
    with pytest.raises(DataError, match="did you mean ~nobody_of_that_name"):
        read("~nobody_of_that_nam.csv")
