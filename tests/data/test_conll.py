"""CoNLL files: words and tags line by line."""

from __future__ import annotations

import pytest

from headstart.data.read import read
from headstart.errors import DataError

FILE = """-DOCSTART- -X- O O

# a comment of several words
EU NNP B-ORG
rejects VBZ O

Ada NNP B-PER
Lovelace NNP I-PER

"""


@pytest.mark.parametrize("ending", ["conll", "iob", "bio"])
def test_sentences_are_rows_of_words_and_tags(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text(FILE, encoding="utf-8")
    frame = read(path)
    assert frame["tokens"].to_list() == [["EU", "rejects"], ["Ada", "Lovelace"]]
    assert frame["tags"].to_list() == [["B-ORG", "O"], ["B-PER", "I-PER"]]


def test_tabs_part_fields_that_hold_spaces(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text("New York\tB-LOC\n#\tO\n", encoding="utf-8")
    assert read(path)["tokens"].to_list() == [["New York", "#"]]


def test_a_line_without_a_tag_is_named(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text("EU B-ORG\nrejects\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"line 2 of .*a.conll has the one field 'rejects'"):
        read(path)


def test_a_file_without_sentences_is_refused(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text("\n\n-DOCSTART- O\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no sentences"):
        read(path)


@pytest.mark.parametrize("between", [" ", "\t"])
def test_hard_and_wide_spaces_are_words_or_parts_of_them(tmp_path, between):
    path = tmp_path / "a.conll"
    words = ["1\u00a0000", "\u3000", "euros"]
    path.write_text("".join(f"{word}{between}O\n" for word in words), encoding="utf-8")
    assert read(path)["tokens"].to_list() == [words]
