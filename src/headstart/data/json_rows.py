"""JSON (a list of objects, or an object of columns) and JSON with one object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.data.opening import open_text
from headstart.data.squad import is_squad, squad_rows
from headstart.data.values import column
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LAYOUT = 'it should be a list of objects such as [{"text": "...", "label": "..."}], or one object a line'


def read_json(path: Path, codec: str) -> pl.DataFrame:
    """The rows of a JSON file of either layout.

    Raises:
        DataError: it is not valid JSON (with the line), or not a table.
    """
    with open_text(path, codec) as text:
        content = text.read()
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return read_json_lines(path, codec)
        raise DataError(
            f"{path} is not valid JSON: {error.msg.removesuffix(' at')} in line {error.lineno}, column "
            f"{error.colno}; mend that place"
        ) from None
    except RecursionError:
        raise DataError(f"{path} is nested too deeply for a table; {_LAYOUT}") from None
    except ValueError as error:
        raise DataError(f"{path} can't be read ({error}); mend that value") from None
    if is_squad(value):
        return from_objects(squad_rows(value, path))
    if isinstance(value, dict) and len(value) == 1 and _objects(next(iter(value.values()))):
        value = next(iter(value.values()))
    if _objects(value):
        return from_objects(value)
    if isinstance(value, dict) and value and all(isinstance(each, list | dict) for each in value.values()):
        return from_columns(
            {key: list(each.values()) if isinstance(each, dict) else each for key, each in value.items()},
            str(path),
        )
    if isinstance(value, dict):
        return from_objects([value])
    raise DataError(f"{path} holds {_said(value)}, not a table; {_LAYOUT}")


def read_json_lines(path: Path, codec: str) -> pl.DataFrame:
    """The rows of a file with one JSON object a line.

    Raises:
        DataError: a line is not an object; the message names it.
    """
    rows = list[dict[str, Any]]()
    with open_text(path, codec) as text:
        for number, line in enumerate(text, 1):
            if line.strip():
                rows.append(_object(line, number, path))
    if not rows:
        raise DataError(f"{path} has no rows; {_LAYOUT}")
    return from_objects(rows)


def from_objects(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A table from one mapping a row; a key that a row lacks is an empty cell."""
    names = dict.fromkeys(key for row in rows for key in row)
    return pl.DataFrame([column(str(name), (row.get(name) for row in rows)) for name in names])


def from_columns(columns: Mapping[str, Sequence[Any]], name: str) -> pl.DataFrame:
    """A table from one sequence a column.

    Raises:
        DataError: the columns are not of one length.
    """
    sizes = {key: len(each) for key, each in columns.items()}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{key} {size:,}" for key, size in sizes.items())
        raise DataError(
            f"the columns of {name} differ in length ({said}); every column needs a cell for each row"
        )
    return pl.DataFrame([column(str(key), each) for key, each in columns.items()])


def _object(line: str, number: int, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(line.rstrip())
    except json.JSONDecodeError as error:
        raise DataError(
            f"line {number} of {path} is not valid JSON: {error.msg.removesuffix(' at')} at "
            f"character {error.pos + 1}; "
            f'every line should be one object such as {{"text": "...", "label": "..."}}: mend that line'
        ) from None
    except RecursionError:
        raise DataError(f"line {number} of {path} is nested too deeply for a table; {_LAYOUT}") from None
    except ValueError as error:
        raise DataError(f"line {number} of {path} can't be read ({error}); mend that value") from None
    if not isinstance(value, dict):
        raise DataError(
            f"line {number} of {path} holds {_said(value)}; every line should be one object such as "
            f'{{"text": "...", "label": "..."}}'
        )
    return value


def _objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _said(value: object) -> str:
    kinds = {list: "a list", dict: "an object", str: "a text", bool: "true or false", type(None): "null"}
    if isinstance(value, list) and not value:
        return "an empty list"
    return kinds.get(type(value), "a number")
