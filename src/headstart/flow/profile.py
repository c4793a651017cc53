"""What a file holds, before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

    from headstart.core.profile import Profile
    from headstart.core.rows import Columns
    from headstart.data.load_rows import LoadedRows
    from headstart.data.options import DataOptions


@dataclass(frozen=True, kw_only=True)
class Profiled:
    """The profile of a file.

    Args:
        name: the file as messages name it.
        columns: which columns were read.
        profile: what was found.
        task: kind of task that the file states; None without a target.
        summary: the same in a few words.
    """

    name: str
    columns: Columns
    profile: Profile
    task: str | None = None
    summary: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The profile as plain values."""
        from dataclasses import asdict

        return {
            "name": self.name,
            "task": self.task,
            "columns": asdict(self.columns),
            **asdict(self.profile),
            "imbalance": self.profile.imbalance,
        }

    def render(self, console: Console) -> None:
        """Shows task, sizes, classes, lengths, languages, duplicates and warnings."""
        from headstart.flow.profiling.show import show

        show(console, self.profile, name=self.name, columns=self.columns, task=self.summary)


def profile(
    data: object,
    *,
    target: tuple[str, ...] = (),
    text: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    test: Path | None = None,
    group: str | None = None,
    time: str | None = None,
    task: str | None = None,
    base: str = "embedded",
) -> Profiled:
    """Show what a file holds: classes, lengths, languages, duplicates, leaks and faults.

    Args:
        data: File with rows, labelled or not.
        target: Column to predict; found when it is clear, and not needed. Repeat it for columns of 0 and 1.
        text: Column to read; repeat it for several.
        ignore: Column to leave out; repeat it for several.
        columns: Column of numbers or categories to read beside the text; repeat it for several, or give `all`
            for every one that neither names rows nor gives the target away.
        test: File with the test rows.
        group: Column whose equal values stay on one side of every split.
        time: Column to split by, the newest rows being the test.
        task: Kind of task; found from the file when left out.
        base: Pre-trained model whose tokenizer counts lengths, or "words" to count words.

    Returns:
        The profile.

    Raises:
        UseError: something that you can mend; the message says how.
    """
    from headstart.data.load_rows import load_rows
    from headstart.data.options import DataOptions

    targets = _several(target)
    options = DataOptions(
        target=targets,
        text=_several(text),
        ignore=_several(ignore),
        columns=_several(columns),
        test=test,
        group=group,
        time=time,
    )
    loaded = load_rows(data, options, task_name=task, labelled=bool(targets) or test is not None)
    found, summary = _profile(loaded, options, base)
    return Profiled(
        name=loaded.name,
        columns=loaded.rows.columns,
        profile=found,
        task=loaded.kind.task if loaded.kind else None,
        summary=summary,
    )


def _several(named: object) -> tuple[str, ...]:
    """Names, one of which a program may give as it is."""
    return (named,) if isinstance(named, str) else tuple(cast("Iterable[str]", named or ()))


def _profile(loaded: LoadedRows, options: DataOptions, base: str) -> tuple[Profile, str]:
    """The profile, and the task in a few words."""
    from headstart.data.dataset import dataset_of
    from headstart.errors import DataError
    from headstart.profiling.profile import profile as profile_dataset

    counting = _counting(base)
    if loaded.rows.columns.target is None:
        note = "no column is clearly a target; name one with --target to see classes"
        return _unsplit(loaded, counting, (note,)), ""
    try:
        dataset = dataset_of(loaded, options, task_settings={})
    except DataError as error:
        if options.target or options.test is not None:
            raise
        kind = loaded.kind.task.replace("_", " ") if loaded.kind else ""
        return _unsplit(loaded, counting, (f"shown without a split: {error}",)), kind
    return profile_dataset(dataset, **counting), dataset.split.task.summary


def _unsplit(loaded: LoadedRows, counting: dict[str, Any], notes: tuple[str, ...]) -> Profile:
    from headstart.data.clusters import count_duplicates, find_clusters
    from headstart.profiling.profile_rows import profile_rows

    clusters = find_clusters(loaded.rows)
    answer = loaded.kind.reads.answer if loaded.kind else "class"
    findings = count_duplicates(loaded.findings, loaded.rows, clusters, answer=answer)
    return profile_rows(loaded.rows, findings, (*loaded.warnings, *clusters.notes, *notes), **counting)


def _counting(base: str) -> dict[str, Any]:
    """How lengths are counted: by the base's tokenizer, or in words where the default is not installed."""
    from headstart.errors import MissingExtra
    from headstart.models.describe import describe

    if base == "words":
        return {}
    try:
        info = describe(base)
    except MissingExtra:
        if base != "embedded":
            raise
        return {}
    from headstart.models.light_tokenizer import light_tokenizer

    return {"tokenizer": light_tokenizer(info), "base_name": info.name, "limit": info.max_length}
