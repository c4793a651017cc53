"""Tables with text through the command line: trees measured, the two fused, columns asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import headstart
from headstart.bundle.manifest import Manifest
from headstart.errors import DataError
from tests.contracts.table_data import table_rows

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def table(rows: int, *, seed: int) -> pl.DataFrame:
    """A file with an id beside the columns; no two texts are alike.

    All sizes begin with nought, so that whole words say nothing of them.
    """
    made = table_rows(rows, seed=seed).frame
    texts = [f"{text} {place}" for place, text in enumerate(made["text"])]
    names = pl.Series([f"c-{at}" for at in range(rows)])
    return made.with_columns(pl.col("size") / 3.001, text=pl.Series(texts), id=names)


@pytest.fixture(scope="module")
def fused(tmp_path_factory, tiny_bert) -> tuple[Path, dict[str, Any]]:
    """A run on a table with text, and its folder."""
    folder = tmp_path_factory.mktemp("tables")
    table(600, seed=1).write_csv(folder / "cases.csv")
    done = run(
        folder,
        *("adapt", "cases.csv", "--target", "label", "--columns", "all", "--base", str(tiny_bert)),
        *("--strategy", "late-fusion", "--set", "tfidf.characters=no"),
        *("--within", "10m", "--search", "none", "--json"),
    )
    assert done.returncode == 0, done.stderr
    assert "beside the text: size (number), colour (3 categories), noise (number)" in done.stderr
    return folder, json.loads(done.stdout)


@pytest.mark.slow
def test_trees_are_a_baseline_and_fusion_ships(fused):
    _, found = fused
    assert set(found["scores"]) == {
        "winner",
        "untouched_base",
        "majority",
        "tfidf",
        "trees",
        "zero_shot",
    } - set(found["not_measured"])
    assert found["scores"]["winner"]["value"] > found["scores"]["trees"]["value"]
    assert found["ships"] == "winner"
    # A mixture with trees or tf-idf would win too, and neither was asked for.
    assert found["winner"]["strategies"] == ["late_fusion"]
    assert found["settings"]["columns"] == ["all"]


@pytest.mark.slow
def test_the_report_and_the_card_say_what_it_goes_by(fused):
    folder, found = fused
    assert 0.0 < found["importance"]["text"] < 1.0
    assert set(found["importance"]["columns"]) == {"size", "colour", "noise"}
    report = (folder / found["report"]).read_text(encoding="utf-8")
    assert "What it goes by" in report
    card = (folder / found["bundle"] / "README.md").read_text(encoding="utf-8")
    assert "What it goes by" in card
    assert "model.predict(frame)" in card


@pytest.mark.slow
def test_the_bundle_knows_its_columns_and_asks_for_them(fused):
    folder, found = fused
    bundle = folder / found["bundle"]
    told = {each["name"]: each for each in Manifest.read(bundle).features}
    assert set(told["colour"]["categories"]) == {"red", "green", "blue"}
    fresh = table(40, seed=9).drop("label")
    fresh.drop("size").write_csv(folder / "lacking.csv")
    lacking = run(folder, "predict", str(bundle), "lacking.csv")
    assert lacking.returncode == 2
    said = " ".join(lacking.stderr.split())
    assert "has no column 'size', a number that the model reads beside the text" in said
    fresh.with_columns(size=pl.lit("large")).write_csv(folder / "wrong.csv")
    wrong = run(folder, "predict", str(bundle), "wrong.csv")
    assert wrong.returncode == 2
    assert "row 1 of wrong.csv has 'large' in column 'size'" in " ".join(wrong.stderr.split())


@pytest.mark.slow
def test_new_rows_are_predicted_alike_on_the_command_line_and_in_python(fused):
    folder, found = fused
    bundle = folder / found["bundle"]
    # A colour that was never seen counts as none.
    fresh = (
        table(40, seed=9)
        .drop("label")
        .with_columns(colour=pl.when(pl.col("noise") > 0).then(pl.lit("mauve")).otherwise("colour"))
    )
    fresh.write_csv(folder / "fresh.csv")
    done = run(folder, "predict", str(bundle), "fresh.csv", "--out", "said.csv")
    assert done.returncode == 0, done.stderr
    said = pl.read_csv(folder / "said.csv")["prediction"].to_list()
    model = headstart.load(bundle)
    assert model.predict(fresh) == said
    assert model.predict(fresh.to_pandas()) == said
    unknown = fresh.with_columns(colour=pl.lit(None, dtype=pl.String)).filter(fresh["colour"] == "mauve")
    assert model.predict(unknown) == model.predict(fresh.filter(fresh["colour"] == "mauve"))
    with pytest.raises(DataError, match="reads columns beside the text"):
        model.predict(["a text"])


@pytest.mark.slow
def test_every_strategy_reads_the_columns_in_words(tmp_path, tiny_bert):
    table(240, seed=1).write_csv(tmp_path / "cases.csv")
    done = run(
        tmp_path,
        *("adapt", "cases.csv", "--target", "label", "--columns", "colour", "--base", str(tiny_bert)),
        *("--strategy", "probe", "--within", "10m", "--search", "none", "--json"),
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "trees" in found["scores"]
    assert found["importance"] is None or found["verdict"] == "baseline"


def test_a_file_with_columns_is_told_of_them_and_profiled_with_them(tmp_path):
    table(240, seed=1).write_csv(tmp_path / "cases.csv")
    plain = run(tmp_path, "profile", "cases.csv", "--target", "label", "--base", "words")
    assert plain.returncode == 0, plain.stderr
    assert "--columns all" in " ".join(plain.stdout.split())
    read = run(
        tmp_path, "profile", "cases.csv", "--target", "label", "--columns", "all", "--base", "words", "--json"
    )
    assert [each["name"] for each in json.loads(read.stdout)["columns"]["features"]] == [
        "size",
        "colour",
        "noise",
    ]
    refused = run(tmp_path, "profile", "cases.csv", "--target", "label", "--columns", "id")
    assert refused.returncode == 2
    assert "'id', which is an id" in " ".join(refused.stderr.split())
