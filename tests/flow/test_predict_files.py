from __future__ import annotations

import csv
import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from headstart.bundle.save import save_model
from headstart.errors import DataError
from headstart.flow.predict import predict
from tests.bundle.models import linear_model, rows

if TYPE_CHECKING:
    from pathlib import Path


BACKWARDS = [{"role": "assistant", "content": "hello"}, {"role": "user", "content": "hi"}]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "bundle"
    save_model(linear_model(), folder, columns=("text",))
    return folder


def expected(texts: list[str]) -> list[str]:
    return [name or "" for name in linear_model().predict(rows(texts)).names]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_json_values_keep_their_kinds(bundle: Path, tmp_path: Path):
    lines = [
        {
            "text": "refund",
            "big": 2**70,
            "mixed": 1,
            "nested": {"a": [1, None]},
            "flag": True,
            "n": None,
            "x": 0.1,
        },
        {"text": 404, "big": 1, "mixed": "one", "nested": None, "flag": False, "n": 3, "x": 1e-300},
        {"text": None, "extra": "ü\ud800"},
    ]
    data = tmp_path / "new.jsonl"
    data.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    predict(bundle, data, out=tmp_path / "out.jsonl")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    for line, row in zip(lines, found, strict=True):
        assert {name: row[name] for name in line} == line
        assert all(row[name] is None for name in lines[0] if name not in line)
    assert [row["prediction"] or "" for row in found] == expected(["refund", "404", ""])


def test_a_text_that_is_no_number_is_missing(bundle: Path, tmp_path: Path):
    rows = ["refund my money", None, float("nan")]
    lines = "".join(json.dumps({"text": each, "n": float("nan")}) + "\n" for each in rows)
    (tmp_path / "new.jsonl").write_text(lines)
    pl.DataFrame({"text": [float("nan"), 1.5]}).write_parquet(tmp_path / "new.parquet")
    for name, texts in (("new.jsonl", ["refund my money", "", ""]), ("new.parquet", ["", "1.5"])):
        written = predict(bundle, tmp_path / name, out=tmp_path / "out.csv")
        assert [row["prediction"] for row in read(tmp_path / "out.csv")] == expected(texts)
        assert written.empty == texts.count("")


def test_parquet_keeps_its_types(bundle: Path, tmp_path: Path):
    frame = pl.DataFrame({"text": ["refund", None], "tags": [["a", "b"], []], "when": [1.5, None]})
    frame.write_parquet(tmp_path / "new.parquet")
    predict(bundle, tmp_path / "new.parquet", out=tmp_path / "out.parquet")
    assert pl.read_parquet(tmp_path / "out.parquet").select(frame.columns).equals(frame)
    predict(bundle, tmp_path / "new.parquet", out=tmp_path / "out.csv")
    assert [row["tags"] for row in read(tmp_path / "out.csv")] == ['["a", "b"]', "[]"]


def test_stretches_of_time_are_written_in_seconds(bundle: Path, tmp_path: Path):
    frame = pl.DataFrame({"text": ["refund", "crash"], "took": [timedelta(minutes=2), None]})
    frame.write_parquet(tmp_path / "new.parquet")
    predict(bundle, tmp_path / "new.parquet", out=tmp_path / "out.csv")
    assert [row["took"] for row in read(tmp_path / "out.csv")] == ["120.0", ""]


def test_json_that_is_written_is_json_to_every_reader(bundle: Path, tmp_path: Path):
    strange = [float("nan"), float("inf"), 0.5]
    frame = pl.DataFrame({"text": ["a", "b", "c"], "x": strange, "many": [strange, [], [1.0]]})
    frame.write_parquet(tmp_path / "new.parquet")
    predict(bundle, tmp_path / "new.parquet", out=tmp_path / "out.json")
    found = json.loads((tmp_path / "out.json").read_text(), parse_constant=pytest.fail)
    assert [row["x"] for row in found] == [None, None, 0.5]
    assert [row["many"] for row in found] == [[None, None, 0.5], [], [1.0]]


def test_a_file_of_one_column_keeps_its_empty_rows(bundle: Path, tmp_path: Path):
    (tmp_path / "new.csv").write_text("text\nrefund my money\n\napp crashes\n\n\n")
    predict(bundle, tmp_path / "new.csv", out=tmp_path / "out.csv")
    assert [row["text"] for row in read(tmp_path / "out.csv")] == ["refund my money", "", "app crashes"]


def test_plain_lines_are_texts(bundle: Path, tmp_path: Path):
    lines = ["refund my money, please", 'she said "no', "app crashes"]
    (tmp_path / "new.txt").write_text("\n".join(lines))
    predict(bundle, tmp_path / "new.txt", out=tmp_path / "out.csv")
    found = read(tmp_path / "out.csv")
    assert [row["text"] for row in found] == lines
    assert [row["prediction"] for row in found] == expected(lines)


def test_bare_quotation_marks_between_tabs_join_no_rows(bundle: Path, tmp_path: Path):
    (tmp_path / "new.tsv").write_text('n\ttext\n1\t"open and never closed\n2\t"whole ""cell"""\n')
    predict(bundle, tmp_path / "new.tsv", out=tmp_path / "out.csv")
    assert [row["text"] for row in read(tmp_path / "out.csv")] == ['"open and never closed', 'whole "cell"']


def test_a_nameless_column_gets_a_name(bundle: Path, tmp_path: Path):
    (tmp_path / "new.csv").write_text(",text\n0,refund\n1,crash\n")
    predict(bundle, tmp_path / "new.csv", out=tmp_path / "out.csv")
    assert [row["column_1"] for row in read(tmp_path / "out.csv")] == ["0", "1"]


FAULTS: tuple[tuple[str, bytes, str], ...] = (
    ("empty.csv", b"", "empty"),
    ("header.csv", b"text,n\n", "no rows"),
    ("ragged.csv", b"text,n\na,1\nb\nc,3,4\n", "row 2 has 1, row 3 has 3"),
    ("twice.csv", b"text,text\na,b\n", "more than one column named 'text'"),
    ("pattern.jsonl", b'{"text": "a", "^.*$": 1}\n', "reads like a pattern"),
    ("nul.csv", b"text,n\na\0b,1\n", "NUL"),
    ("quote.csv", b'text,n\na,1\n"never closed,2\nb,3\n', "row 2"),
    ("broken.csv", b"text,n\n" + "schön,1\n".encode() * 20 + b"sch\xf6n,2\n", "line 22"),
    ("large.csv", b"text,n\na,1\n" + b"x" * 10_000_000 + b",2\n", "row 2.*10.0 MB"),
    ("book.csv", b"PK\x03\x04\x14\x00\x06\x00", "Excel workbook"),
    ("lines.jsonl", b'{"text": "a"}\n{"text": \n', "line 2"),
    ("list.jsonl", b'{"text": "a"}\n"b"\n', "line 2"),
    ("none.jsonl", b"\n\n", "no rows"),
    ("text.json", b'"hello"', "not a table"),
    ("fake.parquet", b"text,n\na,1\n", "not a Parquet file"),
    ("torn.parquet", b"PAR1 and then nothing", "Parquet"),
    ("torn.csv.gz", gzip.compress(b"text\n" + bytes(range(32, 127)) * 999)[:-20], "gzip"),
)


@pytest.mark.parametrize(("name", "content", "message"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_faults_are_told_before_anything_is_written(
    bundle: Path, tmp_path: Path, name: str, content: bytes, message: str
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        predict(bundle, tmp_path / name, out=tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_rows_are_counted_through_the_whole_file(
    tmp_path: Path, tiny_llama: Path, monkeypatch: pytest.MonkeyPatch
):
    from headstart.core.model import Model
    from headstart.models.describe import describe
    from tests.strategies.test_chat import TestZeroShot

    its = TestZeroShot()
    split = its.split_of(its.make_rows(12, seed=1), its.make_rows(4, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
    model = its.adapted(start, split, its.context_in(tmp_path / "work"))[-1].model
    save_model(model, tmp_path / "bundle", columns=("prompt",))
    questions = [{"prompt": f"{place} sky?"} for place in range(6)]
    faults = {"x" * 400: "row 6 has 4.. tokens before its answer", json.dumps(BACKWARDS): "row 6 starts with"}
    monkeypatch.setattr("headstart.data.stream_json.PIECE_ROWS", 4)
    for prompt, said in faults.items():
        questions[5] = {"prompt": prompt}
        data = tmp_path / "asked.jsonl"
        data.write_text("".join(json.dumps(each) + "\n" for each in questions), encoding="utf-8")
        with pytest.raises(DataError, match=said):
            predict(tmp_path / "bundle", data, out=tmp_path / "told.jsonl")
