"""Where a model goes wrong, as sections of its card; each is empty where a task has no such errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import wording
from headstart.bundle.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.result import Result

_WORST = 5
_NAMES = {"multilabel": ("label", "labels"), "tagging": ("kind of entity", "kinds of entity")}


def names_of(task: str) -> tuple[str, str]:
    """What a task tells apart, one of it and many."""
    return _NAMES.get(task, ("class", "classes"))


def classes(result: Result) -> Iterator[str]:
    """A table of the classes, or of the weakest of many."""
    ranked = sorted(result.diagnosis.classes, key=lambda each: each.standing)
    if not ranked:
        return
    weakest = len(ranked) > 2 * _WORST
    one, many = names_of(result.task)
    yield from (f"## {f'Weakest {many}' if weakest else many.capitalize()}", "")
    yield from table(
        [one, "entities" if result.task == "tagging" else "test rows", "precision", "recall", "F1"],
        (
            [
                each.name,
                f"{each.rows:,}",
                *(
                    wording.number(value, 2) if each.rows else wording.DASH
                    for value in (each.precision, each.recall, each.f1)
                ),
            ]
            for each in ranked[: 2 * _WORST]
        ),
    )
    yield ""


def numbers(result: Result) -> Iterator[str]:
    """How far numbers are off, from the least to the greatest."""
    found = result.diagnosis.numbers
    if found is None:
        return
    quarter, half, most = map(wording.figure, found.quartiles)
    yield from ("## Errors", "")
    yield f"A quarter of the test rows are off by {quarter} or less, half by {half}, three in four by {most}."
    yield ""
    yield from table(
        ["number in the file", "test rows", "mean error", "mean absolute error"],
        (
            [
                f"{wording.figure(each.low)} to {wording.figure(each.high)}",
                f"{each.rows:,}",
                wording.figure(each.bias),
                wording.figure(each.error),
            ]
            for each in found.stretches
        ),
    )
    yield ""


def texts(result: Result) -> Iterator[str]:
    """How near texts come to their references, by the length of the source."""
    found = result.diagnosis.texts
    if found is None:
        return
    quarter, half, most = (wording.number(each, 1) for each in found.quartiles)
    yield from ("## Errors", "")
    yield (
        f"A quarter of the test rows come to a chrF of {quarter} or less, half to {half}, three in four to "
        f"{most}."
    )
    yield (
        f"{wording.count(found.exact, 'row is', 'rows are')} right to the letter, {found.empty:,} got no "
        f"text; {wording.number(found.length, 2)} words are produced for each in the file."
    )
    yield ""
    yield from table(
        ["words of the source", "test rows", "mean chrF"],
        (
            [f"{each.low:,} to {each.high:,}", f"{each.rows:,}", wording.number(each.likeness, 1)]
            for each in found.bands
        ),
    )
    yield ""


def answers(result: Result) -> Iterator[str]:
    """Which questions are answered, by question word."""
    found = result.diagnosis.answers
    if found is None:
        return
    yield from ("## Questions", "")
    yield from table(
        ["question word", "test rows", "exactly right", "F1"],
        (
            [each.name, f"{each.rows:,}", wording.percent(each.exact), wording.number(each.f1, 2)]
            for each in found.kinds
        ),
    )
    yield ""


def importance(result: Result) -> Iterator[str]:
    """What trees go by."""
    if result.importance is None:
        return
    shares = (("the text", result.importance.text), *result.importance.ranked)
    yield from ("## What it goes by", "")
    yield "Shares in what all splits of its trees gained on the training rows."
    yield ""
    yield from table(
        ["read", "share"],
        ([name, wording.percent(share, 1)] for name, share in shares[: 2 * _WORST] if share),
    )
    yield ""


def rankings(result: Result) -> Iterator[str]:
    """How high right passages stand."""
    found = result.diagnosis.rankings
    if found is None:
        return
    yield from ("## Rankings", "")
    yield f"The {found.corpus:,} passages ship in `bundle.json`; all were ranked for each query."
    yield ""
    yield from table(
        ["among the first", "queries with a right passage", "share"],
        ([str(each.depth), f"{each.rows:,}", wording.percent(each.share, 1)] for each in found.depths),
    )
    yield ""
