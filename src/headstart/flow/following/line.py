"""A record of a run's log as a line for people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from headstart.flow.following.follow import FINISHED, INTERRUPTED
from headstart.wording import combination_label, duration, number, size, strategy_label

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME, SCORE, TIME = 28, 7, 26
COLOURS = {"failed": "red", "stopped": "yellow", "skipped": "dim"}
ENDS = {
    FINISHED: "the run is finished",
    INTERRUPTED: "no process works on this run, and it is not finished; its command goes on where it stopped",
}


def line(record: Mapping[str, Any]) -> Text:
    """`14:03:22  trial    probe    0.871    2.9 s, expected 3.0 s    812 MB`."""
    status = str(record.get("status", ""))
    shown = Text(f"{_clock(record.get('at'))}  ", style="dim")
    shown.append(f"{record.get('role', '')!s:<7}", style="dim")
    shown.append(f"{_name(record):<{NAME}} ", style=COLOURS.get(status, "bold"))
    if status == "skipped":
        return shown.append(f"left out: {record.get('message', '')}", style="dim")
    score = record.get("dev_score")
    shown.append(f"{number(score) if isinstance(score, float | int) else '':>{SCORE}}  ")
    shown.append(f"{_time(record):<{TIME}}")
    shown.append(_memory(record), style="dim")
    if status != "done":
        shown.append(f"  {status}: {record.get('message', '')}", style=COLOURS.get(status, ""))
    return shown


def end_line(record: Mapping[str, Any]) -> Text:
    """How the run stands at the end of what there is to see."""
    told = record.get("sentence") or ENDS.get(str(record["end"]), "the run goes on")
    shown = Text(str(told), style="bold" if record["end"] == FINISHED else "dim")
    if record.get("report"):
        shown.append(f"\nreport  {record['report']}", style="not bold")
    return shown


def _name(record: Mapping[str, Any]) -> str:
    steps = [step for step in _within(record, "candidate", "steps") or () if isinstance(step, dict)]
    name = " + ".join(map(_step_name, steps))
    places = [f"{word} {record[word]}" for word in ("rung", "fold", "step") if record.get(word)]
    return ", ".join([name, *places])


def _step_name(step: Mapping[str, Any]) -> str:
    use, members = str(step.get("use")), _within(step, "params", "members")
    return combination_label(use, members) if isinstance(members, list) and members else strategy_label(use)


def _time(record: Mapping[str, Any]) -> str:
    actual, expected = _within(record, "cost", "seconds"), _within(record, "candidate", "cost", "seconds")
    said = f"{duration(actual):>7}" if isinstance(actual, float | int) else ""
    return f"{said}, expected {duration(expected)}" if said and expected else said


def _memory(record: Mapping[str, Any]) -> str:
    held = _within(record, "cost", "peak_bytes")
    return size(held) if isinstance(held, float | int) else ""


def _within(record: Any, *names: str) -> Any:
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _clock(at: object) -> str:
    try:
        return datetime.fromisoformat(str(at)).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return " " * 8
