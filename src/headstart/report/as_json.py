"""A run's result for programs: what `adapt --json` prints and result.json holds."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart.core.diagnosis import Diagnosis, NumberErrors, RankingErrors, TextErrors
    from headstart.core.plan import Candidate
    from headstart.core.result import Result
    from headstart.core.trial import Trial


def as_json(result: Result) -> dict[str, Any]:
    """The result as plain values that strict JSON can hold; what is not a number becomes null."""
    verdict, evaluation = result.verdict, result.evaluation
    told = {
        "task": result.task,
        "verdict": verdict.outcome,
        "sentence": verdict.sentence,
        "ships": verdict.ships,
        "metric": evaluation.metric,
        "margin": verdict.margin,
        "trusted": verdict.trusted,
        "test_rows": evaluation.rows,
        "test_groups": evaluation.groups,
        "test_rows_unopened": evaluation.unopened,
        "test_rows_needed": verdict.test_rows_needed,
        "train_growth": verdict.growth,
        "earlier_looks": evaluation.earlier_looks,
        "notes": verdict.notes,
        "winner": _winner(result.winner),
        "scores": evaluation.scores,
        "dev_scores": result.dev_scores,
        "selection": result.selection,
        "comparisons": evaluation.comparisons,
        "not_measured": evaluation.not_measured,
        "other_metrics": evaluation.others,
        "footprints": evaluation.footprints,
        "seconds": result.seconds,
        "peak_bytes": result.peak_bytes,
        "bundle": result.bundle,
        "report": result.report,
        "diagnosis": _diagnosis(result.diagnosis),
        "fitting": result.fitting,
        "importance": result.importance,
        "profile": result.profile if result.text_kept else replace(result.profile, warnings=()),
        "plan": {"why": result.plan.why, "machine": result.plan.machine, "blocked": _blocked(result)},
        "trials": [_trial(trial) for trial in result.trials],
        "name": result.name,
        "settings": result.settings,
    }
    plain: dict[str, Any] = _plain(told)
    return plain


def _winner(winner: Candidate) -> dict[str, Any]:
    return {
        "base": winner.base,
        "strategies": [step.use for step in winner.steps],
        "params": {step.use: step.params for step in winner.steps},
    }


def _diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    # Texts of users stay out of it, whatever the settings, and so does the matrix of empty cells.
    names = [each.name for each in diagnosis.classes]
    confused = [
        {"true": names[row], "predicted": names[column], "rows": rows}
        for row, line in enumerate(diagnosis.confusion)
        for column, rows in enumerate(line)
        if rows and row != column
    ]
    return {
        "classes": diagnosis.classes,
        "confused": sorted(confused, key=lambda pair: -int(pair["rows"])),
        "calibration": diagnosis.calibration,
        "confident_errors": [
            {
                "row": error.number,
                "label": error.gold,
                "predicted": error.predicted,
                "confidence": error.confidence,
            }
            for error in diagnosis.confident_errors
        ],
        "abstained": diagnosis.abstained,
        "numbers": _numbers(diagnosis.numbers),
        "texts": _texts(diagnosis.texts),
        "answers": diagnosis.answers,
        "rankings": _rankings(diagnosis.rankings),
    }


def _rankings(rankings: RankingErrors | None) -> dict[str, Any] | None:
    if rankings is None:
        return None
    return {
        "corpus": rankings.corpus,
        "depths": rankings.depths,
        "missed": [{"row": each.number, "rank": each.rank} for each in rankings.missed],
    }


def _numbers(numbers: NumberErrors | None) -> dict[str, Any] | None:
    if numbers is None:
        return None
    return {
        "quartiles": numbers.quartiles,
        "bias": numbers.bias,
        "stretches": numbers.stretches,
        "largest": [
            {"row": each.number, "target": each.gold, "predicted": each.predicted} for each in numbers.largest
        ],
    }


def _texts(texts: TextErrors | None) -> dict[str, Any] | None:
    if texts is None:
        return None
    return {
        "exact": texts.exact,
        "empty": texts.empty,
        "length": texts.length,
        "quartiles": texts.quartiles,
        "bands": texts.bands,
        "worst": [{"row": each.number, "chrf": each.likeness} for each in texts.worst],
    }


def _blocked(result: Result) -> dict[str, str]:
    every = (*result.plan.baselines, *result.plan.candidates)
    times = Counter(candidate.name for candidate in every)
    return {_named(each, alone=times[each.name] == 1): each.why for each in every if each.blocked}


def _named(candidate: Candidate, *, alone: bool) -> str:
    """Its name, with its base where other bases have one of that name."""
    return candidate.name if alone or candidate.base is None else f"{candidate.name} on {candidate.base}"


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "key": trial.key,
        "name": trial.candidate.label,
        "base": trial.candidate.base,
        "params": {step.use: step.params for step in trial.candidate.steps},
        "role": trial.role,
        "portion": trial.portion,
        "status": trial.status,
        "dev_score": trial.dev_score,
        "predicted": trial.candidate.cost,
        "actual": trial.cost,
        "chosen": trial.chosen,
        "message": trial.message,
        "step": trial.step,
        "until": trial.until,
        "parent": trial.parent,
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "items"):
        return {str(name): _plain(each) for name, each in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, set | frozenset):
        value = sorted(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else str(value)
