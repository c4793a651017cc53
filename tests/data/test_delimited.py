"""Delimited text: the delimiter is found, quotes are obeyed, and no row is bent to fit."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import polars as pl
import pytest

from headstart.data.any_size import cells_of_any_size
from headstart.data.delimiter import NO_DELIMITER, sniff_delimiter
from headstart.data.read import read, read_table
from headstart.data.stream import open_stream
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_beside_the_others(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "rows.csv"
    others = "".join(each for each in ",;|" if each != delimiter)
    path.write_text(
        f"text{delimiter}label\n"
        + "".join(f'"one {delimiter} two{others} {at}"{delimiter}a\n' for at in range(9))
    )
    frame = read(path)
    assert frame.columns == ["text", "label"]
    assert frame["text"][3] == f"one {delimiter} two{others} 3"


def test_a_single_column_has_no_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text\nHello, world\nplain\na, b, c\n")
    assert read(path)["text"].to_list() == ["Hello, world", "plain", "a, b, c"]
    assert sniff_delimiter("text\nHello, world\n") == NO_DELIMITER


@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_a_single_column_may_hold_any_mark(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    path.write_text("text\nfield\x1fparted\nplain\n")
    assert read(path)["text"].to_list() == ["field\x1fparted", "plain"]
    assert pl.concat(open_stream(path).pieces())["text"].to_list() == ["field\x1fparted", "plain"]


def test_lines_of_a_text_file_need_no_header(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("Hello, world\nplain\na, b, c\n")
    assert read(path)["text"].to_list() == ["Hello, world", "plain", "a, b, c"]


def test_quotes_line_breaks_and_doubled_marks(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b'text,label\r\n"two\r\nlines, ""quoted""",a\r\n5" screen,b\r\n\r\n"",c\r\n')
    assert read(path).rows() == [('two\r\nlines, "quoted"', "a"), ('5" screen', "b"), ("", "c")]


def test_bare_quotation_marks_between_tabs_join_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text(
        'label\ttext\nham\t"Hello, she said\nspam\tfree "stuff"\nham\tand" more\nham\t"say ""hi"""\n'
    )
    assert read(path)["text"].to_list() == ['"Hello, she said', 'free "stuff"', 'and" more', 'say "hi"']


def test_quoted_tabs_and_line_breaks_between_tabs(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text('text\tlabel\n"a\tb"\tx\n"two\nlines"\ty\n')
    assert read(path).rows() == [("a\tb", "x"), ("two\nlines", "y")]


def test_ragged_rows_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('text,label\n"two\nlines",a\nalone\nb,c,d\nfine,a\n')
    with pytest.raises(DataError, match=r"2 columns .*row 2 \(line 4\) has 1, row 3 \(line 5\) has 3"):
        read(path)


def test_many_ragged_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\nfine,a\n" + "x,y,z\n" * 1000)
    with pytest.raises(DataError, match="and 995 more"):
        read(path)


def test_a_quote_never_closed_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('text,label\nfine,a\n"open,b\nmore,c\n')
    with pytest.raises(DataError, match="quotation mark in row 2 that is never closed"):
        read(path)


def test_old_line_ends_and_nameless_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b",text, label,\r0,hello,a,\r1,there,b,\r")
    table = read_table(path)
    assert table.frame.to_dicts()[1] == {"column_1": "1", "text": "there", "label": "b"}
    assert "column_1" in table.notes[0]


def test_a_missing_header_is_suspected(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("I have been waiting for my parcel since last week,late\nit came,fine\n")
    assert "header" in read_table(path).notes[0]


def test_all_types_stay_strings(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,zip,label\nnull,007,1.0\nNA,1e5,true\n")
    assert read(path).rows() == [("null", "007", "1.0"), ("NA", "1e5", "true")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_line_by_which_excel_tells_itself_the_delimiter_is_no_header(
    tmp_path: Path, delimiter: str
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(f"\ufeffsep={delimiter}\r\ntext{delimiter}label\r\nhello{delimiter}a\r\n".encode())
    assert read(path).to_dicts() == [{"text": "hello", "label": "a"}]
    stream = open_stream(path)
    assert (stream.columns, stream.rows) == (("text", "label"), 1)
    assert pl.concat(stream.pieces()).rows() == [("hello", "a")]


def test_the_limit_of_a_cell_fits_a_long_of_32_bits_and_is_put_back(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    with cells_of_any_size(tmp_path):
        assert before < csv.field_size_limit() < 2**31
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("reading", [read, open_stream])
def test_a_quote_never_closed_does_not_fill_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: Callable[[Path], object]
) -> None:
    monkeypatch.setattr("headstart.data.any_size.MOST_CHARACTERS", 10_000)
    path = tmp_path / "rows.csv"
    path.write_text('text,label\nfine,a\n"open,b\n' + "more and more,c\n" * 2_000)
    with pytest.raises(DataError, match=r"10000.*quotation mark that is never closed"):
        reading(path)


def test_a_header_within_the_rows_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "joined.csv"
    path.write_text("text,label\nhello,a\ntext,label\nlabel,text\n\ntext,label\nthere,b\n")
    table = read_table(path)
    assert table.frame.rows() == [("hello", "a"), ("", ""), ("label", "text"), ("", ""), ("there", "b")]
    assert table.notes == ("2 rows of joined.csv repeat the header and count as empty (row 2, 4)",)
    path.write_text("text\nhello\ntext\n")
    assert read(path)["text"].to_list() == ["hello", "text"]
