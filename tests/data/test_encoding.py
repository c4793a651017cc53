"""No encoding is garbled silently: each is read as what it is, or refused by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.data.encoding import detect_encoding
from headstart.data.read import read
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

WESTERN = [
    "Le colis n\u2019est pas arrivé à l'hôtel",
    "Größe paßt nicht, „schade“",
    "¿Dónde está mi niño? ¡Año!",
    "£5 off",
]
CHINESE = ["包裹到现在还没有送到请尽快处理一下", "商品质量很好下次还会再来购买", "客服态度很差等了一个小时"]


def table(lines: list[str]) -> str:
    return "text,label\n" + "".join(f'"{line} {at}",{"ab"[at % 2]}\n' for at, line in enumerate(lines * 10))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("lines", [WESTERN, CHINESE], ids=["western", "chinese"])
def test_unicode_comes_out_as_it_went_in(tmp_path: Path, codec: str, lines: list[str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(table(lines).encode(codec))
    frame = read(path)
    assert frame.columns == ["text", "label"]
    assert frame["text"].to_list() == [f"{line} {at}" for at, line in enumerate(lines * 10)]


def test_windows_1252_is_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(table(WESTERN).encode("cp1252"))
    assert read(path)["text"][:2].to_list() == [f"{WESTERN[0]} 0", f"{WESTERN[1]} 1"]
    assert "Windows-1252" in detect_encoding(path).note


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1251", "Посылка не пришла, где мой заказ?"),
        ("koi8-r", "Посылка не пришла, где мой заказ?"),
        ("cp1250", "Źle działa, łączność słaba, proszę o zwrot"),
        ("iso8859-2", "Źle działa, łączność słaba, proszę o zwrot"),
        ("cp1253", "Θέλω πίσω τα χρήματά μου"),
        ("shift-jis", "荷物がまだ届きません"),
        ("gbk", "包裹到现在还没有送到请尽快处理"),
        ("euc-kr", "배송이 아직 안 왔어요"),
    ],
)
def test_other_encodings_are_refused_rather_than_guessed(tmp_path: Path, codec: str, text: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(table([text]).encode(codec))
    with pytest.raises(DataError, match=r"line 2 .*allowed are UTF-8, UTF-16 and Windows-1252"):
        detect_encoding(path)


def test_broken_bytes_in_utf8_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = table(WESTERN).encode().splitlines(keepends=True)
    lines[6] = lines[6].replace(b" ", b" \xc3 ", 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(DataError, match="UTF-8 except for bytes in line 7"):
        detect_encoding(path)


def test_bytes_that_no_encoding_explains(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text,label\na plain line,a\na \xff\xfe line,b\n")
    with pytest.raises(DataError, match=r"line 3 holds 0xFF 0xFE"):
        detect_encoding(path)


def test_nul_bytes_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text,label\n" + b"a plain line,a\n" * 70_000 + b"a \0 line,b\n")
    with pytest.raises(DataError, match=r"NUL bytes \(first in line 70002\)"):
        detect_encoding(path)


def test_a_late_byte_still_decides(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text,label\n" + b"a plain line,a\n" * 80_000 + "dernier café,b\n".encode("latin-1"))
    assert read(path)["text"][-1] == "dernier café"
