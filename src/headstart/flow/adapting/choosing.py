"""The job of a worker: which finished trials to combine, by what they say of rows they did not see."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.bundle.load import load_model
from headstart.core.caps import Caps
from headstart.core.combination import HeldOut, Member
from headstart.core.evaluation import Footprint
from headstart.evaluation.decide import Wish, decide
from headstart.flow.adapting.evidence import joined
from headstart.flow.adapting.handover import read_predictions, read_rows, write_predictions
from headstart.flow.adapting.keep import write_last

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.combination import Combination, Mixture
    from headstart.core.context import Progress
    from headstart.core.model import Model
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True)
class MemberRequest:
    """A finished trial as plain values.

    Args:
        name: what people call it.
        fits: folder of the fit that each file of rows judges, with `model/` and `raw.npz` in it.
        footprint: `bytes` and `row_ms` of its model.
    """

    name: str
    fits: tuple[str, ...]
    footprint: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ChooseRequest:
    """All that decides which members are combined, as plain values.

    Args:
        folder: where the choice is left.
        combination: the combination as a spec.
        task: the task as a spec.
        metric: the metric as a spec.
        rows: files of the rows that judge, one for each fit of a member, in the order of these.
        members: the finished trials, the cheapest first.
        wish: how probabilities should become labels.
        seed: owns all randomness.
        caps: `row_ms` and `bytes`, as far as they are bounded.
    """

    folder: str
    combination: Mapping[str, Any]
    task: Mapping[str, Any]
    metric: Mapping[str, Any]
    rows: tuple[str, ...]
    members: tuple[MemberRequest, ...]
    wish: Mapping[str, Any]
    seed: int
    caps: Mapping[str, float | None] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The request as it came through JSON."""
        members = (MemberRequest(**{**each, "fits": tuple(each["fits"])}) for each in values["members"])
        return cls(**{**values, "rows": tuple(values["rows"]), "members": tuple(members)})


def choose(values: Mapping[str, Any], progress: Progress) -> None:
    """Leaves `choice.json`, last of all; its `weights` are null where nothing is gained.

    Otherwise it holds the shares of the members, the combination's score on the held-out rows beside
    that of the best member alone, the decision found on them, and the footprint expected. `raw.npz` and
    `dev.npz` hold the combination's predictions before and after the decision, `alone.npz` those of the
    best member alone, all of them for the rows of one file after the other.
    """
    request = ChooseRequest.read(values)
    combination: Combination = registry.from_spec("combine", request.combination)
    task: Task = registry.from_spec("tasks", request.task)
    wish = Wish(**registry.frozen_values(request.wish))
    held_out = HeldOut(
        task=task,
        metric=registry.from_spec("metrics", request.metric),
        folds=tuple(read_rows(Path(each)) for each in request.rows),
    )
    members = [_member(each, held_out, wish) for each in request.members]
    progress(0.1, "choosing")
    mixture = combination.choose(members, held_out, caps=Caps(**request.caps), seed=request.seed)
    folder = Path(request.folder)
    found: dict[str, Any] = {"weights": None}
    if mixture is not None:
        used = [each.footprint for each, share in zip(members, mixture.weights, strict=True) if share]
        found = {
            **_told(mixture, held_out, wish, folder),
            "footprint": asdict(combination.footprint(used)),
        }
    write_last(found, folder / "choice.json")
    progress(1.0, "chosen")


def _told(mixture: Mixture, held_out: HeldOut, wish: Wish, folder: Path) -> dict[str, Any]:
    decision = decide(mixture.predictions, held_out.gold, wish, metric=held_out.metric)
    decided = decision.apply(mixture.predictions)
    write_predictions(mixture.predictions, folder / "raw.npz")
    write_predictions(decided, folder / "dev.npz")
    write_predictions(mixture.alone_predictions, folder / "alone.npz")
    metric = held_out.metric
    return {
        "weights": list(mixture.weights),
        "score": metric.value(metric.stats(held_out.gold, decided)),
        "best": mixture.best,
        "alone": mixture.alone,
        "decision": asdict(decision),
    }


def _member(told: MemberRequest, held_out: HeldOut, wish: Wish) -> Member:
    fits = [Path(each) for each in told.fits]
    classes = held_out.task.classes
    raw = joined([read_predictions(each / "raw.npz", classes) for each in fits])
    # Its temperature comes from the rows of all files, as that of its refit does.
    decision = decide(raw, held_out.gold, wish, metric=held_out.metric)

    def opened(fold: int) -> Model:
        return replace(load_model(fits[fold] / "model"), decision=decision)

    return Member(
        name=told.name,
        predictions=decision.apply(raw),
        footprint=Footprint(**told.footprint),
        opened=opened,
    )
