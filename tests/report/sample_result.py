"""Results as a run would leave them, made up, for tests of the report and the card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from headstart.core.diagnosis import CalibrationBin, ClassQuality, ConfidentError, Diagnosis
from headstart.core.evaluation import Comparison, Evaluation, Footprint, Score, Verdict
from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.core.profile import Lengths, Profile
from headstart.core.result import Result, Seconds
from headstart.core.trial import Trial

TICKETS = ("billing", "bug", "account", "feature request", "shipping", "praise")
MB = 1_000_000


def sample_result(*, classes: tuple[str, ...] = TICKETS, seed: int = 0, test_rows: int = 240) -> Result:
    """A run in which fine-tuning beat every baseline."""
    return Result(
        name="support_tickets",
        verdict=Verdict(
            outcome="adapt",
            ships="winner",
            sentence="Ship the adaptation: full on embedded is better than every baseline, by 3.1 points of "
            "macro-F1 over the best of them (tf-idf; 95 % interval 0.8 to 5.4).",
            margin=0.01,
            trusted=True,
            notes=("The test rows were consulted by 2 earlier runs; the interval does not allow for that.",),
        ),
        winner=full(),
        evaluation=sample_evaluation(test_rows),
        diagnosis=sample_diagnosis(classes, seed=seed, rows=test_rows),
        dev_scores={"majority": 0.081, "tfidf": 0.861, "zero_shot": 0.702, "probe": 0.874, "full": 0.893},
        plan=sample_plan(),
        trials=sample_trials(),
        profile=sample_profile(classes, test_rows),
        seconds=Seconds(predicted=47.0, actual=58.4, deadline=300.0),
        peak_bytes=1_240 * MB,
        bundle=Path("runs/support_tickets/bundle"),
        report=Path("runs/support_tickets/report.html"),
        settings={
            "data": "support_tickets.csv",
            "target": "category",
            "within": "5m",
            "seed": 0,
            "base": ["embedded"],
        },
    )


def full() -> Candidate:
    """Full fine-tuning with its settings."""
    step = Step(use="full", params={"rate": 1e-4, "epochs": 4, "batch_tokens": 2048})
    return Candidate(
        base="embedded",
        steps=(step,),
        cost=Cost(seconds=31.0, peak_bytes=1_100 * MB),
        why="its predicted time fits",
    )


def simple(name: str, seconds: float, peak_mb: float, *, base: str | None = None) -> Candidate:
    """A candidate of one step."""
    return Candidate(
        base=base,
        steps=(Step(use=name),),
        cost=Cost(seconds=seconds, peak_bytes=peak_mb * MB),
        why="a baseline",
    )


def sample_evaluation(rows: int) -> Evaluation:
    """Five models on one set of rows."""
    return Evaluation(
        metric="macro_f1",
        rows=rows,
        groups=rows - 9,
        scores={
            "winner": Score(value=0.894, low=0.851, high=0.930),
            "untouched_base": Score(value=0.872, low=0.826, high=0.912),
            "majority": Score(value=0.081, low=0.070, high=0.092),
            "tfidf": Score(value=0.863, low=0.815, high=0.905),
            "zero_shot": Score(value=0.711, low=0.651, high=0.768),
        },
        comparisons={
            "majority": Comparison(difference=0.813, low=0.765, high=0.853),
            "tfidf": Comparison(difference=0.031, low=0.008, high=0.054),
            "zero_shot": Comparison(difference=0.183, low=0.128, high=0.239),
        },
        others={
            "accuracy": {
                "winner": 0.908,
                "untouched_base": 0.887,
                "majority": 0.320,
                "tfidf": 0.883,
                "zero_shot": 0.742,
            },
            "log_loss": {
                "winner": 0.312,
                "untouched_base": 0.391,
                "majority": 1.71,
                "tfidf": 0.458,
                "zero_shot": 0.902,
            },
            "expected_calibration_error": {
                "winner": 0.034,
                "untouched_base": 0.041,
                "majority": 0.02,
                "tfidf": 0.051,
                "zero_shot": 0.09,
            },
        },
        footprints={
            "winner": Footprint(bytes=91 * MB, row_ms=3.41),
            "untouched_base": Footprint(bytes=91 * MB, row_ms=3.38),
            "majority": Footprint(bytes=420, row_ms=0.0004),
            "tfidf": Footprint(bytes=2 * MB, row_ms=0.062),
            "zero_shot": Footprint(bytes=91 * MB, row_ms=3.4),
        },
        earlier_looks=2,
    )


def sample_diagnosis(classes: tuple[str, ...], *, seed: int, rows: int) -> Diagnosis:
    """Errors that favour neighbouring classes, so that some pairs stand out."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(len(classes), 4.0))
    matrix = np.zeros((len(classes), len(classes)), dtype=int)
    for true in rng.choice(len(classes), size=rows, p=share):
        near = (true + 1) % len(classes)
        matrix[true, rng.choice([true, near, rng.integers(len(classes))], p=[0.88, 0.08, 0.04])] += 1
    return Diagnosis(
        classes=tuple(_quality(name, matrix, index) for index, name in enumerate(classes)),
        confusion=tuple(tuple(int(cell) for cell in line) for line in matrix),
        calibration=tuple(
            CalibrationBin(rows=n, confidence=c, accuracy=a)
            for n, c, a in (
                (6, 0.34, 0.33),
                (11, 0.46, 0.55),
                (17, 0.57, 0.53),
                (24, 0.66, 0.71),
                (38, 0.78, 0.74),
                (144, 0.95, 0.97),
            )
        ),
        confident_errors=tuple(sample_errors(classes)),
    )


def sample_errors(classes: tuple[str, ...]) -> list[ConfidentError]:
    """Rows on which the model is sure and the file disagrees."""
    texts = (
        "I was charged twice for the same order last week, please refund one of them",
        "the app closes itself every time i open the invoice page since the update on tuesday " * 6,
        "PARCEL STILL NOT HERE!!! tracking says delivered",
        "Can't log in after changing my e-mail address",
        "would be lovely to have a dark mode",
    )
    confidences = (0.991, 0.972, 0.934, 0.861, 0.742)
    return [
        ConfidentError(
            number=17 + 31 * at,
            text=text,
            gold=classes[at % len(classes)],
            predicted=classes[(at + 1) % len(classes)],
            confidence=sure,
            gold_probability=(1 - sure) / 2,
        )
        for at, (text, sure) in enumerate(zip(texts, confidences, strict=True))
    ]


def sample_plan() -> Plan:
    """Three baselines and two adaptations."""
    blocked = replace(
        simple("lora", 0.0, 0.0, base="embedded"),
        blocked=True,
        why="its predicted 9 min do not fit in what is left",
    )
    return Plan(
        baselines=(
            simple("majority", 0.1, 160),
            simple("tfidf", 2.1, 210),
            simple("zero_shot", 3.9, 700, base="embedded"),
        ),
        candidates=(simple("probe", 6.2, 720, base="embedded"), full(), blocked),
        machine=Machine(
            device="cpu",
            cores=2,
            memory_bytes=16_000 * MB,
            device_memory_bytes=16_000 * MB,
            precision="float32",
            flops=6e10,
        ),
        why=("the 240 unlabelled texts will not be read: no strategy learns from such data yet",),
    )


def sample_trials() -> tuple[Trial, ...]:
    """Trials and refits, one of them cut short."""
    plan = sample_plan()
    every = [*plan.baselines, *plan.candidates[:2]]
    measured = (0.05, 2.9, 4.4, 5.8, 29.5)
    scores = (0.081, 0.861, 0.702, 0.874, 0.893)
    done = [
        Trial(
            key=f"k{at}",
            candidate=candidate,
            role="trial",
            status="done",
            dev_score=score,
            cost=Cost(seconds=seconds, peak_bytes=candidate.cost.peak_bytes * 1.08),
        )
        for at, (candidate, seconds, score) in enumerate(zip(every, measured, scores, strict=True))
    ]
    refit = Trial(
        key="r4",
        candidate=full(),
        role="refit",
        status="done",
        dev_score=None,
        cost=Cost(seconds=11.6, peak_bytes=1_240 * MB),
    )
    return (*done, refit)


def sample_profile(classes: tuple[str, ...], test_rows: int) -> Profile:
    """A small file with the usual dirt."""
    counts = {name: max(8, 190 - 29 * at) for at, name in enumerate(classes)}
    total = sum(counts.values())
    return Profile(
        rows={"train": 2 * test_rows, "dev": test_rows // 2, "test": test_rows},
        classes=counts,
        lengths=Lengths(
            tokenizer="embedded",
            mean=21.4,
            median=19,
            p90=38,
            p99=61,
            longest=118,
            limit=256,
            truncated=0.0,
            counted=total,
        ),
        language="en",
        languages={"en": 0.97, "de": 0.02},
        exact_duplicates=7,
        near_duplicates=15,
        conflicts=3,
        empty=1,
        id_like=("ticket_id",),
        warnings=(
            "3 texts carry different labels; they can't all be right",
            "column 'ticket_id' names rows and was left out",
        ),
    )


def _quality(name: str, matrix: np.ndarray, index: int) -> ClassQuality:
    hit, told, there = matrix[index, index], matrix[:, index].sum(), matrix[index].sum()
    precision, recall = hit / max(1, told), hit / max(1, there)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return ClassQuality(
        name=name, rows=int(there), precision=float(precision), recall=float(recall), f1=float(f1)
    )
