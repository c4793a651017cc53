"""The model card: README.md of a bundle, with the figures that were measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headstart import registry, wording
from headstart.bundle.card_errors import (
    answers,
    classes,
    importance,
    names_of,
    numbers,
    rankings,
    texts,
)
from headstart.bundle.markdown import safe, table
from headstart.models.catalogue import catalogue
from headstart.wording import DASH, UNTOUCHED, WINNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headstart.core.evaluation import Footprint
    from headstart.core.result import Result

_FOLDER = "PATH/TO/THIS/FOLDER"


def card(result: Result) -> str:
    """A model card in Markdown with a YAML header (Mitchell et al. 2019); holds no texts of users."""
    findings = (
        *(_members, _measured, _leads, classes, numbers, texts, answers, rankings),
        *(importance, _limits, _data, _cost),
    )
    lines = [*_header(result), *_title(result), *_use(result)]
    lines += [line for part in findings for line in part(result)]
    return "\n".join(lines) + "\n"


def _use(result: Result) -> Iterator[str]:
    """How to predict with it, from a shell and from Python."""
    yield from ("## How to use it", "", "```bash", wording.predict_command(_FOLDER, result.task), "```", "")
    yield from ("```python", "import headstart", "", f'model = headstart.load("{_FOLDER}")', _call(result))
    yield from ("```", "")
    yield from ("The weights are safetensors and JSON; opening the folder runs nothing that it holds.", "")


def _call(result: Result) -> str:
    """The call that predicts; a model that reads columns beside the text takes frames."""
    if result.settings.get("columns"):
        return "model.predict(frame)  # a pandas or polars frame with the columns that it was trained on"
    if result.diagnosis.answers is None:
        return 'model.predict(["a text", "another"])'
    return 'model.predict([("a question", "the text that answers it")])'


def _header(result: Result) -> Iterator[str]:
    base = _on_a_hub(_shipped_base(result))
    meta: dict[str, Any] = {
        "library_name": "headstart",
        "pipeline_tag": registry.load("tasks", result.task).pipeline,
        "tags": ["headstart", result.verdict.outcome],
    }
    if result.profile.language:
        meta["language"] = [result.profile.language]
    if base:
        meta["base_model"] = base
    meta["metrics"] = [result.evaluation.metric, *result.evaluation.others]
    yield "---"
    # JSON is YAML: every value is quoted as JSON quotes it, so no name can break the header.
    yield from (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in meta.items())
    yield from ("---", "")


def _on_a_hub(base: str | None) -> str | None:
    """The name under which others find a base; None of a folder on this computer."""
    if base is None or wording.is_path(base):
        return None
    known = catalogue().get(base)
    return base if known is None else known.model


def _title(result: Result) -> Iterator[str]:
    yield from (f"# {safe(result.name)}", "", safe(result.verdict.sentence), "")
    yield f"**What ships:** {safe(wording.model_label(result.verdict.ships, result))}."
    footprint = result.evaluation.footprints.get(result.verdict.ships)
    if footprint:
        yield (
            f"It takes {wording.size(footprint.bytes)} on disk and {wording.latency(footprint.row_ms)} a row "
            f"in batches{_prompt(footprint)}."
        )
    yield ""


def _prompt(footprint: Footprint) -> str:
    prompts = footprint.prompts
    return "" if prompts is None else f"; its prompts have {prompts.tokens:,.0f} tokens on the mean"


def _members(result: Result) -> Iterator[str]:
    made_of = wording.members_of(result.winner) if result.verdict.ships == WINNER else ()
    if not made_of:
        return
    how = wording.strategy_label(result.winner.steps[-1].use)
    yield from ("## Members", "", f"Made by {how} of {wording.count(len(made_of), 'model')}:", "")
    yield from table(["model", "share"], ([name, wording.number(share, 2)] for name, share in made_of))
    yield ""


def _measured(result: Result) -> Iterator[str]:
    evaluation = result.evaluation
    label = wording.metric_label(evaluation.metric)
    others = [name for name in evaluation.others if name != evaluation.metric]
    yield from ("## Measured", "")
    yield (
        f"On {wording.count(evaluation.rows, 'sealed test row')} with 95 % intervals, by the bundle "
        "reloaded in a fresh process."
    )
    yield ""
    yield from table(
        ["model", label, "95 % interval", *map(wording.metric_label, others)],
        (
            [
                wording.model_label(name, result) + (" (ships)" if name == result.verdict.ships else ""),
                wording.score(score.value, evaluation.metric),
                wording.score_range(score.low, score.high, evaluation.metric),
                *(_figure(evaluation.others[metric].get(name), metric) for metric in others),
            ]
            for name, score in evaluation.scores.items()
        ),
    )
    for name, why in evaluation.not_measured.items():
        yield f"- {wording.model_label(name, result)} was not measured: {safe(why)}"
    yield ""


def _leads(result: Result) -> Iterator[str]:
    metric = result.evaluation.metric
    if not result.evaluation.comparisons:
        return
    yield from (f"Lead of {wording.model_label(WINNER, result)}, intervals for all baselines at once:", "")
    yield from table(
        ["over", "difference", "95 % interval"],
        (
            [
                wording.model_label(name, result),
                wording.lead(each.difference, metric),
                wording.lead_range(each.low, each.high, metric),
            ]
            for name, each in result.evaluation.comparisons.items()
        ),
    )
    yield ""


def _limits(result: Result) -> Iterator[str]:
    yield from ("## Limits", "")
    yield "- The figures hold for rows like the test rows; other sources and times were not measured."
    bins = [each for each in result.diagnosis.calibration if each.rows]
    if bins:
        rows = sum(each.rows for each in bins)
        gap = sum(each.rows * abs(each.confidence - each.accuracy) for each in bins) / rows
        yield f"- Its confidence is off by {wording.percent(gap, 1)} on average over the test rows."
    if not result.verdict.trusted and not result.verdict.notes:
        yield "- The test rows are too few for the intervals to be relied on."
    if result.diagnosis.abstained:
        yield f"- It gave no label to {wording.count(result.diagnosis.abstained, 'test row')}."
    yield from (f"- {safe(note)}" for note in result.verdict.notes)
    yield ""


def _data(result: Result) -> Iterator[str]:
    profile = result.profile
    parts = ", ".join(f"{rows:,} {part}" for part, rows in profile.rows.items())
    yield from ("## Data", "", f"- Rows: {parts}")
    if profile.classes:
        largest = wording.number(profile.imbalance, 1)
        many = names_of(result.task)[1]
        yield f"- {many.capitalize()}: {len(profile.classes)}, the largest {largest} times the smallest"
    unit = "words" if profile.lengths.tokenizer == "words" else "tokens"
    cut = wording.percent(profile.lengths.truncated, 1)
    yield f"- Length: median {profile.lengths.median:.0f} {unit}, {cut} cut off at {profile.lengths.limit}"
    yield from (f"- {safe(warning)}" for warning in _warnings(result))
    yield ""


def _cost(result: Result) -> Iterator[str]:
    seconds = result.seconds
    allowed = "" if seconds.deadline is None else f" of {wording.duration(seconds.deadline)} allowed"
    yield from ("## Cost", "")
    yield (
        f"The run took {wording.duration(seconds.actual)}{allowed} (predicted for the fits: "
        f"{wording.duration(seconds.predicted)}) and {wording.size(result.peak_bytes)} of memory on "
        f"{result.plan.machine.device} with {wording.count(result.plan.machine.cores, 'core')}."
    )


def _shipped_base(result: Result) -> str | None:
    ships = result.verdict.ships
    if ships in {WINNER, UNTOUCHED}:
        return result.winner.base
    return next((each.base for each in result.plan.baselines if each.name == ships), None)


def _warnings(result: Result) -> Iterable[str]:
    # Warnings may quote texts.
    quoting = result.profile.warnings if result.text_kept else ()
    return (*quoting, *result.profile.notes)


def _figure(value: float | None, metric: str) -> str:
    return DASH if value is None else wording.score(value, metric)
