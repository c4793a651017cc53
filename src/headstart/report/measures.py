"""Every model by every metric, with its size and speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.wording import DASH, latency, metric_label, model_label, score, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headstart.core.evaluation import Footprint
    from headstart.core.result import Result


@dataclass(frozen=True, kw_only=True)
class Column:
    """One model.

    Args:
        label: its name.
        ships: whether it is what ships.
    """

    label: str
    ships: bool


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of every model, in figures."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Measures:
    """A table with a column a model and a line a measure."""

    models: tuple[Column, ...]
    lines: tuple[Measure, ...]


def measures(result: Result) -> Measures:
    """What ships comes first; the metric that decides is the first line."""
    evaluation, ships = result.evaluation, result.verdict.ships
    names = sorted(evaluation.scores, key=lambda name: name != ships)
    footprints = [evaluation.footprints.get(name) for name in names]
    metrics = [name for name in evaluation.others if name != evaluation.metric]
    decisive = tuple(score(evaluation.scores[name].value, evaluation.metric) for name in names)
    return Measures(
        models=tuple(Column(label=model_label(name, result), ships=name == ships) for name in names),
        lines=(
            Measure(label=metric_label(evaluation.metric), cells=decisive),
            *(_measure(metric, names, result) for metric in metrics),
            Measure(
                label="size on disk", cells=tuple(size(each.bytes) if each else DASH for each in footprints)
            ),
            Measure(
                label="time a row", cells=tuple(latency(each.row_ms) if each else DASH for each in footprints)
            ),
            *_prompts(footprints),
        ),
    )


def _prompts(footprints: Sequence[Footprint | None]) -> Iterator[Measure]:
    """A line where a model asks with prompts."""
    told = [each.prompts if each else None for each in footprints]
    if any(told):
        cells = tuple(DASH if each is None else f"{each.tokens:,.0f}" for each in told)
        yield Measure(label="tokens of a prompt", cells=cells)


def _measure(metric: str, names: list[str], result: Result) -> Measure:
    values = result.evaluation.others[metric]
    cells = tuple(score(values[name], metric) if name in values else DASH for name in names)
    return Measure(label=metric_label(metric), cells=cells)
