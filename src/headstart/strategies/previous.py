"""The bundle of an earlier run, as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.strategy import Checkpoint
from headstart.errors import TrainingError
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, READING_SHARE, mean_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headstart.core.context import Context
    from headstart.core.decision import Decision
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split

SHOWN = 5
WEIGHT_BYTES = 4
# Kinds of answers to which others can be added that it never gives.
WIDENED = ("class", "labels", "tags")
# A threshold that no probability reaches.
NEVER = 2.0


@dataclass(frozen=True, kw_only=True)
class Previous:
    """What is in use already: no row is read to fit it, and its decision rule stays as it shipped."""

    needs_base: ClassVar[bool] = False
    as_it_is: ClassVar[bool] = True
    summary: ClassVar[str] = "the bundle of an earlier run, as it is"

    bundle: str = knob("", "folder of the earlier bundle")

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        if not self.bundle:
            return ("no earlier bundle was given; name its run with --previous",)
        told = self._told()
        read = tuple((each["name"], each["kind"]) for each in told.get("features", ()))
        beside = tuple((each.name, each.kind) for each in situation.features)
        if read != beside:
            return (
                f"beside the text it reads {_columns(read)}, and the rows have {_columns(beside)} now; "
                "name the same with --columns",
            )
        known, then = situation.task.classes, tuple(told["classes"])
        if situation.task.answer not in WIDENED and then != known:
            return (f"it knows {len(then)} labels and the rows have {len(known)} now, not the same ones",)
        strange = [each for each in then if each not in known]
        if strange:
            said = ", ".join(map(repr, strange[:SHOWN])) + (", ..." if len(strange) > SHOWN else "")
            return (f"it gives the label {said}, which no row has now",)
        return ()

    def cost(self, situation: Situation) -> Cost:
        """Every weight is read once for a token; most weights of a backbone are not its embeddings."""
        files: dict[str, Any] = self._told()["files"] if self.bundle else {}
        size = float(sum(each["bytes"] for each in files.values()))
        operations = 2.0 * size / WEIGHT_BYTES * mean_tokens(situation) * situation.predict_rows
        rate = READING_SHARE[situation.machine.precision] * situation.machine.flops
        return Cost(
            seconds=OPENING_S + operations / rate,
            peak_bytes=LIBRARIES_BYTES + 3.0 * size + 1e4 * situation.predict_rows,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        if context.opens is None:
            raise TrainingError("an earlier bundle can only be measured where bundles can be opened")
        found = context.opens(Path(self.bundle))
        model = self._of_all_classes(found, start)
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score)

    def _told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((Path(self.bundle) / "bundle.json").read_text(encoding="utf-8"))
        return found

    def _of_all_classes(self, found: Model, start: Model) -> Model:
        """The model under the task of now, which may have classes that it never gives."""
        then, now = found.task.classes, start.task.classes
        if then == now:
            over = getattr(found.predictor, "over", None)
            # A corpus may have grown since, and is ranked as it is now.
            return replace(found, task=start.task, predictor=over(start.task) if over else found.predictor)
        predictor = registry.load("predictors", "widened")(
            inner=found.predictor, task=found.task, classes=now, temperature=found.decision.temperature
        )
        decision = _widened(found.decision, then, now)
        return replace(found, task=start.task, predictor=predictor, decision=decision)


def _columns(read: Sequence[tuple[str, str]]) -> str:
    """`'amount' (number), 'region' (category)`."""
    return ", ".join(f"{name!r} ({kind})" for name, kind in read) or "no columns"


def _widened(decision: Decision, then: tuple[str, ...], now: tuple[str, ...]) -> Decision:
    """The same rule over more classes, none of the new ones being ever the answer."""
    places = {name: at for at, name in enumerate(then)}
    costs = decision.costs
    if costs is not None:
        dearest = 1.0 + max(max(row) for row in costs)
        costs = tuple(
            tuple(
                costs[places[true]][places[said]]
                if true in places and said in places
                else 0.0
                if true == said
                else dearest
                for said in now
            )
            for true in now
        )
    thresholds = decision.thresholds
    if thresholds is not None:
        thresholds = tuple(thresholds[places[name]] if name in places else NEVER for name in now)
    positive = None if decision.positive is None else now.index(then[decision.positive])
    return replace(decision, temperature=1.0, positive=positive, costs=costs, thresholds=thresholds)
