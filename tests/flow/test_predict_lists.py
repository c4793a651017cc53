"""Words to tag and messages to answer come as lists, or as JSON where a file has no lists."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rich.console import Console

from headstart.bundle.loaded import load
from headstart.bundle.save import save_model
from headstart.core.model import Model
from headstart.core.turns import prompt_turns, turns_of
from headstart.errors import DataError
from headstart.flow.predict import predict
from headstart.predictors.copied_text import CopiedText
from headstart.predictors.word_tags import WordTags
from headstart.tasks.chat import Chat
from headstart.tasks.tagging import Tagging

if TYPE_CHECKING:
    from pathlib import Path

WORDS = [["the", "cat", "sat"], ["New York", "cat"], []]
TAGS = [["O", "B-ANIMAL", "O"], ["O", "B-ANIMAL"], []]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    task = Tagging(kinds=("ANIMAL",))
    model = Model(task=task, predictor=WordTags(task=task, tags={"cat": "B-ANIMAL"}))
    save_model(model, tmp_path / "bundle", columns=("tokens",))
    return tmp_path / "bundle"


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_each_word_has_its_tag_whatever_the_form_of_the_file(bundle: Path, tmp_path: Path, form: str):
    data, out = tmp_path / f"new.{form}", tmp_path / "out.jsonl"
    as_json = pl.DataFrame({"tokens": [json.dumps(each) for each in WORDS]})
    lists = pl.DataFrame({"tokens": WORDS})
    if form == "csv":
        as_json.write_csv(data)
    elif form == "json":
        data.write_text(json.dumps(lists.to_dicts()), encoding="utf-8")
    elif form == "jsonl":
        lists.write_ndjson(data)
    else:
        lists.write_parquet(data)
    predict(bundle, data, out=out)
    found = [json.loads(line)["prediction"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert found == TAGS


@pytest.mark.parametrize("line", ["{word}\tNOUN\tO", "{word}\tO", "{word}"])
def test_a_conll_file_is_read_with_its_tags_or_without(bundle: Path, tmp_path: Path, line: str):
    told = [sentence for sentence in WORDS if sentence]
    if "\t" not in line:
        told = [["the", "cat", "sat"], ["cat"]]
    data, out = tmp_path / "new.conll", tmp_path / "out.jsonl"
    sentences = ["\n".join(line.format(word=word) for word in sentence) for sentence in told]
    data.write_text("-DOCSTART- O\n\n" + "\n\n".join(sentences), encoding="utf-8")
    predict(bundle, data, out=out)
    found = [json.loads(each) for each in out.read_text(encoding="utf-8").splitlines()]
    assert [each["tokens"] for each in found] == told
    expected = [["B-ANIMAL" if word == "cat" else "O" for word in sentence] for sentence in told]
    assert [each["prediction"] for each in found] == expected
    assert [("tags" in each) for each in found] == ["\t" in line] * len(told)


def test_a_conll_file_of_words_with_and_without_tags_is_refused(bundle: Path, tmp_path: Path):
    (tmp_path / "new.conll").write_text("the O\ncat\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"line 2 of .*new.conll has the one field 'cat'"):
        predict(bundle, tmp_path / "new.conll", out=tmp_path / "out.jsonl")


def test_stretches_are_counted_by_kind_and_rows_without_any_apart(tmp_path: Path):
    task = Tagging(kinds=("ANIMAL",), running=True)
    model = Model(task=task, predictor=WordTags(task=task, tags={"cat": "B-ANIMAL"}))
    save_model(model, tmp_path / "bundle", columns=("text",))
    pl.DataFrame({"text": ["a cat, a cat", "cat", "none here"]}).write_csv(tmp_path / "new.csv")
    written = predict(tmp_path / "bundle", tmp_path / "new.csv", out=tmp_path / "out.csv")
    console = Console(file=io.StringIO(), width=120)
    written.render(console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "3  100.0 %  ANIMAL" in shown
    assert "1  rows hold none of them" in shown
    assert "sure enough" not in shown


def test_a_frame_of_pandas_holds_words_as_arrays(bundle: Path, tmp_path: Path):
    pandas = pytest.importorskip("pandas")
    pl.DataFrame({"tokens": WORDS}).write_parquet(tmp_path / "new.parquet")
    assert load(bundle).predict(pandas.read_parquet(tmp_path / "new.parquet")) == TAGS


def test_a_conversation_is_asked_in_python_as_a_list_of_messages(tmp_path: Path):
    save_model(Model(task=Chat(), predictor=CopiedText()), tmp_path / "bundle", columns=("messages",))
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    # It answers with what it was asked, which tells how that was read.
    (read, plain) = load(tmp_path / "bundle").predict([asked, "Why?"])
    assert prompt_turns(read) == turns_of(asked)
    assert plain == "Why?"
