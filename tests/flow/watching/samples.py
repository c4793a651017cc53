"""Candidates, trials and whole races as those who watch a run are told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.trial import Trial
from headstart.flow.adapting.watching.board import Board
from headstart.flow.adapting.watching.events import (
    Dropped,
    Ended,
    Leading,
    Planned,
    Progressed,
    Started,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headstart.flow.adapting.watching.events import Event

KINDS = ("probe", "few_shot", "partial", "gradual", "lora", "contrastive", "full", "multitask")


def candidate(name: str = "probe", *, seconds: float = 3.0, **params: Any) -> Candidate:
    cost = Cost(seconds=seconds, peak_bytes=8e8)
    return Candidate(base="embedded", steps=(Step(use=name, params=params),), cost=cost, why="a summary")


def trial(
    of: Candidate, *, score: float | None = 0.8, seconds: float = 2.9, status: str = "done", message: str = ""
) -> Trial:
    return Trial(
        key=f"{of.name:<16}".replace(" ", "0"),
        candidate=of,
        role="trial",
        status=status,
        dev_score=score if status == "done" else None,
        cost=None if status == "skipped" else Cost(seconds=seconds, peak_bytes=7e8),
        message=message,
    )


def fitted(of: Candidate, *, rung: int | None = None, fold: int | None = None, **how: Any) -> list[Event]:
    """What is told of one fit from its begin to its end."""
    started = Started(
        title=title("trial", of.name, rung=rung, fold=fold),
        predicted_s=of.cost.seconds,
        candidate=of,
        role="trial",
        rung=rung,
        fold=fold,
    )
    return [started, Progressed(fraction=0.5), Ended(trial=trial(of, **how), rung=rung, fold=fold)]


def after(events: Iterable[Event]) -> Board:
    """The board once all of it has happened, one second apart."""
    board = Board()
    for at, event in enumerate(events):
        board = board.after(event, now_s=float(at))
    return board


def race(count: int) -> list[Event]:
    """So many candidates on three rungs, in the midst of the second one."""
    candidates = [
        candidate(KINDS[at % len(KINDS)], seconds=2.0 + 7.3 * (at % 5), learning_rate=1e-4 * (1 + at // 8))
        for at in range(count)
    ]
    baselines = [candidate("majority", seconds=0.1), candidate("tfidf", seconds=2.0)]
    planned = Planned(candidates=tuple(candidates), baselines=tuple(baselines), metric="macro_f1", rungs=3)
    told: list[Event] = [planned, *fitted(baselines[0], score=0.12, seconds=0.1)]
    told += fitted(baselines[1], score=0.74, seconds=1.8)
    tried = candidates[: 3 * count // 4]
    for at, each in enumerate(tried):
        if at % 9 == 8:
            told += fitted(each, rung=1, status="failed", message="CUDA out of memory\nsee stderr")
        else:
            told += fitted(each, rung=1, score=0.70 + 0.17 * ((at * 7) % 11) / 11, seconds=1.5 + at % 7)
        if at % 4 == 3:
            told.append(Dropped(candidate=each, why="its interval lies below the leader's"))
    for fold in (1, 2):
        told += fitted(tried[0], rung=2, fold=fold, score=0.90 + 0.01 * fold, seconds=4.2)
    told += [
        Leading(candidate=tried[0], score=0.915),
        fitted(tried[min(5, len(tried) - 1)], rung=2, fold=1)[0],
    ]
    told.append(Progressed(fraction=0.37, note="epoch 2 of 5"))
    return told
