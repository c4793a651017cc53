"""The settings of an adaptation: a TOML recipe or keyword arguments, validated as a whole."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from headstart.core.caps import Caps
from headstart.errors import SettingError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_S = 10.0
NO_SEARCH = "none"
# Where a run is told beside its folder; an address may hold a password, so no report shows it.
TOLD = ("tensorboard", "mlflow")
UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
UNIT_MS = {"us": 1e-3, "ms": 1.0, "s": 1e3}
UNIT_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}


def cache_folder() -> Path:
    """Where caches live: `HEADSTART_CACHE`, or the platform's cache folder; safe to delete at any time."""
    if named := os.environ.get("HEADSTART_CACHE"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("headstart")


def seconds(value: object) -> object:
    """`90s`, `5m` or `2h` as seconds; plain numbers are seconds already.

    Raises:
        ValueError: the text is not a length of time.
    """
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", value)
    if match is None:
        raise ValueError(f"got {value!r}; write seconds, minutes or hours, such as 90s, 5m or 2h")
    return float(match[1]) * UNIT_S[match[2] or "s"]


def milliseconds(value: object) -> object:
    """`5ms`, `0.5ms` or `1s` as milliseconds; plain numbers are milliseconds already.

    Raises:
        ValueError: the text is not a length of time.
    """
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(us|ms|s|)\s*", value)
    if match is None:
        raise ValueError(f"got {value!r}; write milliseconds a row, such as 5ms or 0.5ms")
    return float(match[1]) * UNIT_MS[match[2] or "ms"]


def byte_count(value: object) -> object:
    """`100MB`, `1.5GB` or `500kB` as bytes, in powers of ten, `64MiB` in powers of two; numbers are bytes.

    Raises:
        ValueError: the text is not a size.
    """
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:([kmg]i?)?b)?\s*", value, flags=re.IGNORECASE)
    if match is None:
        raise ValueError(f"got {value!r}; write a size with its unit, such as 100MB or 1.5GB")
    return float(match[1]) * UNIT_BYTES[(match[2] or "").lower()]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _words(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {str(key): str(text) for key, text in value.items()}


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
Words = Annotated[dict[str, str], BeforeValidator(_words)]


class Settings(BaseModel):
    """Everything that a person can say about an adaptation; the data itself is not part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Names = ()
    text: Names = ()
    ignore: Names = ()
    columns: Names = ()
    test: Path | None = None
    unlabelled: Path | None = None
    also: Names = ()
    previous: Path | None = None
    task: str | None = None
    base: Names = ("embedded",)
    strategy: Names = ()
    set: dict[str, Any] = Field(default_factory=dict)
    search: str = "portfolio"
    metric: str | None = None
    positive: str | None = None
    describe: Words = Field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    min_precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    costs: dict[str, dict[str, float]] = Field(default_factory=dict)
    windows: bool = False
    prefix: str | None = None
    glossary: Path | None = None
    abstain_below: Annotated[float, Field(gt=0, lt=1)] | None = None
    margin: Annotated[float, Field(gt=0)] = 1.0
    within: Annotated[float, BeforeValidator(seconds), Field(ge=SHORTEST_S)] | None = None
    max_latency: Annotated[float, BeforeValidator(milliseconds), Field(gt=0)] | None = None
    max_size: Annotated[float, BeforeValidator(byte_count), Field(gt=0)] | None = None
    out: Path | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    no_text: bool = False
    tensorboard: Path | None = None
    mlflow: str | None = None

    @field_validator("search")
    @classmethod
    def _known_search(cls, value: str) -> str:
        from headstart import registry

        if value == NO_SEARCH:
            return value
        if value.replace("-", "_") not in registry.names("search"):
            raise ValueError(str(UnknownName("search", value, (*registry.names("search"), NO_SEARCH))))
        return value.replace("-", "_")

    @model_validator(mode="after")
    def _one_operating_point(self) -> Settings:
        if self.min_precision is not None and self.costs:
            raise ValueError("min_precision and costs both choose the label; give one of them")
        return self

    @property
    def caps(self) -> Caps:
        """What the shipped model may cost to run and to keep."""
        return Caps(row_ms=self.max_latency, bytes=self.max_size)

    def identity(self) -> dict[str, Any]:
        """All that decides the outcome of a run, as plain values; where it is kept and told does not."""
        return self.model_dump(mode="json", exclude={"out", "within", *TOLD})


def settings(given: Mapping[str, Any], recipe: Path | None = None) -> tuple[Settings, str | None]:
    """Validated settings and the data file that the recipe names, if any.

    Args:
        given: what was said in the call or on the command line; None and empty values were not said.
        recipe: a TOML file with the same keys and, if it likes, `data`; what was said wins.

    Raises:
        SettingError: the recipe can't be read, or values don't fit; all faults in one message.
    """
    values = read_recipe(recipe) if recipe is not None else {}
    data = values.pop("data", None)
    values |= {key: value for key, value in given.items() if _said(value)}
    try:
        return Settings(**values), data
    except ValidationError as error:
        raise SettingError(_faults(error)) from None


def _said(value: object) -> bool:
    return not (value is None or value is False or (isinstance(value, tuple | list | dict) and not value))


def read_recipe(path: Path) -> dict[str, Any]:
    """The keys of a TOML recipe; file names in it are relative to its own folder.

    Raises:
        SettingError: the file is missing or is not TOML.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"can't read the recipe {path}: {error}; give the path of a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path} is not valid TOML: {error}") from None
    for key in ("data", "test", "unlabelled", "previous", "glossary"):
        if isinstance(values.get(key), str):
            values[key] = str((path.parent / values[key]).resolve())
    if isinstance(values.get("also"), str | list):
        given = [values["also"]] if isinstance(values["also"], str) else values["also"]
        values["also"] = [_beside(path, each) if isinstance(each, str) else each for each in given]
    return values


def _beside(recipe: Path, also: str) -> str:
    """`FILE:LABEL` with its file as seen from here; the label stays as it is, whatever it looks like."""
    file, colon, label = also.rpartition(":")
    return f"{(recipe.parent / file).resolve()}{colon}{label}" if file else also


def _faults(error: ValidationError) -> str:
    lines = [_fault(each["loc"], each["type"], each["msg"], each["input"]) for each in error.errors()]
    return "\n".join(lines)


def _fault(where: tuple[int | str, ...], kind: str, message: str, got: object) -> str:
    name = ".".join(str(part) for part in where)
    if kind == "extra_forbidden":
        return str(UnknownName("setting", name, Settings.model_fields))
    message = message.removeprefix("Value error, ")
    if not name:
        return message
    return f"{name}: {message}" if repr(got) in message else f"{name}: got {got!r}; {message}"
