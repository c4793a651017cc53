"""The main verb: from a labelled file and a deadline to a verdict and a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.flow.adapting.outcome import Outcome


def adapt(
    data: object = None,
    *,
    recipe: Path | None = None,
    target: tuple[str, ...] = (),
    text: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    test: Path | None = None,
    unlabelled: Path | None = None,
    also: tuple[str, ...] = (),
    previous: Path | None = None,
    task: str | None = None,
    base: tuple[str, ...] = (),
    strategy: tuple[str, ...] = (),
    set: Mapping[str, Any] | None = None,
    search: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    describe: Mapping[str, str] | None = None,
    group: str | None = None,
    time: str | None = None,
    min_precision: float | None = None,
    costs: Mapping[str, Any] | None = None,
    abstain_below: float | None = None,
    windows: bool = False,
    prefix: str | None = None,
    glossary: Path | None = None,
    margin: float | None = None,
    within: str | None = None,
    max_latency: str | None = None,
    max_size: str | None = None,
    out: Path | None = None,
    seed: int | None = None,
    no_text: bool = False,
    tensorboard: Path | None = None,
    mlflow: str | None = None,
) -> Outcome:
    """Adapt a pre-trained model to a labelled file, prove it better than the baselines, and pack it.

    Args:
        data: File with labelled rows: CSV, TSV, JSONL, JSON or Parquet, gzipped or not.
        recipe: TOML file with these options as keys; what is said beside it wins.
        target: Column to predict; repeat it for several columns of 0 and 1.
        text: Column to read; repeat it for several.
        ignore: Column to leave out; repeat it for several.
        columns: Column of numbers or categories to read beside the text; repeat it for several, or give `all`
            for every one that neither names rows nor gives the target away.
        test: File with the test rows; without it, some rows are sealed off.
        unlabelled: File with further texts without labels.
        also: Auxiliary file and its column of labels, as file:column, learnt from by `multitask`;
            repeat it for several.
        previous: Run, or its bundle, that an earlier state of the file gave: what it sealed stays sealed, and
            its model is one more baseline.
        task: Kind of task; found from the file where it is clear.
        base: Pre-trained model: `embedded`, a folder or a hub name; repeat it to compare several.
        strategy: Only this way to adapt; repeat it for several. `contrastive+partial` is one after the
            other.
        set: Setting as key=value, strategy.key=value or task.key=value; repeat it for several.
        search: What proposes further settings of the strategy that leads, or `none` to keep to those that
            are planned; `portfolio` when left out.
        metric: What decides; chosen from the balance of the classes when left out.
        positive: Label of the positive class.
        describe: What a label means, as label=text; repeat it for several.
        group: Column whose equal values stay on one side of every split.
        time: Column to split by, the newest rows being the test.
        min_precision: Least precision of the positive class; sets its threshold on dev rows.
        costs: Cost of a mistake, as true:predicted=cost; repeat it for several.
        abstain_below: Confidence under which no label is given.
        windows: Cover texts longer than the base reads by several windows rather than cutting them.
        prefix: What stands before each text that is read, where texts are written from texts.
        glossary: File of terms and what they must be called in the texts that are written, two columns.
        margin: Difference that matters, in points of the metric; 1 when left out.
        within: Time that all of it may take: 90s, 5m, 2h.
        max_latency: Milliseconds that the winner may take a row, in batches on this computer: 5ms, 0.5ms.
        max_size: Disk space that the winner may take: 100MB, 1.5GB.
        out: Folder of the run; runs/<name of the file> when left out.
        seed: Owner of all randomness; 0 when left out.
        no_text: Keep texts of the file out of the report and the model card.
        tensorboard: Folder in which TensorBoard finds every trial and the verdict.
        mlflow: Address of an MLflow server, or a folder for its database, that gets every trial and the
            verdict.

    Returns:
        The outcome, with the verdict, the scores and where the bundle and the report are.

    Raises:
        UseError: something that you can mend; the message says how.
    """
    given = dict(locals())
    from headstart.race.clock import began_s

    started_s = began_s()
    from headstart.config import settings
    from headstart.flow.adapting.run import run

    source, recipe_path = given.pop("data"), given.pop("recipe")
    given["costs"] = nested_costs(given["costs"] or {})
    chosen, named = settings(given, recipe_path)
    return run(source if source is not None else named, chosen, started_s=started_s)


def nested_costs(costs: Mapping[str, Any]) -> dict[str, Any]:
    """`{"true:predicted": cost}` as `{"true": {"predicted": cost}}`; nested costs stay as they are.

    Raises:
        SettingError: a key has no colon, or a cost is not a number.
    """
    from headstart.errors import SettingError

    found: dict[str, Any] = {}
    for key, value in costs.items():
        if isinstance(value, dict):
            found[key] = value
            continue
        true, colon, said = key.partition(":")
        if not colon:
            raise SettingError(f"costs: got {key}={value}; write true:predicted=cost, such as fraud:fine=20")
        found.setdefault(true, {})[said] = value
    return found
