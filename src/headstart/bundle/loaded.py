"""A bundle in the hands of a Python program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.bundle.load import load_model
from headstart.bundle.manifest import Manifest
from headstart.core.feature import Feature
from headstart.core.feature_cells import feature_cells
from headstart.core.rows import Columns, Rows
from headstart.core.turns import messages_cell
from headstart.core.words import joined_cell
from headstart.errors import DataError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.model import Model
    from headstart.core.predictions import Predictions

    Read = Callable[[Any], Any]

# What makes a text of a cell that holds something else, by the kind of answer.
READ = {"tags": joined_cell, "reply": messages_cell}


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """A model that answers for texts and for tables.

    Args:
        model: what predicts.
        columns: text columns that it was trained on, in order.
        features: columns that it reads beside the text.
        classes: names of the classes, in the order of the columns of `predict_proba`.
        folder: where its bundle lies.
    """

    model: Model
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    folder: Path
    features: tuple[Feature, ...] = ()

    def predict(self, data: Any) -> list[Any]:
        """The answer for each row: its label (None where the model abstains), number, labels, tags, or text.

        Args:
            data: a list of texts, each of which may come as a list of words where words are tagged, or of
                messages where a conversation is answered; a list of tuples for a model of several text
                columns; or a pandas or polars frame that has the columns the model was trained on.

        Raises:
            DataError: a column is missing, or something is not a text.
        """
        return self._predictions(data).answers

    def predict_proba(self, data: Any) -> Float[ndarray, "rows classes"]:
        """Calibrated probabilities, one column a class in the order of `classes`.

        Raises:
            DataError: as for `predict`, or the model gives no probabilities.
        """
        found = self._predictions(data).probabilities
        if found is None:
            raise DataError(f"the model in {self.folder} gives no probabilities; use predict")
        return found

    def predict_frame(self, data: Any) -> pl.DataFrame:
        """`prediction` and, where there are any, `probability_<label>` columns, one line a row."""
        return as_frame(self._predictions(data))

    def rows(self, data: Any) -> Rows:
        """The rows of any accepted input, missing texts empty.

        Raises:
            DataError: as for `predict`.
        """
        names = self.columns or ("text",)
        if isinstance(data, Rows):
            return data
        if isinstance(data, pl.LazyFrame):
            data = data.collect()
        read = READ.get(self.model.task.answer)
        if hasattr(data, "columns"):
            table = _from_table(data, names, read)
            beside = [_beside(data, each) for each in self.features]
            return Rows.of(table.with_columns(beside), Columns(text=names, features=self.features))
        if self.features:
            named = ", ".join(repr(each.name) for each in self.features)
            raise DataError(
                f"this model reads columns beside the text ({named}); give a pandas or polars frame that has "
                "them"
            )
        return Rows.of(_from_list(data, names, read), Columns(text=names))

    def _predictions(self, data: Any) -> Predictions:
        return self.model.predict(self.rows(data))


def load(path: str | Path, *, verify: bool = True) -> Loaded:
    """Opens a bundle; runs nothing that it holds.

    Args:
        verify: whether the sha256 of every file is checked; sizes always are.

    Raises:
        BundleError: it is missing, changed, or of a newer format.
    """
    folder = Path(path)
    model = load_model(folder, verify=verify)
    manifest = Manifest.read(folder)
    return Loaded(
        model=model,
        columns=manifest.columns,
        classes=manifest.classes,
        folder=folder,
        features=tuple(Feature.read(each) for each in manifest.features),
    )


def as_frame(predictions: Predictions) -> pl.DataFrame:
    """Predictions as a table: `prediction` and, where there are any, `probability_<label>` columns.

    A prediction is a label, a number, a stretch of the text with its probability, or a list of labels, tags,
    stretches or passages.
    """
    table = {"prediction": pl.Series(predictions.answers, dtype=_kind(predictions))}
    if predictions.probabilities is not None:
        for index, label in enumerate(predictions.classes):
            table[f"probability_{label}"] = pl.Series(predictions.probabilities[:, index])
    return pl.DataFrame(table)


def _kind(predictions: Predictions) -> pl.DataType:
    if predictions.values is not None:
        return pl.Float64()
    if predictions.tags is not None and predictions.spans is not None:
        return pl.List(pl.Struct({"start": pl.Int64(), "end": pl.Int64(), "label": pl.String()}))
    if predictions.texts is not None and predictions.spans is not None:
        places = {"start": pl.Int64(), "end": pl.Int64()}
        return pl.Struct({"text": pl.String(), **places, "probability": pl.Float64()})
    if predictions.ranked is not None:
        return pl.List(pl.Struct({"passage": pl.String(), "score": pl.Float64()}))
    several = predictions.chosen is not None or predictions.tags is not None
    return pl.List(pl.String()) if several else pl.String()


def _from_table(data: Any, names: tuple[str, ...], read: Read | None) -> pl.DataFrame:
    return pl.DataFrame({name: _texts(_cells(data, name), name, read) for name in names})


def _cells(data: Any, name: str) -> list[Any]:
    """A column of a frame by its name as text, for pandas also has names that are numbers."""
    known = [str(each) for each in data.columns]
    if known.count(name) != 1:
        if name in known:
            raise DataError(f"the frame has more than one column named {name!r}; rename or remove one")
        raise DataError(str(UnknownName("column", name, known)))
    found: list[Any] = data[data.columns[known.index(name)]].to_list()
    return found


def _beside(data: Any, feature: Feature) -> pl.Series:
    """A column beside the text, whatever the frame calls what is missing."""
    values = [_value(each) for each in _cells(data, feature.name)]
    numbers = all(each is None or isinstance(each, int | float) for each in values)
    texts = [None if each is None else str(each) for each in values]
    cells = (
        pl.Series(feature.name, [None if each is None else float(each) for each in values], dtype=pl.Float64)
        if numbers and feature.is_number
        else pl.Series(feature.name, texts, dtype=pl.String)
    )
    return feature_cells(cells, feature, "the frame")


def _value(cell: Any) -> Any:
    """A cell as it is trained on: stretches of time are numbers of seconds."""
    if _is_gap(cell):
        return None
    return cell.total_seconds() if isinstance(cell, timedelta) else cell


def _is_gap(value: Any) -> bool:
    """How Python, NumPy and pandas spell that there is nothing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and math.isnan(value)


def _from_list(data: Sequence[Any], names: tuple[str, ...], read: Read | None) -> pl.DataFrame:
    if isinstance(data, str | bytes):
        raise DataError("predict takes a list of texts, got a single text; put it in a list: predict([text])")
    if isinstance(data, Mapping):
        raise DataError("predict takes a list of texts or a frame, got a dict; make a frame of it")
    rows = list(data)
    if len(names) == 1:
        return pl.DataFrame({names[0]: _texts(rows, names[0], read)})
    if not all(_is_row(row, len(names)) for row in rows):
        raise DataError(
            f"this model reads {len(names)} texts a row ({', '.join(names)}); give a list of tuples"
        )
    return pl.DataFrame(
        {name: _texts([row[at] for row in rows], name, read) for at, name in enumerate(names)}
    )


def _is_row(row: Any, texts: int) -> bool:
    return not isinstance(row, str | bytes | Mapping) and hasattr(row, "__len__") and len(row) == texts


def _texts(values: Sequence[Any], name: str, read: Read | None) -> pl.Series:
    """Texts as they are, and as texts what else a model of this kind reads."""
    joined = values if read is None else [read(each) for each in values]
    return pl.Series(
        name, [_text(value, position) for position, value in enumerate(joined, 1)], dtype=pl.String
    )


def _text(value: Any, position: int) -> str:
    if isinstance(value, str):
        return value
    if _is_gap(value):
        return ""
    if isinstance(value, int | float):
        return str(value)
    raise DataError(f"row {position} is a {type(value).__name__}, not a text; give a list of str")
