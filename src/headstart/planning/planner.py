"""Which candidates to try, in which order, at which predicted cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.caps import Caps
from headstart.core.chain import THEN, every_link, links
from headstart.core.plan import AuxiliarySize, Candidate, Cost, Plan, Situation, Step
from headstart.core.strategy_traits import StrategyTraits
from headstart.errors import SettingError
from headstart.planning.absent import absent_candidates
from headstart.planning.parameters import parameters
from headstart.planning.regularisation import suggested
from headstart.planning.too_dear import too_dear_to_ship
from headstart.planning.traits import Traits
from headstart.planning.unfit_base import unfit_base
from headstart.planning.unread import unread
from headstart.planning.within_memory import within_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.machine import Machine
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.split import Dataset, Split
    from headstart.core.task import Task
    from headstart.planning.history import CostHistory

SAID = {
    "class": "one class a row",
    "number": "a number a row",
    "labels": "any number of labels a row",
    "tags": "a tag a word",
    "span": "a stretch of a text a row",
    "text": "a text a row",
    "reply": "an answer a conversation",
    "similarity": "how alike two texts are",
    "ranking": "passages of a corpus",
}
NOTHING = Cost(seconds=0.0, peak_bytes=0.0)


def strategies_for(task: Task, wanted: Sequence[str], *, columns: bool = False) -> tuple[str, ...]:
    """The adaptations in question: those named, or all that are neither baselines of the task nor on request.

    Args:
        task: what is to be predicted.
        wanted: names of those that were named, `contrastive+partial` for one after the other.
        columns: whether there are columns beside the text; without any, what reads them is out of question
            unless it was named.

    Raises:
        SettingError: one named is a baseline, which is measured anyway, or adapts nothing, or comes twice in
            a row of several.
        UnknownName: one named does not exist.
    """
    baselines = task.baselines()
    for name in wanted:
        if len(set(links(name))) < len(links(name)):
            raise SettingError(
                f"strategy {name!r} names one twice, and its settings would be those of both; name each once"
            )
    for name in every_link(wanted):
        traits = StrategyTraits.named(name)
        if traits.baseline:
            raise SettingError(
                f"strategy {name!r} is a baseline that is measured wherever there is what it reads "
                f"({', '.join(traits.reads)}); name an adaptation: {', '.join(strategies_for(task, ()))}"
            )
        if traits.as_it_is:
            raise SettingError(
                f"strategy {name!r} adapts nothing and is measured beside the baselines; "
                "name the earlier run with --previous"
            )
        if name in baselines:
            others = strategies_for(task, ())
            raise SettingError(
                f"strategy {name!r} is a baseline of {registry.name_of(task)} and is measured anyway; "
                f"name an adaptation: {', '.join(others)}"
            )
    if wanted:
        return tuple(dict.fromkeys(THEN.join(links(name)) for name in wanted))
    return tuple(
        name
        for name, traits in _all_traits().items()
        if name not in baselines
        and not (traits.as_it_is or traits.baseline or traits.on_request)
        and (columns or "columns" not in traits.reads)
        and task.answer in traits.answers
    )


def column_baselines(split: Split) -> tuple[str, ...]:
    """Names of the baselines that read the columns beside the text, where there are such columns."""
    if not split.train.columns.features:
        return ()
    return tuple(
        name for name, traits in _all_traits().items() if traits.baseline and "columns" in traits.reads
    )


def misfit(name: str, task: Task) -> tuple[str, ...]:
    """Why a strategy can't learn to give what a task asks for; empty when it can."""
    traits = StrategyTraits.named(name)
    if traits.as_it_is or task.answer in traits.answers:
        return ()
    said = " or ".join(SAID[each] for each in traits.answers)
    return (f"it gives {said}, and a task of {registry.name_of(task)} asks for {SAID[task.answer]}",)


def _all_traits() -> dict[str, StrategyTraits]:
    return {name: StrategyTraits.named(name) for name in registry.names("strategies")}


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Makes candidates for one data set on one computer.

    Args:
        dataset: the rows; the test rows are only counted.
        profile: what is known of them.
        bases: the pre-trained models to start from; the first serves the baselines.
        machine: what costs are predicted for.
        history: earlier fits on this computer, which correct what strategies say of their cost.
        caps: bounds on what ships.
        further: baselines beside the task's, with their parameters.
        absent: pre-trained models that were named and can't be had here, with the reason.
    """

    dataset: Dataset
    profile: Profile
    bases: Sequence[BaseInfo]
    machine: Machine
    history: CostHistory
    caps: Caps = field(default_factory=Caps)
    further: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)

    def plan(self, *, strategies: Sequence[str] = (), params: Mapping[str, Any] | None = None) -> Plan:
        """Baselines of the task, and every adaptation on every base of a kind that will do, cheapest first.

        Args:
            strategies: names of the adaptations in question; all without any.
            params: hyper-parameters as a person writes them.

        Raises:
            UseError: a strategy or a parameter does not exist or does not fit.
        """
        split = self.dataset.split
        names = strategies_for(split.task, strategies, columns=bool(split.train.columns.features))
        baselines = split.task.baselines()
        further = tuple(each for each in self.further if not StrategyTraits.named(each).as_it_is)
        said = parameters(params or {}, (*every_link(names), *baselines, *further))
        said |= {name: {**values, **said.get(name, {})} for name, values in self.further.items()}
        ladder: dict[tuple[str | None, str], Candidate] = {}
        for name in names:
            kinds = StrategyTraits.named(links(name)[-1]).base_kinds
            for base in self.bases:
                # What no setting and no further data could make possible on a base is told on request.
                if strategies or not kinds or base.kind in kinds:
                    each = self._planned(name, base, said)
                    ladder[each.base, name] = each
        every = (*ladder.values(), *absent_candidates(names, self.absent, said=said))
        return Plan(
            baselines=tuple(self._planned(name, self.bases[0], said) for name in (*baselines, *self.further)),
            candidates=tuple(sorted(every, key=lambda each: (each.blocked, each.cost.seconds))),
            machine=self.machine,
            named=bool(strategies),
            why=(*self.absent.values(), *unread(split, every_link(names))),
        )

    def vary(self, candidate: Candidate, params: Mapping[str, Any]) -> Candidate:
        """The candidate with other parameters of its last strategy, and what a fit of it should cost."""
        base = next((each for each in self.bases if each.name == candidate.base), self.bases[0])
        *before, last = candidate.steps
        varied = self._candidate((*before, Step(use=last.use, params=dict(params))), base)
        return replace(varied, quality=candidate.quality)

    def shorter(self, candidate: Candidate) -> tuple[Candidate, ...]:
        """The candidate with half of its epochs, and again; none where it has none or they have been said."""
        step = candidate.steps[-1]
        strategy: Any = registry.build("strategies", step.use, step.params)
        if candidate.blocked or getattr(strategy, "epochs", 0) is not None or not hasattr(strategy, "pace"):
            return ()
        split = self.dataset.split
        epochs = strategy.pace(split.task, len(split.train)).epochs
        times = range(1, StrategyTraits.of(strategy).halvings + 1)
        fewer = sorted({math.ceil(epochs / 2**each) for each in times} - {epochs}, reverse=True)
        ways = {each: self.vary(candidate, {**step.params, "epochs": each}) for each in fewer}
        return tuple(
            replace(way, why=f"{way.why}; {each} epochs of {epochs}, for want of time")
            for each, way in ways.items()
            if not way.blocked
        )

    def _planned(self, name: str, base: BaseInfo, said: Mapping[str, Mapping[str, Any]]) -> Candidate:
        """A candidate with what a person said and, beside it, what is foretold."""
        *before, last = links(name)
        traits = Traits.of(self.profile, len(self.dataset.split.train))
        found = suggested(name, base.name, traits, task=registry.name_of(self.dataset.split.task))
        # What a person has set is not what was foretold.
        why = found.why if found.params and not found.params.keys() & said[last].keys() else ""
        steps = [Step(use=each, params=dict(said[each])) for each in before]
        return self._candidate((*steps, Step(use=last, params={**found.params, **said[last]})), base, why=why)

    def _candidate(self, steps: tuple[Step, ...], base: BaseInfo, *, why: str = "") -> Candidate:
        strategies = [registry.build("strategies", each.use, each.params) for each in steps]
        reads = any(each.needs_base for each in strategies)
        situation = self._situation(base if reads else None)
        reasons = self._reasons(steps, strategies, situation)
        said = ", then ".join(each.summary for each in strategies)
        found = self.history.corrected(
            Candidate(
                base=base.name if reads else None,
                steps=steps,
                cost=NOTHING if reasons else _one_after_the_other(strategies, situation),
                why="; ".join(reasons or [each for each in (said, why) if each]),
                blocked=bool(reasons),
            )
        )
        spared = found.base is None and self._is_baseline(steps)
        return found if spared else within_memory(found, self.machine, starved=self.history.starved)

    def _is_baseline(self, steps: Sequence[Step]) -> bool:
        """Whether it is what a winner is held against, and so is measured whatever it takes to ship."""
        return len(steps) == 1 and steps[0].use in (*self.dataset.split.task.baselines(), *self.further)

    def _situation(self, base: BaseInfo | None) -> Situation:
        split = self.dataset.split
        return Situation(
            profile=self.profile,
            task=split.task,
            base=base,
            machine=self.machine,
            also=_sizes(split),
            features=split.train.columns.features,
            train_rows=len(split.train),
            # A fit predicts the dev rows; reading the test rows is the end's part of a run.
            predict_rows=len(split.dev),
        )

    def _reasons(
        self, steps: Sequence[Step], strategies: Sequence[Any], situation: Situation
    ) -> tuple[str, ...]:
        """Why a candidate can't be run, in plain words; empty when it can."""
        task = situation.task
        names = [each.use for each in steps]
        if unfit := tuple(reason for each in names for reason in misfit(each, task)):
            return unfit
        if unfit := unfit_base(situation.base, task):
            return unfit
        found = [
            f"{name}: {reason}" if len(names) > 1 else reason
            for name, strategy in zip(names, strategies, strict=True)
            for reason in strategy.blockers(situation)
        ]
        found += [
            f"{name}: it leaves the base as it was, so there is nothing to go on from; name it last"
            for name, strategy in zip(names[:-1], strategies[:-1], strict=True)
            if hasattr(strategy, "ahead")
        ]
        too_dear = () if self._is_baseline(steps) else too_dear_to_ship(strategies[-1], situation, self.caps)
        return (*found, *too_dear)


def _one_after_the_other(strategies: Sequence[Any], situation: Situation) -> Cost:
    """What strategies cost that follow one another: their seconds, and the most memory of any."""
    costs = [each.cost(situation) for each in strategies]
    return Cost(
        seconds=sum(each.seconds for each in costs), peak_bytes=max(each.peak_bytes for each in costs)
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
