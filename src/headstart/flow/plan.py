"""What `adapt` would try, and what that should cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from headstart.core.plan import Candidate, Plan

CAVEAT = (
    "four of five fits are expected within their range; how hard your data is shows only when something "
    "is fitted, so the ranges are wide until then"
)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan that nobody has run.

    Args:
        plan: the candidates.
        metric: name of the metric that their expected quality is told in.
    """

    plan: Plan
    metric: str

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain values."""
        from dataclasses import asdict

        return {
            "baselines": [each.to_dict() for each in self.plan.baselines],
            "candidates": [each.to_dict() for each in self.plan.candidates],
            "machine": asdict(self.plan.machine),
            "metric": self.metric,
            "why": self.plan.why,
        }

    def render(self, console: Console) -> None:
        """Shows each candidate with its predicted cost and quality, or why it can't be run."""
        from rich.table import Table
        from rich.text import Text

        from headstart.wording import metric_label

        quality = f"{metric_label(self.metric)} expected"
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("candidate", "base", "seconds", "MB", quality, "why"):
            table.add_column(name, justify="right" if name in ("seconds", "MB") else "left")
        every = (*self.plan.baselines, *self.plan.candidates)
        for each in every:
            # Brackets, as of an extra to install, are no markup.
            table.add_row(*map(Text, _line(each)))
        console.print(table)
        if any(each.quality for each in every):
            console.print(f"note: {CAVEAT}", markup=False)
        for line in self.plan.why:
            console.print(f"note: {line}", markup=False)


def plan(
    data: object,
    *,
    target: tuple[str, ...] = (),
    text: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    test: Path | None = None,
    also: tuple[str, ...] = (),
    previous: Path | None = None,
    task: str | None = None,
    base: tuple[str, ...] = (),
    strategy: tuple[str, ...] = (),
    set: Mapping[str, Any] | None = None,
    describe: Mapping[str, str] | None = None,
    group: str | None = None,
    time: str | None = None,
    windows: bool = False,
    max_latency: str | None = None,
    max_size: str | None = None,
) -> Planned:
    """Show what adapt would try on a file, with predicted seconds, memory and quality.

    Args:
        data: File with labelled rows.
        target: Column to predict; repeat it for several columns of 0 and 1.
        text: Column to read; repeat it for several.
        ignore: Column to leave out; repeat it for several.
        columns: Column of numbers or categories to read beside the text; repeat it for several, or give `all`
            for every one that neither names rows nor gives the target away.
        test: File with the test rows.
        also: Auxiliary file and its column of labels, as file:column; repeat it for several.
        previous: Run, or its bundle, that an earlier state of the file gave.
        task: Kind of task; found from the file when left out.
        base: Pre-trained model; repeat it to compare several.
        strategy: Only this way to adapt; repeat it for several. `contrastive+partial` is one after the
            other.
        set: Setting as key=value, strategy.key=value or task.key=value; repeat it for several.
        describe: What a label means, as label=text; repeat it for several.
        group: Column whose equal values stay on one side of every split.
        time: Column to split by, the newest rows being the test.
        windows: Cover texts longer than the base reads by several windows rather than cutting them.
        max_latency: Milliseconds that the winner may take a row, in batches on this computer: 5ms, 0.5ms.
        max_size: Disk space that the winner may take: 100MB, 1.5GB.

    Returns:
        The plan.

    Raises:
        UseError: something that you can mend; the message says how.
    """
    given = dict(locals())
    import tempfile
    from pathlib import Path as Folder

    from headstart.config import settings
    from headstart.core.deadline import Deadline
    from headstart.flow.adapting.prepare import prepare
    from headstart.flow.adapting.run import LIBRARIES, measured, planned, planner_of
    from headstart.flow.adapting.threads import threads
    from headstart.race.worker import Worker
    from headstart.registry import name_of

    source = given.pop("data")
    chosen, _ = settings(given)
    worker = Worker(threads=threads(), tick=lambda: None)
    worker.start(*LIBRARIES[:1])
    try:
        prepared = prepare(source, chosen)
        with tempfile.TemporaryDirectory() as work:
            machine = measured(worker, Folder(work), Deadline())
    finally:
        worker.stop()
    found = planned(planner_of(prepared, machine, chosen), prepared, chosen)
    return Planned(plan=found, metric=name_of(prepared.metric))


def _line(candidate: Candidate) -> tuple[str, ...]:
    if candidate.blocked:
        return (candidate.name, candidate.base or "", "", "", "", f"blocked: {candidate.why}")
    from headstart.wording import MB

    cost = candidate.cost
    return (
        candidate.name,
        candidate.base or "",
        f"{cost.seconds:.1f}",
        f"{cost.peak_bytes / MB:.0f}",
        " to ".join(f"{end:.2f}" for end in candidate.quality or ()),
        candidate.why,
    )
