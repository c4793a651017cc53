"""A profile on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headstart.wording import answers_label, count, on_terminal, percent, said_of_features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from headstart.core.profile import Profile
    from headstart.core.rows import Columns

_BAR_CELLS = 30
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MOST_CLASSES = 12
_MOST_LANGUAGES, _LEAST_SHARE = 4, 0.01


def show(console: Console, profile: Profile, *, name: str, columns: Columns, task: str = "") -> None:
    """Prints a profile for people.

    Args:
        console: where to.
        profile: what was found.
        name: the file as messages name it.
        columns: which columns were read.
        task: the task that the file states, in a few words; empty without a target.
    """
    console.print()
    console.print(Text.assemble((name, "bold"), f"  {_summary(columns, profile)}"))
    if profile.classes:
        console.print(Padding(_classes(profile), (1, 0, 0, 2), expand=False))
    console.print(Padding(_facts(profile, task), (1, 0, 0, 2), expand=False))
    console.print()
    for warning in profile.warnings:
        first, *more = warning.splitlines()
        console.print(Text.assemble(("! ", "bold yellow"), first))
        for line in more:
            console.print(Text(f"  {line}"))
    if not profile.warnings:
        console.print(Text("nothing found that should worry you", style="green"))


def _summary(columns: Columns, profile: Profile) -> str:
    rows = count(sum(profile.rows.values()), "row")
    if "all" not in profile.rows:
        rows += " (" + ", ".join(f"{amount:,} {part}" for part, amount in profile.rows.items()) + ")"
    read = f"text in {' + '.join(columns.text)}"
    if columns.features:
        read += f", beside it {said_of_features(columns.features)}"
    return f"{rows}; {read}" + (f", target {columns.target}" if columns.target else "")


def _classes(profile: Profile) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="ellipsis", max_width=40, no_wrap=True)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    table.add_column()
    total, largest = sum(profile.classes.values()), max(profile.classes.values())
    shown = list(profile.classes.items())
    hidden = shown[_MOST_CLASSES:] if len(shown) > _MOST_CLASSES + 1 else []
    for name, rows in shown[: len(shown) - len(hidden)]:
        table.add_row(
            Text(on_terminal(name)),
            f"{rows:,}",
            percent(rows / total, 1),
            Text(_bar(rows / largest), style="cyan"),
        )
    if hidden:
        rows = sum(amount for _, amount in hidden)
        table.add_row(
            Text(f"{len(hidden)} more labels", style="dim"), f"{rows:,}", percent(rows / total, 1), ""
        )
    return table


def _bar(share: float) -> str:
    eighths = max(1, round(share * _BAR_CELLS * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _facts(profile: Profile, task: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for fact, value in (*((("task", task),) if task else ()), *_lines(profile)):
        table.add_row(fact, Text(value))
    return table


def _lines(profile: Profile) -> Iterator[tuple[str, str]]:
    lengths = profile.lengths
    unit = "words" if lengths.tokenizer == "words" else f"tokens of {lengths.tokenizer}"
    yield (
        "length",
        (
            f"median {lengths.median:,.0f} {unit}, 90 % up to {lengths.p90:,.0f}, 99 % up to "
            f"{lengths.p99:,.0f}, longest {lengths.longest:,}"
        ),
    )
    if lengths.tokenizer != "words":
        yield "cut off", f"{percent(lengths.truncated, 1)} of the texts, beyond {lengths.limit} tokens"
    shown = [each for each in profile.languages.items() if each[1] >= _LEAST_SHARE][:_MOST_LANGUAGES]
    yield (
        "language",
        f"{profile.language or 'not clear'} "
        f"({', '.join(f'{name} {percent(share)}' for name, share in shown)})",
    )
    yield (
        "duplicates",
        f"{count(profile.exact_duplicates, 'row')} exact, {count(profile.near_duplicates, 'text')} nearly "
        "equal",
    )
    if profile.shared_with_test:
        yield "shared with test", count(profile.shared_with_test, "text")
    if profile.classes or profile.conflicts:
        yield f"conflicting {answers_label(profile.answer)}", count(profile.conflicts, "text")
    yield "empty texts", count(profile.empty, "row")
