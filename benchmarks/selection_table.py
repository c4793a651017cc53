"""The simulated races of the selection as lines to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def table(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each case and number of test rows.

    Args:
        cases: `metric`, `field`, `rows` and, over all races, `counts`.
    """
    return [line for each in cases for line in _lines(each)]


def _lines(case: Mapping[str, Any]) -> Iterator[str]:
    counts = case["counts"]
    races = counts["races"]
    for rows in case["rows"]:

        def share(name: str, of: float = races, rows: int = rows) -> str:
            return f"{counts[f'{rows} {name}'] / of:.3f}" if of else "-"

        enough = counts[f"{rows} enough"]
        yield (
            f"{case['metric']:9} {case['field']:8} {races:5} races, {rows:4} test rows: all intervals hold "
            f"{share('held')} ({share('held of enough', enough)} of {enough} with 10 rows of each class), "
            f"that of the best baseline {share('held best')}; adapt {share('adapt')}, wrongly "
            f"{share('wrong adapt')}, inconclusive {share('inconclusive')}"
        )
    yield (
        f"{case['metric']:9} {case['field']:8} {races:5} races: a mixture won "
        f"{counts['mixtures'] / races:.3f}; mean true lead over the best baseline "
        f"{counts['lead'] / races:.4f}, truly better than all {counts['better'] / races:.3f}"
    )
