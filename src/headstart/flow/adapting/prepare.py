"""Everything that can be found wrong before a run writes its first byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.chain import every_link
from headstart.core.text_task import reads_to_write
from headstart.data.dataset import load_dataset
from headstart.data.options import DataOptions
from headstart.data.sealed import Sealed
from headstart.errors import BaseError
from headstart.flow.adapting.bases import bases_of
from headstart.flow.adapting.metric import choose_metric, other_metrics, wish
from headstart.flow.adapting.notes import Reading, with_notes
from headstart.flow.adapting.open_previous import PREVIOUS, open_previous
from headstart.flow.adapting.task_knobs import for_strategies, with_knobs
from headstart.models.light_tokenizer import light_tokenizer
from headstart.planning.parameters import parameters
from headstart.planning.planner import column_baselines, strategies_for
from headstart.planning.unfit_base import unfit_base
from headstart.profiling.answers import with_answers
from headstart.profiling.profile import profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.config import Settings
    from headstart.core.base import BaseInfo
    from headstart.core.metric import Metric
    from headstart.core.profile import Profile
    from headstart.core.split import Dataset
    from headstart.core.task import Task
    from headstart.flow.adapting.open_previous import Previous


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Data, bases and choices that fit each other.

    Args:
        dataset: the rows, split, the test rows sealed.
        bases: pre-trained models to start from.
        absent: those that were named and can't be had here, with the reason.
        profile: what is known of the rows.
        metric: what decides.
        others: the task's further metrics, by name.
        wish: how labels should be given, as plain values.
        sealed: what a later run has to know of the rows.
        further: baselines beside the task's, with their parameters.
    """

    dataset: Dataset
    bases: tuple[BaseInfo, ...]
    profile: Profile
    metric: Metric
    others: Mapping[str, Metric]
    wish: dict[str, Any]
    sealed: Sealed
    further: Mapping[str, Mapping[str, Any]]
    absent: Mapping[str, str]


def prepare(source: Any, settings: Settings) -> Prepared:
    """Reads the data and the bases' configurations, and checks every setting against them.

    Raises:
        UseError: something that a person can mend.
    """
    named_bases = bases_of(settings.base)
    bases = named_bases.there
    previous = None if settings.previous is None else open_previous(settings.previous)
    loaded = load_dataset(
        source,
        _options(settings, previous),
        task_name=settings.task,
        task_settings={
            "describe": settings.describe,
            "positive": settings.positive,
            "windows": settings.windows,
            "prefix": settings.prefix,
            "glossary": None if settings.glossary is None else str(settings.glossary),
        },
    )
    dataset = with_knobs(loaded, settings.set)
    task = dataset.split.task
    columns = column_baselines(dataset.split)
    named = every_link(strategies_for(task, settings.strategy, columns=bool(columns)))
    said = parameters(for_strategies(settings.set), (*named, *task.baselines(), *columns))
    base = bases[0]
    tokenizer = light_tokenizer(base)
    found = profile(dataset, tokenizer=tokenizer, base_name=base.name, limit=base.max_length)
    if reads_to_write(task):
        found = with_answers(
            found, dataset, tokenizer=tokenizer, base_name=base.name, limit=base.shape.positions
        )
    reading = Reading.of({name: said[name] for name in named})
    able = _able(dataset.split.task, bases, named="base" in settings.model_fields_set)
    found = with_notes(found, dataset, bases=able, reading=reading)
    metric = choose_metric(task, found, settings)
    return Prepared(
        dataset=dataset,
        bases=bases,
        profile=found,
        metric=metric,
        others=other_metrics(task, found, settings, chosen=metric),
        wish=wish(task, found, settings),
        sealed=_sealed(dataset, previous),
        further={
            **{name: {} for name in columns},
            **({} if previous is None else {PREVIOUS: {"bundle": str(previous.bundle)}}),
        },
        absent=named_bases.absent,
    )


def _able(task: Task, bases: tuple[BaseInfo, ...], *, named: bool) -> list[BaseInfo]:
    """The bases that can learn a task.

    Args:
        task: what is asked.
        bases: all bases.
        named: whether a person named them; else the baselines that need none may be all there is.

    Raises:
        BaseError: none can, and one was named or nothing could be measured without one.
    """
    able = [each for each in bases if not unfit_base(each, task)]
    baselines = (registry.load("strategies", each) for each in task.baselines())
    if not able and (named or all(each.needs_base for each in baselines)):
        raise BaseError(unfit_base(bases[0], task)[0])
    return able


def _sealed(dataset: Dataset, previous: Previous | None) -> Sealed:
    split = dataset.split
    return Sealed.of(
        registry.name_of(split.task),
        test=dataset.test,
        seen=split.train + split.dev,
        earlier=previous.sealed if previous else None,
    )


def _options(settings: Settings, previous: Previous | None) -> DataOptions:
    return DataOptions(
        target=settings.target,
        text=settings.text,
        ignore=settings.ignore,
        columns=settings.columns,
        test=settings.test,
        unlabelled=settings.unlabelled,
        also=settings.also,
        group=settings.group,
        time=settings.time,
        seed=settings.seed,
        sealed=previous.sealed if previous else None,
    )
