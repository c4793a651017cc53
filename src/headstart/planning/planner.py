"""Which candidates to try, in which order, at which predicted cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.plan import AuxiliarySize, Candidate, Cost, Plan, Situation, Step
from headstart.errors import SettingError
from headstart.planning.parameters import parameters
from headstart.planning.unread import unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.machine import Machine
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.split import Dataset, Split
    from headstart.core.task import Task
    from headstart.planning.history import CostHistory

NOTHING = Cost(seconds=0.0, peak_bytes=0.0)


def strategies_for(task: Task, wanted: Sequence[str]) -> tuple[str, ...]:
    """The adaptations in question: those named, or all that are not baselines of the task.

    Raises:
        SettingError: one named is a baseline, which is measured anyway.
        UnknownName: one named does not exist.
    """
    baselines = task.baselines()
    for name in wanted:
        registry.load("strategies", name)
        if name.replace("-", "_") in baselines:
            others = (each for each in registry.names("strategies") if each not in baselines)
            raise SettingError(
                f"strategy {name!r} is a baseline of {registry.name_of(task)} and is measured anyway; "
                f"name an adaptation: {', '.join(others)}"
            )
    if wanted:
        return tuple(name.replace("-", "_") for name in dict.fromkeys(wanted))
    return tuple(name for name in registry.names("strategies") if name not in baselines)


def make_plan(
    dataset: Dataset,
    profile: Profile,
    *,
    bases: Sequence[BaseInfo],
    machine: Machine,
    choices: Mapping[str, Any],
    history: CostHistory,
) -> Plan:
    """Baselines of the task, and every adaptation on every base, cheapest first.

    Args:
        dataset: the rows; the test rows are only counted.
        profile: what is known of them.
        bases: the pre-trained models to start from; the first serves the baselines.
        machine: what costs are predicted for.
        choices: `strategy` (names, or empty for all) and `set` (hyper-parameters).
        history: earlier fits on this computer, which correct what strategies say of their cost.

    Raises:
        UseError: a strategy or a parameter does not exist or does not fit.
    """
    split = dataset.split
    names = strategies_for(split.task, choices["strategy"])
    baselines = split.task.baselines()
    params = parameters(choices["set"], (*names, *baselines))
    # A fit predicts the dev rows; reading the test rows is the end's part of a run.
    rows = {"train_rows": len(split.train), "predict_rows": len(split.dev)}
    also = _sizes(split)

    def candidate(name: str, base: BaseInfo) -> Candidate:
        strategy = registry.build("strategies", name, params[name])
        chosen = base if strategy.needs_base else None
        situation = Situation(
            profile=profile, task=split.task, base=chosen, machine=machine, also=also, **rows
        )
        reasons = strategy.blockers(situation)
        found = Candidate(
            base=chosen.name if chosen else None,
            steps=(Step(use=name, params=params[name]),),
            cost=NOTHING if reasons else strategy.cost(situation),
            why="; ".join(reasons) if reasons else strategy.summary,
            blocked=bool(reasons),
        )
        return history.corrected(found)

    ladder: dict[tuple[str | None, str], Candidate] = {}
    for name in names:
        for base in bases:
            each = candidate(name, base)
            ladder[each.base, name] = each
    return Plan(
        baselines=tuple(candidate(name, bases[0]) for name in baselines),
        candidates=tuple(sorted(ladder.values(), key=lambda each: (each.blocked, each.cost.seconds))),
        machine=machine,
        why=unread(split, names),
    )


def _sizes(split: Split) -> tuple[AuxiliarySize, ...]:
    """Rows of the auxiliary tasks, and the length of their texts beside that of the training rows."""
    usual = max(1.0, _characters(split.train))
    return tuple(
        AuxiliarySize(rows=len(each.train), length=_characters(each.train) / usual)
        for each in split.also.values()
    )


def _characters(rows: Rows) -> float:
    """Mean length of a row's text."""
    columns = (rows.frame[name] for name in rows.columns.text)
    return sum(float(each.str.len_chars().sum()) for each in columns) / max(1, len(rows))
