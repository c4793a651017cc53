"""The metric that decides, and how labels should be given."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.errors import SettingError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.config import Settings
    from headstart.core.metric import Metric
    from headstart.core.profile import Profile
    from headstart.core.task import Task


def choose_metric(task: Task, profile: Profile, settings: Settings) -> Metric:
    """The metric that the settings name, or the task's default for this profile.

    A task need not know of a metric that says which kinds of answer it measures.

    Raises:
        UnknownName: there is no such metric for the task.
        SettingError: the metric speaks of a positive class, and there is none.
    """
    name = (settings.metric or task.default_metric(profile)).replace("-", "_")
    if name not in task.metrics() and not _measures(name, task):
        raise UnknownName(f"metric of {registry.name_of(task)}", name, task.metrics())
    if not _speaks_of_one_class(name):
        return _built(name, task)
    position = positive_class(task, profile, settings)
    if position is None:
        raise SettingError(
            f"metric {name!r} speaks of one positive class; "
            f"name it with --positive: {', '.join(task.classes)}"
        )
    return _built(name, task, {"positive": position})


def other_metrics(task: Task, profile: Profile, settings: Settings, *, chosen: Metric) -> dict[str, Metric]:
    """The task's metrics that do not decide; those of one class only where there is a positive one."""
    position = positive_class(task, profile, settings)
    found = {}
    for name in task.metrics():
        if name != registry.name_of(chosen) and not (_speaks_of_one_class(name) and position is None):
            found[name] = _built(name, task, {"positive": position} if _speaks_of_one_class(name) else {})
    return found


def _measures(name: str, task: Task) -> bool:
    known = name in registry.names("metrics")
    return known and task.answer in getattr(registry.load("metrics", name), "answers", ())


def _speaks_of_one_class(name: str) -> bool:
    return "positive" in {each.name for each in fields(registry.load("metrics", name))}


def _built(name: str, task: Task, params: Mapping[str, Any] | None = None) -> Metric:
    known = {each.name for each in fields(registry.load("metrics", name))}
    told = {setting: value for setting, value in task.metric_settings().items() if setting in known}
    metric: Metric = registry.build("metrics", name, {**told, **(params or {})})
    return metric


def positive_class(task: Task, profile: Profile, settings: Settings) -> int | None:
    """Index of the positive class: the one named, else the rarer of two, else None.

    Raises:
        UnknownName: the class named does not exist.
    """
    classes = task.classes if task.answer == "class" else ()
    if settings.positive is not None:
        if settings.positive not in classes:
            raise UnknownName("label", settings.positive, classes)
        return classes.index(settings.positive)
    if len(classes) != 2:
        return None
    if set(classes) == {"0", "1"}:
        return classes.index("1")
    return min(range(2), key=lambda index: profile.classes.get(classes[index], 0))


def wish(task: Task, profile: Profile, settings: Settings) -> dict[str, Any]:
    """How labels should be given, as plain values for `evaluate.decide.Wish`.

    Raises:
        SettingError: a precision is asked for without a positive class, or a cost is less than nothing.
        UnknownName: costs name a class that does not exist.
    """
    if task.answer != "class":
        _refuse_wishes(task, settings)
        return {"positive": None, "min_precision": None, "costs": None, "abstain_below": None}
    positive = positive_class(task, profile, settings)
    if settings.min_precision is not None and positive is None:
        raise SettingError(
            f"min_precision speaks of one positive class; name it with --positive: {', '.join(task.classes)}"
        )
    return {
        "positive": positive,
        "min_precision": settings.min_precision,
        "costs": _costs(task.classes, settings.costs) if settings.costs else _own_costs(task, settings),
        "abstain_below": settings.abstain_below,
    }


def _own_costs(task: Task, settings: Settings) -> list[list[float]] | None:
    """What mistakes cost by the task's own order, where nobody said otherwise; None where it has none."""
    told = getattr(task, "label_costs", None)
    if told is None or settings.min_precision is not None:
        return None
    return [list(row) for row in told((settings.metric or "").replace("-", "_"))]


def _costs(classes: tuple[str, ...], given: dict[str, dict[str, float]]) -> list[list[float]]:
    for name in {*given, *(column for row in given.values() for column in row)}:
        if name not in classes:
            raise UnknownName("label", name, classes)
    for true, row in given.items():
        for said, cost in row.items():
            if not (math.isfinite(cost) and cost >= 0):
                raise SettingError(
                    f"costs: got {cost:g} where {true!r} is called {said!r}; give a number from 0 on, 1 "
                    "being what a mistake costs of which nothing is said"
                )
    return [
        [0.0 if true == said else given.get(true, {}).get(said, 1.0) for said in classes] for true in classes
    ]


def _refuse_wishes(task: Task, settings: Settings) -> None:
    for name in ("positive", "min_precision", "costs", "abstain_below"):
        if (value := getattr(settings, name)) not in (None, {}):
            raise SettingError(
                f"{name}: got {value!r}, which speaks of one class a row, and this is {task.summary}; "
                "leave it out"
            )
