"""Figures and names as people read them, the same in the report, the card and on the terminal."""

from __future__ import annotations

import math
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from headstart.core.feature import Feature
    from headstart.core.learning_curve import LearningCurve
    from headstart.core.plan import Candidate
    from headstart.core.portion import Portion
    from headstart.core.result import Result

WINNER, UNTOUCHED = "winner", "untouched_base"
_MINUTE_S, _HOUR_S = 60, 3600
_CALLED = {"tfidf": "tf-idf", "previous": "previous bundle", "untouched": "untouched base"}
# What stands in a target column by the kind of answer (`core.task.ANSWERS`), one and several of it.
_ANSWERS = {
    "number": ("a number", "numbers"),
    "labels": ("labels", "labels"),
    "tags": ("tags", "tags"),
    "span": ("an answer", "answers"),
    "similarity": ("a score", "scores"),
    "ranking": ("a passage", "passages"),
    "text": ("a target text", "target texts"),
    "reply": ("an answer", "answers"),
}
DASH = "\N{EN DASH}"
# As disks are sold, and as options such as --max-size are read.
MB = 1_000_000
# What a terminal obeys instead of showing it.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MINUS = "\N{MINUS SIGN}"


def said_of_features(features: Sequence[Feature]) -> str:
    """`Age (number), Department (6 categories)`."""
    return ", ".join(f"{each.name} ({_kind(each)})" for each in features)


def _kind(feature: Feature) -> str:
    if feature.is_number or not feature.categories:
        return feature.kind
    return count(len(feature.categories), "category", "categories")


def answer_label(answer: str) -> str:
    """`a label`, `a number`, `tags`: what a row carries, by the kind of answer."""
    return _ANSWERS.get(answer, ("a label", "labels"))[0]


def answers_label(answer: str) -> str:
    """`labels`, `numbers`, `tags`: what rows carry, by the kind of answer."""
    return _ANSWERS.get(answer, ("a label", "labels"))[1]


def metric_label(name: str) -> str:
    """`macro_f1` -> `macro-F1`."""
    try:
        return str(registry.load("metrics", name).label)
    except (UnknownName, AttributeError):
        return name.replace("_", " ")


def metric_trait(name: str, trait: str, default: Any) -> Any:
    """A class attribute of a metric, or `default` for one that is not installed here."""
    try:
        return getattr(registry.load("metrics", name), trait, default)
    except UnknownName:
        return default


def strategy_label(name: str) -> str:
    """`zero_shot` -> `zero-shot`, `tfidf` -> `tf-idf`, `previous` -> `previous bundle`."""
    return _CALLED.get(name, name.replace("_", "-").replace("tfidf", "tf-idf"))


def candidate_label(candidate: Candidate) -> str:
    """`full on embedded`, `soup of 3 models`, `mean of 4 fits of full`."""
    return _combined_label(candidate) or _steps_label(
        (step.use for step in candidate.steps), candidate.base, variant=candidate.variant
    )


def fit_label(candidate: Candidate) -> str:
    """`full`, `full 2`, `soup of 3 models`, `mean of 4 fits of full`: as those read it who watch a run."""
    return _combined_label(candidate) or candidate.label


def combination_label(use: str, members: Sequence[Mapping[str, Any]]) -> str:
    """`soup of 3 models`, and `mean of 4 fits of full` where all members are fits of one candidate.

    Args:
        use: name of the combination.
        members: as its step names them.
    """
    first, kinds = members[0], [(each["base"], each["steps"]) for each in members]
    if len(members) > 1 and all(kind == kinds[0] for kind in kinds):
        uses = " + ".join(strategy_label(step["use"]) for step in first["steps"])
        return f"mean of {count(len(members), 'fit')} of {uses}"
    return f"{strategy_label(use)} of {count(len(members), 'model')}"


def _combined_label(candidate: Candidate) -> str:
    told = candidate.steps[-1].params.get("members", ()) if candidate.steps else ()
    return combination_label(candidate.steps[-1].use, told) if told else ""


def members_of(candidate: Candidate) -> tuple[tuple[str, float], ...]:
    """The members of a combination, each as people call it and with its share; empty for all others."""
    told = candidate.steps[-1].params.get("members", ()) if candidate.steps else ()
    return tuple(
        (_steps_label((step["use"] for step in each["steps"]), each["base"]), float(each["weight"]))
        for each in told
    )


def _steps_label(uses: Iterable[str], base: str | None, *, variant: int = 0) -> str:
    steps = " + ".join(map(strategy_label, uses)) or "nothing"
    if variant:
        steps = f"{steps} {variant + 1}"
    return f"{steps} on {base_label(base)}" if base else steps


def base_label(base: str) -> str:
    """A base as people call it: of a folder's path the last two parts, which look like a name on a hub."""
    return "/".join(PurePath(base).parts[-2:]) if is_path(base) else base


def is_path(base: str) -> bool:
    """Whether a base was named by the path of a folder, and not by a name that others know."""
    return base.startswith((".", "/", "~"))


def portion_label(portion: Portion) -> str:
    """`fold 2 of 5, 25 % of the rows`; nothing for all train rows judged by the dev rows."""
    words = []
    if portion.fold or portion.repeat:
        words.append(f"fold {portion.fold + 1} of {portion.folds}")
    if portion.repeat:
        words.append(f"parted anew ({portion.repeat})")
    if not portion.whole:
        words.append(f"{percent(portion.share)} of the rows")
    return ", ".join(words)


def model_label(name: str, result: Result) -> str:
    """What a key of `scores` stands for."""
    if name == WINNER:
        return candidate_label(result.winner)
    return "untouched base" if name == UNTOUCHED else strategy_label(name)


def number(value: float, digits: int = 3) -> str:
    """`0.912`, `-0.012` with a true minus sign, and a dash for what is not a number."""
    if math.isnan(value):
        return DASH
    return f"{value:.{digits}f}".replace("-", _MINUS)


def figure(value: float, digits: int = 4) -> str:
    """`12,346`, `3.5` or `0.0042`: so many digits of a number of any size, but all before the point."""
    if math.isnan(value):
        return DASH
    digits = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", _MINUS)


def signed(value: float, digits: int = 3) -> str:
    """`+0.012`."""
    if math.isnan(value):
        return DASH
    return f"{value:+.{digits}f}".replace("-", _MINUS)


def score(value: float, metric: str) -> str:
    """A value of a metric to a tenth of a point: `0.871` of an F1, `41.3` of a BLEU."""
    return number(value, _digits(metric))


def score_range(low: float, high: float, metric: str) -> str:
    """`0.852 to 0.890`."""
    return f"{score(low, metric)} to {score(high, metric)}"


def lead(difference: float, metric: str) -> str:
    """`+0.012` of a metric, to a tenth of a point."""
    return signed(difference, _digits(metric))


def lead_range(low: float, high: float, metric: str) -> str:
    """`+0.002 to +0.022`."""
    return f"{lead(low, metric)} to {lead(high, metric)}"


def _digits(metric: str) -> int:
    return max(0, 1 - math.floor(math.log10(metric_trait(metric, "unit", 0.01))))


def in_points(difference: float, metric: str, *, unit: float | None = None) -> str:
    """`+1.2` for a difference in a metric's own scale, of which a point is `unit` where that is known."""
    return signed(difference / (unit or metric_trait(metric, "unit", 0.01)), 1)


def margin_label(margin: float, metric: str, *, unit: float | None = None) -> str:
    """`1 point`, `0.5 points`."""
    points = round(margin / (unit or metric_trait(metric, "unit", 0.01)), 6)
    return f"{points:g} {'point' if points == 1 else 'points'}"


def expectation(curve: LearningCurve, model: str, metric: str) -> str:
    """`With twice the labels, full is expected to reach accuracy 0.87 (80 % interval 0.85 to 0.89), ...`."""
    twice, five_times = curve.twice, curve.five_times
    if curve.of:
        model = f"{curve.of} alone"
    elif curve.single:
        model = f"a single fit of {model}"
    return (
        f"With twice the labels, {model} is expected to reach {metric_label(metric)} "
        f"{score(twice.value, metric)} ({percent(curve.level)} interval "
        f"{score_range(twice.low, twice.high, metric)}), with five times {score(five_times.value, metric)} "
        f"({score_range(five_times.low, five_times.high, metric)})."
    )


def on_terminal(label: str) -> str:
    """A label as it is, or in quotes where its ends or its control characters would not be seen as such."""
    plain = label == label.strip() and not _CONTROL.search(label)
    return label if plain else repr(label)


def percent(share: float, digits: int = 0) -> str:
    """`12 %` of a share from 0 to 1."""
    return f"{100 * share:.{digits}f} %"


def duration(seconds: float) -> str:
    """`0.42 s`, `8.3 s`, `42 s`, `5 min`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < _MINUTE_S - 0.5:
        digits = 0 if seconds >= 9.95 else 1 if seconds >= 0.95 else 2
        return f"{seconds:.{digits}f} s"
    whole = round(seconds)
    if whole < _HOUR_S:
        return _parts(whole // _MINUTE_S, "min", whole % _MINUTE_S, "s")
    return _parts(whole // _HOUR_S, "h", whole % _HOUR_S // _MINUTE_S, "min")


def size(amount: float) -> str:
    """`91 MB`, in powers of ten as disks are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5 or unit == "GB":
            break
        amount /= 1000
    digits = 1 if amount < 9.95 and unit != "B" else 0
    return f"{amount:.{digits}f} {unit}"


def latency(row_ms: float) -> str:
    """`0.83 ms`, `12 ms`."""
    digits = 0 if row_ms >= 9.95 else 1 if row_ms >= 0.995 else 2
    return f"{row_ms:.{digits}f} ms" if row_ms >= 0.005 else "< 0.01 ms"


def count(amount: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def _parts(whole: int, unit: str, rest: int, smaller: str) -> str:
    return f"{whole} {unit} {rest} {smaller}" if rest else f"{whole} {unit}"


def predict_command(bundle: str, task: str) -> str:
    """The command that predicts new rows, as files of a task are written.

    Args:
        bundle: its folder, quoted for a shell.
        task: name of the kind of task.
    """
    # Conversations, words with tags, and answers with their places are lists or objects, as JSON has them.
    listed = registry.load("tasks", task).answer in ("reply", "tags", "span")
    kind = "jsonl" if listed else "csv"
    return f"headstart predict {bundle} new.{kind} --out predicted.{kind}"
