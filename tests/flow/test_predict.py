from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rich.console import Console

from headstart.bundle.save import save_model
from headstart.errors import BundleError, DataError, RunError, SettingError
from headstart.flow.predict import predict
from headstart.flow.predicting.predicted import Streamed, Written
from headstart.predictors.constant import Constant
from tests.bundle.models import linear_model, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = ("refund my money", "app crashes", "", "où est mon colis", "line\nbreak, and comma", 'she said "no"')
ADDED = ["prediction", "probability_billing", "probability_bug", "probability_shipping"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "bundle"
    save_model(linear_model(), folder, columns=("text",))
    return folder


def expected(texts: list[str]) -> list[str]:
    return [name or "" for name in linear_model().predict(rows(texts)).names]


def many(count: int = 10_000) -> list[str]:
    return [f"{WORDS[at % len(WORDS)]}{'' if at % len(WORDS) == 2 else f' {at}'}" for at in range(count)]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_and_columns_stay_in_order_over_many_pieces(
    bundle: Path, tmp_path: Path, write_csv: Callable[..., Path]
):
    texts = many()
    codes = [f"{at:05d}" for at in range(len(texts))]
    data = write_csv("new.csv", {"code": codes, "text": texts, "when": ["1.50"] * len(texts)})
    done = predict(bundle, data, out=tmp_path / "out.csv")
    assert isinstance(done, Written)
    found = read(tmp_path / "out.csv")
    assert list(found[0]) == ["code", "text", "when", *ADDED]
    assert [row["code"] for row in found] == codes
    assert [row["text"] for row in found] == texts
    assert {row["when"] for row in found} == {"1.50"}
    assert [row["prediction"] for row in found] == expected(texts)
    assert all(abs(sum(float(row[name]) for name in ADDED[1:]) - 1) < 1e-5 for row in found)
    assert done.rows == len(texts)
    assert done.empty == texts.count("")
    assert sum(done.labels.values()) + done.unlabelled == len(texts)


def written(path: Path, texts: list[str]) -> Path:
    """The texts with a number beside each, in the format that the name says."""
    frame = pl.DataFrame({"n": range(len(texts)), "text": texts})
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        frame.write_parquet(path)
        return path
    if name.endswith("json"):
        content = json.dumps(frame.to_dicts(), ensure_ascii=False)
    elif name.endswith("jsonl"):
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in frame.to_dicts())
    else:
        content = frame.write_csv(separator="\t" if name.endswith(".tsv") else ",")
    data = content.encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)
    return path


ENDINGS = (".csv", ".tsv", ".jsonl", ".json", ".parquet", ".csv.gz", ".jsonl.gz", ".tsv.gz")


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_the_same_predictions(bundle: Path, tmp_path: Path, ending: str):
    texts = many(60)
    data = written(tmp_path / f"new{ending}", texts)
    predict(bundle, data, out=tmp_path / "out.jsonl")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["text"] for row in found] == texts
    assert [row["prediction"] or "" for row in found] == expected(texts)
    assert [int(row["n"]) for row in found] == list(range(60))


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_is_written(bundle: Path, tmp_path: Path, ending: str):
    texts = many(9_000 if ending == ".parquet" else 60)
    predict(bundle, written(tmp_path / "new.parquet", texts), out=tmp_path / f"out{ending}")
    content = (tmp_path / f"out{ending}").read_bytes()
    text = (gzip.decompress(content) if ending.endswith(".gz") else content).decode("utf-8", "replace")
    if ending == ".parquet":
        found = pl.read_parquet(tmp_path / "out.parquet").to_dicts()
    elif "jsonl" in ending:
        found = [json.loads(line) for line in text.splitlines()]
    elif ending == ".json":
        found = json.loads(text)
    else:
        found = list(
            csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if "tsv" in ending else ",")
        )
    assert [row["text"] for row in found] == texts
    assert [row["prediction"] or "" for row in found] == expected(texts)
    assert list(found[0]) == ["n", "text", *ADDED]
    assert {path.name for path in tmp_path.iterdir()} == {"new.parquet", f"out{ending}"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_delimiters_are_found(bundle: Path, tmp_path: Path, encoding: str):
    texts = ["où est mon colis ?", "Rückgeld fehlt, bitte prüfen", "plain words"] * 9
    data = tmp_path / "new.csv"
    data.write_text(
        "n;text\r\n" + "".join(f"{at};{text}\r\n" for at, text in enumerate(texts)),
        encoding=encoding,
        newline="",
    )
    predict(bundle, data, out=tmp_path / "out.csv")
    assert [row["text"] for row in read(tmp_path / "out.csv")] == texts
    assert [row["prediction"] for row in read(tmp_path / "out.csv")] == expected(texts)


def test_without_a_file_the_rows_are_printed(bundle: Path, write_csv: Callable[..., Path]):
    texts = many(30)
    data = write_csv("new.csv", {"text": texts})
    answer = predict(bundle, data)
    assert isinstance(answer, Streamed)
    page = io.StringIO()
    answer.render(Console(file=page, width=40))
    found = list(csv.DictReader(io.StringIO(page.getvalue(), newline="")))
    assert [row["prediction"] for row in found] == expected(texts)
    assert [row["text"] for row in found] == texts
    assert answer.frame()["text"].to_list() == texts
    told = json.loads(json.dumps(answer.to_dict()))
    assert told["rows"] == 30
    assert [row["prediction"] or "" for row in told["predictions"]] == expected(texts)


def test_the_summary_is_plain_and_readable(bundle: Path, tmp_path: Path, write_csv: Callable[..., Path]):
    done = predict(bundle, write_csv("new.csv", {"text": many(30)}), out=tmp_path / "out.csv")
    told = json.loads(json.dumps(done.to_dict()))
    assert (told["rows"], told["empty"], told["out"]) == (30, 5, str(tmp_path / "out.csv"))
    page = io.StringIO()
    done.render(Console(file=page, width=200))
    assert "30 rows" in page.getvalue()
    assert "5  rows have no text" in page.getvalue()


def test_the_text_may_have_another_name(bundle: Path, tmp_path: Path, write_csv: Callable[..., Path]):
    data = write_csv("new.csv", {"body": ["refund my money"], "texts": ["x"]})
    with pytest.raises(DataError, match=r"no column 'text'; did you mean 'texts'.*--text"):
        predict(bundle, data)
    predict(bundle, data, out=tmp_path / "out.csv", text=("body",))
    assert read(tmp_path / "out.csv")[0]["prediction"] == expected(["refund my money"])[0]
    with pytest.raises(SettingError, match="reads 1 text column"):
        predict(bundle, data, text=("body", "texts"))
    with pytest.raises(DataError, match="no column 'nody'; did you mean 'body'"):
        predict(bundle, data, text=("nody",))


def test_columns_of_the_predictions_names_are_refused(bundle: Path, write_csv: Callable[..., Path]):
    for name in ("prediction", "probability_bug"):
        with pytest.raises(SettingError, match=name):
            predict(bundle, write_csv("new.csv", {"text": ["a"], name: ["b"]}))


def test_places_that_can_not_be_written_are_told(
    bundle: Path, tmp_path: Path, write_csv: Callable[..., Path]
):
    data = write_csv("new.csv", {"text": ["a"]})
    with pytest.raises(SettingError, match="format"):
        predict(bundle, data, out=tmp_path / "out.docx")
    with pytest.raises(SettingError, match="another name"):
        predict(bundle, data, out=data)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SettingError, match="folder"):
        predict(bundle, data, out=tmp_path / "folder.csv")
    with pytest.raises(RunError, match="can't be written"):
        predict(bundle, data, out=data / "below" / "out.csv")


def test_what_is_missing_is_told(bundle: Path, tmp_path: Path, write_csv: Callable[..., Path]):
    with pytest.raises(DataError, match="no file"):
        predict(bundle, tmp_path / "none.csv")
    with pytest.raises(DataError, match="folder"):
        predict(bundle, tmp_path)
    with pytest.raises(BundleError, match="no bundle"):
        predict(tmp_path / "none", write_csv("new.csv", {"text": ["a"]}))


def test_a_damaged_later_part_leaves_no_file(bundle: Path, tmp_path: Path):
    pl.DataFrame({"text": many(50_000)}).write_parquet(tmp_path / "new.parquet", row_group_size=5_000)
    content = bytearray((tmp_path / "new.parquet").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 5_000] = b"\xff" * 5_000
    (tmp_path / "new.parquet").write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        predict(bundle, tmp_path / "new.parquet", out=tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["new.parquet"]


def test_an_interrupt_leaves_the_earlier_file(
    bundle: Path, tmp_path: Path, write_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    from headstart.predictors.linear_text import LinearText

    data = write_csv("new.csv", {"text": many()})
    (tmp_path / "out.csv").write_text("earlier")
    answer, calls = LinearText.predict, []

    def interrupted(self: LinearText, some: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return answer(self, some)

    monkeypatch.setattr(LinearText, "predict", interrupted)
    with pytest.raises(KeyboardInterrupt):
        predict(bundle, data, out=tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "earlier"
    assert {path.name for path in tmp_path.iterdir()} == {"new.csv", "out.csv"}


MEASURED = """
import resource, sys
from pathlib import Path
from headstart.flow.predict import predict
folder = Path(sys.argv[1])
predict(folder / "bundle", folder / "small.csv", out=folder / "small_out.csv")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
predict(folder / "bundle", folder / "large.csv", out=folder / "large_out.csv")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    constant = Constant(classes=("no", "yes"), frequencies=(0.75, 0.25))
    save_model(
        replace(linear_model(("no", "yes")), predictor=constant), tmp_path / "bundle", columns=("text",)
    )
    line = "a text of some words that goes on for a while, " * 10
    for name, count in (("small", 10_000), ("large", 120_000)):
        with (tmp_path / f"{name}.csv").open("w") as file:
            file.write("n,text\n")
            file.writelines(f'{at},"{line}"\n' for at in range(count))
    size = (tmp_path / "large.csv").stat().st_size
    assert size > 55_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert int(done.stdout) < 0.4 * size
