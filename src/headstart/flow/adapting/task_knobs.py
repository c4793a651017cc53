"""What `--set TASK.NAME=VALUE` says of the task rather than of a strategy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.knob import knobs
from headstart.errors import SettingError, UnknownName
from headstart.planning.parameters import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.split import Dataset
    from headstart.core.task import Task


def for_strategies(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is not said of a task."""
    return {key: value for key, value in given.items() if not _speaks_of_a_task(key)}


def with_knobs(dataset: Dataset, given: Mapping[str, Any]) -> Dataset:
    """The data with its task as it was set.

    Args:
        dataset: the data.
        given: settings by name, those of strategies among them.

    Raises:
        UnknownName: the task has no such setting.
        SettingError: a value does not fit it, or another kind of task is spoken of.
    """
    task = dataset.split.task
    told = {key: value for key, value in given.items() if _speaks_of_a_task(key)}
    if not told:
        return dataset
    values = dict(_value(task, key, value) for key, value in told.items())
    changed: Any = replace(task, **values)  # type: ignore[type-var]
    return replace(dataset, split=replace(dataset.split, task=changed))


def _speaks_of_a_task(key: str) -> bool:
    return key.rpartition(".")[0].replace("-", "_") in registry.names("tasks")


def _value(task: Task, key: str, value: Any) -> tuple[str, Any]:
    owner, _, name = key.rpartition(".")
    if owner.replace("-", "_") != task.name:
        raise SettingError(f"{key}: the rows state a task of {task.name}, not of {owner}; leave it out")
    known = {each.name: each for each in knobs(type(task))}
    if name not in known:
        raise UnknownName(f"setting of {task.name}", name, tuple(known))
    return name, parse(known[name], value, called=key)
