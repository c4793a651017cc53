"""What to do next, drawn from what a run found."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.trial import MEMBER
from headstart.report.confusion import confusion
from headstart.report.label_errors import likely_label_errors
from headstart.wording import (
    WINNER,
    answers_label,
    count,
    duration,
    fit_label,
    in_points,
    margin_label,
    metric_label,
    number,
    percent,
    predict_command,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.evaluation import Growth
    from headstart.core.result import Result

MOST = 7
_LONG = 40
_ENGLISH = "en"
# Fits that only tell what more rows would bring.
_SHARES = ("half", "quarter")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One thing to do and why.

    Args:
        action: what, as an order.
        reason: the finding behind it, in figures.
        command: what to type, or empty.
    """

    action: str
    reason: str
    command: str = ""


def next_steps(result: Result) -> tuple[Advice, ...]:
    """Advice, most useful first; where no adaptation was measured, what would let one be."""
    adapted = WINNER in result.evaluation.scores
    found = (
        *_use(result),
        *(() if adapted else _run(result)),
        *_rows(result),
        *_train_rows(result),
        *_labels(result),
        *(_run(result) if adapted else ()),
        *_data(result),
        *_classes(result),
    )
    return found[:MOST]


def _use(result: Result) -> Iterator[Advice]:
    yield Advice(
        action="Predict new rows with the bundle",
        reason="It holds the very model whose figures stand above.",
        command=predict_command(shlex.quote(str(result.bundle)), result.task),
    )


def _rows(result: Result) -> Iterator[Advice]:
    evaluation, verdict = result.evaluation, result.verdict
    needed = verdict.test_rows_needed
    if verdict.outcome == "inconclusive" and needed and needed > evaluation.rows:
        yield _more_test_rows(result, needed)
    elif not verdict.trusted:
        yield Advice(
            action="Collect more test rows before you rely on the interval",
            reason=f"{count(evaluation.rows, 'test row')} are few; from 200 rows with 10 a class its "
            "coverage is trusted.",
        )
    if evaluation.earlier_looks >= 3:
        yield Advice(
            action="Bring fresh test rows",
            reason=f"{count(evaluation.earlier_looks, 'earlier run')} consulted these; "
            "choices made in their light flatter the score.",
        )


def _more_test_rows(result: Result, needed: int) -> Advice:
    evaluation, deadline = result.evaluation, result.seconds.deadline
    narrow = (
        "narrow enough to decide" if result.verdict.trusted else "one to trust and narrow enough to decide"
    )
    reason = f"With {needed:,} test rows instead of {evaluation.rows:,} the interval would be {narrow}"
    if deadline is not None and needed <= evaluation.rows + evaluation.unopened:
        # A part of the time is for reading them, whatever there is of it.
        return Advice(
            action="Allow the time to open more of the sealed rows",
            reason=f"{reason}; {evaluation.unopened:,} more lie unopened.",
            command=f"--within {_round_up(deadline * needed / evaluation.rows)}",
        )
    return Advice(action=f"Label about {needed - evaluation.rows:,} more test rows", reason=f"{reason}.")


def _train_rows(result: Result) -> Iterator[Advice]:
    growth = result.verdict.growth
    if growth is None:
        return
    curve = next((each for each in growth.curves if each.model == WINNER), None)
    if curve is None:
        yield from _second_half(result, growth)
        return
    metric, margin, twice = result.evaluation.metric, result.verdict.margin, curve.twice
    unit = result.evaluation.unit
    gain, low, high = (
        in_points(each, metric, unit=unit) for each in (twice.gain, twice.gain_low, twice.gain_high)
    )
    brought = f"{gain} points of {metric_label(metric)} ({low} to {high}) are expected of twice as many"
    if twice.gain_high < margin:
        yield Advice(
            action="Don't label more training rows for the sake of the score",
            reason=f"{brought}, less than {margin_label(margin, metric, unit=unit)}.",
        )
    elif twice.gain >= margin:
        yield Advice(action="Label more training rows", reason=f"{brought}.")


def _second_half(result: Result, growth: Growth) -> Iterator[Advice]:
    metric, unit = result.evaluation.metric, result.evaluation.unit
    gain, margin = growth.gain, result.verdict.margin
    value, low, high = (in_points(each, metric, unit=unit) for each in (gain.value, gain.low, gain.high))
    seen = (
        f"The second half of the {growth.rows:,} training rows brought {value} points on dev "
        f"({low} to {high})"
    )
    if gain.high < margin:
        yield Advice(
            action="Don't label more training rows for the sake of the score",
            reason=f"{seen}; twice as many are not expected to bring "
            f"{margin_label(margin, metric, unit=unit)}.",
        )
    elif gain.low > 0:
        yield Advice(
            action="Label more training rows",
            reason=f"{seen}; twice as many may be expected to bring as much or less.",
        )
    elif result.verdict.test_rows_needed:
        yield Advice(
            action="Label test rows before training rows",
            reason=f"{seen}; whether twice as many would bring anything is open.",
        )


def _labels(result: Result) -> Iterator[Advice]:
    suspects = likely_label_errors(result.diagnosis)
    if suspects:
        yield Advice(
            action=f"Go through {count(len(suspects), 'likely label error')}",
            reason="On these test rows the model is sure of another label; they are listed in "
            "label_errors.csv beside this report.",
        )
    if result.profile.conflicts:
        yield Advice(
            action=f"Settle texts that carry different {answers_label(result.profile.answer)}",
            reason=f"{count(result.profile.conflicts, 'text')} of the file, in different rows; no model can "
            "get them all right.",
        )


def _run(result: Result) -> Iterator[Advice]:
    judged = {
        trial.candidate.label for trial in result.trials if trial.role == "trial" and trial.status == "done"
    }
    cut = [
        trial.candidate
        for trial in result.trials
        if trial.status in {"stopped", "skipped"}
        and trial.role not in (*_SHARES, MEMBER)
        and not trial.candidate.blocked
        and (trial.role != "trial" or trial.candidate.label not in judged)
    ]
    if cut:
        once = set(map(fit_label, cut))
        seconds = sum(candidate.cost.seconds for candidate in cut)
        allowed = (result.seconds.deadline or result.seconds.actual) + 1.5 * seconds
        names = ", ".join(dict.fromkeys(map(fit_label, cut)))
        yield Advice(
            action="Allow more time",
            reason=f"{names} did not fit in; about {duration(seconds)} more would let "
            + ("it run." if len(once) == 1 else "them run."),
            command=f"--within {_round_up(allowed)}",
        )
    missing = result.evaluation.not_measured
    if "zero_shot" in missing and result.task == "text_to_text":
        yield Advice(
            action="Try a base that writes", reason=missing["zero_shot"], command="--base NAME_OR_PATH"
        )
    elif "--describe" in missing.get("zero_shot", ""):
        yield Advice(
            action="Say what the labels mean",
            reason=f"zero-shot was not measured: {missing['zero_shot']}",
            command='--describe LABEL="what it means"',
        )


def _data(result: Result) -> Iterator[Advice]:
    profile, lengths = result.profile, result.profile.lengths
    if profile.leaking:
        yield Advice(
            action=f"Check {', '.join(profile.leaking)}",
            reason="It gives the target away; if it is not known when you predict, leave it out "
            "with --ignore.",
        )
    if profile.language not in {None, _ENGLISH} and result.winner.base == "embedded":
        yield Advice(
            action="Try a base for your language",
            reason=f"Most texts are in {profile.language!r}; the embedded base was trained on English.",
            command="--base NAME_OR_PATH",
        )
    if lengths.truncated > 0.05:
        yield Advice(
            action="Try a base that reads longer texts",
            reason=f"{percent(lengths.truncated)} of the texts are longer than the "
            f"{lengths.limit} tokens that are read.",
            command="--base NAME_OR_PATH",
        )


def _classes(result: Result) -> Iterator[Advice]:
    if not result.diagnosis.classes:
        return
    table = confusion(result.diagnosis)
    errors = sum(cell.rows for cell in table.cells if not cell.right)
    if table.pairs and table.pairs[0].rows >= max(5, errors // 4):
        pair = table.pairs[0]
        yield Advice(
            action=f"Define where {_named(pair.true)} ends and {_named(pair.predicted)} begins",
            reason=f"{count(pair.rows, 'test row')} of the first were taken for the second, "
            f"{percent(pair.rows / errors)} of all errors.",
        )
    tested = sorted((each for each in result.diagnosis.classes if each.rows), key=lambda each: each.standing)
    usual = tested[len(tested) // 2].f1 if tested else 0.0
    weak = [each for each in tested if each.rows >= 5][:3]
    weak = [each for each in weak if each.f1 < usual - 0.1]
    if weak:
        yield Advice(
            action=f"Label more rows of {', '.join(_named(each.name) for each in weak)}",
            reason="; ".join(
                f"{_named(each.name)}: F1 {number(each.f1, 2)} on {count(each.rows, 'test row')}"
                for each in weak
            )
            + f"; the median class has {number(usual, 2)}.",
        )


def _named(label: str) -> str:
    return repr(label if len(label) <= _LONG else f"{label[: _LONG - 3]}...")


def _round_up(seconds: float) -> str:
    return f"{max(1, -(-int(seconds) // 60))}m"
