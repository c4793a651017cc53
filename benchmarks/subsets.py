"""The rows that a comparison is made on, drawn the same way for everyone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from sklearn.model_selection import train_test_split

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows

TRAIN_ROWS = 2000
TEST_ROWS = 2000
DRAW_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Texts with the label of each."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.texts)

    def halves(self, share: float) -> tuple[Texts, Texts]:
        """What is left and a stratified `share` of the rows."""
        return _cut(self, test_size=share)

    def rows(self) -> Rows:
        """The texts as rows with a target."""
        from headstart.core.rows import Columns, Rows

        frame = pl.DataFrame({"text": self.texts, "label": self.labels})
        return Rows.of(frame, Columns(text=("text",), target="label"))


@dataclass(frozen=True, kw_only=True)
class Subset:
    """Training and test rows of one data set.

    Args:
        name: the data set.
        train: training rows.
        test: test rows.
    """

    name: str
    train: Texts
    test: Texts

    @property
    def sha256(self) -> str:
        """Hash of all rows in order: what the figures depend on."""
        digest = hashlib.sha256()
        for part in (self.train, self.test):
            for row in zip(part.texts, part.labels, strict=True):
                digest.update("\x1f".join(row).encode() + b"\x1e")
        return digest.hexdigest()

    def told(self) -> str:
        """Both parts as JSON, for a program that draws no rows itself; `told_texts` reads it."""
        return json.dumps({"train": asdict(self.train), "test": asdict(self.test)})

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write `train.csv` and `test.csv` with columns text and label; gives their paths."""
        target = folder / self.name
        target.mkdir(parents=True, exist_ok=True)
        paths = target / "train.csv", target / "test.csv"
        for path, part in zip(paths, (self.train, self.test), strict=True):
            pl.DataFrame({"text": part.texts, "label": part.labels}).write_csv(path)
        return paths


def told_texts(path: Path) -> tuple[Texts, Texts]:
    """The training and the test rows that `Subset.told` wrote into a file."""
    parts = json.loads(path.read_text())
    train, test = (
        Texts(texts=tuple(parts[name]["texts"]), labels=tuple(parts[name]["labels"]))
        for name in ("train", "test")
    )
    return train, test


def draw(data: Path, name: str) -> Subset:
    """Draw 2,000 training rows and at most 2,000 test rows, stratified.

    Args:
        data: folder with one folder a data set, in each `train.parquet` and `test.parquet`.
        name: the data set.

    Raises:
        SystemExit: a file is missing.
    """
    return Subset(
        name=name,
        train=_at_most(_read(data / name / "train.parquet"), TRAIN_ROWS),
        test=_at_most(_read(data / name / "test.parquet"), TEST_ROWS),
    )


def draw_few(data: Path, name: str, *, shots: int, seed: int) -> Subset:
    """Draw so many training rows of each class, and the same test rows whatever the seed.

    Args:
        data: folder with one folder a data set, in each `train.parquet` and `test.parquet`.
        name: the data set.
        shots: training rows of each class; all of a class that has fewer.
        seed: decides which.

    Raises:
        SystemExit: a file is missing.
    """
    every = _read(data / name / "train.parquet")
    labels = np.asarray(every.labels)
    rng = np.random.default_rng([seed, shots])
    rows = np.concatenate(
        [rng.permutation(np.flatnonzero(labels == label))[:shots] for label in np.unique(labels)]
    )
    few = Texts(
        texts=tuple(every.texts[row] for row in rows), labels=tuple(every.labels[row] for row in rows)
    )
    return Subset(name=name, train=few, test=_at_most(_read(data / name / "test.parquet"), TEST_ROWS))


def draw_inside(data: Path, name: str, *, rows: int, held: int) -> Subset:
    """Draw rows to fit on and others to measure on, stratified, from the training rows alone.

    Whatever is tuned on these has seen none of the test rows.

    Args:
        data: folder with one folder a data set, in each `train.parquet`.
        name: the data set.
        rows: rows to fit on.
        held: rows to measure on.

    Raises:
        SystemExit: a file is missing.
    """
    drawn = _at_most(_read(data / name / "train.parquet"), rows + held)
    train, test = _cut(drawn, train_size=rows)
    return Subset(name=name, train=train, test=test)


def draw_sized(data: Path, name: str, *, size: str, seed: int) -> Subset:
    """Draw training rows of a size, and the same test rows whatever the size and the seed.

    Args:
        data: folder with one folder a data set, in each `train.parquet` and `test.parquet`.
        name: the data set.
        size: as for `draw_within`.
        seed: decides which rows are drawn.

    Raises:
        SystemExit: a file is missing.
    """
    every = _read(data / name / "train.parquet")
    train = _taken(every, _sized(every, size, seed))
    return Subset(name=name, train=train, test=_at_most(_read(data / name / "test.parquet"), TEST_ROWS))


def draw_within(data: Path, name: str, *, size: str, seed: int, held_out: int = 600) -> Subset:
    """Draw training rows and, from the rest of the same file, rows to score on; the test file stays shut.

    Args:
        data: folder with one folder a data set, in each `train.parquet`.
        name: the data set.
        size: `16 a class` for so many of each class, all of a class that has fewer; `500 rows` for so
            many in proportion.
        seed: decides which rows are drawn.
        held_out: rows to score on at most, in proportion.

    Raises:
        SystemExit: the file is missing.
    """
    every = _read(data / name / "train.parquet")
    rows = _sized(every, size, seed)
    rest = np.setdiff1d(np.arange(len(every)), rows)
    return Subset(name=name, train=_taken(every, rows), test=_spread(_taken(every, rest), held_out, seed))


def _sized(every: Texts, size: str, seed: int) -> np.ndarray:
    number, _, kind = size.partition(" ")
    labels = np.asarray(every.labels)
    if kind == "a class":
        rng = np.random.default_rng([seed, int(number)])
        return np.concatenate(
            [rng.permutation(np.flatnonzero(labels == label))[: int(number)] for label in np.unique(labels)]
        )
    if int(number) >= len(every):
        return np.arange(len(every))
    drawn = train_test_split(range(len(every)), train_size=int(number), stratify=labels, random_state=seed)
    return np.asarray(drawn[0])


def _spread(part: Texts, rows: int, seed: int) -> Texts:
    """So many rows, of each class in proportion and one at least."""
    if len(part) <= rows:
        return part
    labels, rng = np.asarray(part.labels), np.random.default_rng([seed, rows])
    chosen = [
        rng.permutation(where)[: max(1, round(rows * len(where) / len(labels)))]
        for where in (np.flatnonzero(labels == label) for label in np.unique(labels))
    ]
    return _taken(part, np.sort(np.concatenate(chosen)))


def _taken(part: Texts, rows: np.ndarray) -> Texts:
    return Texts(texts=tuple(part.texts[row] for row in rows), labels=tuple(part.labels[row] for row in rows))


def _read(path: Path) -> Texts:
    if not path.exists():
        raise SystemExit(f"{path} is missing; --data names a folder with a folder for each data set")
    frame = pl.read_parquet(path, columns=["text", "label"]).cast(pl.String)
    return Texts(texts=tuple(frame["text"]), labels=tuple(frame["label"]))


def _at_most(part: Texts, rows: int) -> Texts:
    return part if len(part) <= rows else _cut(part, train_size=rows)[0]


def _cut(
    part: Texts, *, train_size: int | None = None, test_size: float | None = None
) -> tuple[Texts, Texts]:
    sizes = {"train_size": train_size, "test_size": test_size}
    cut = train_test_split(range(len(part)), **sizes, stratify=part.labels, random_state=DRAW_SEED)
    first, second = (
        Texts(texts=tuple(part.texts[row] for row in rows), labels=tuple(part.labels[row] for row in rows))
        for rows in cut
    )
    return first, second
