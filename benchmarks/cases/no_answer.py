"""How good the threshold is from which a question is given no answer.

python -m benchmarks.cases.no_answer --data DATA

All questions of xquad have an answer, so those without one are made: a share of the questions is asked of
another paragraph of the same article that does not hold the answer. This is less of a trap than the questions
of SQuAD 2.0, which people wrote to look as if they had one. Articles are trained on, set the threshold or are
tested on, so that no paragraph is seen twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.no_answer_rules import METRICS, SET_BY, judged, means, some_of
from benchmarks.options import Options
from benchmarks.our_fit import our_model
from benchmarks.unanswerable import draw_unanswerable

SHARES, SEEDS = (0.25, 0.5), (0, 1, 2)


def main() -> None:
    """Fits once for each share and seed, prints the means and saves them with all fits."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument(
        "--shares", nargs="+", type=float, default=SHARES, help="of questions without an answer"
    )
    options.numbers("--seeds", SEEDS)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--articles", type=int, help="articles of 48 that are taken; all without it")
    asked = options.parse_args()
    fits = [
        _measured(asked.data, share=share, seed=seed, epochs=asked.epochs, articles=asked.articles)
        for share in asked.shares
        for seed in asked.seeds
    ]
    told = {"command": command(), "date": today(), "machine": machine(), "epochs": asked.epochs}
    said = "questions without an answer are asked of another paragraph of the same article"
    save(
        RESULTS / "no_answer.json",
        {**told, "rows": said, "set_by": SET_BY, "means": means(fits), "fits": fits},
    )
    for share, each in means(fits).items():
        _show(share, each)


def _measured(data: Path, *, share: float, seed: int, epochs: int, articles: int | None) -> dict[str, Any]:
    from headstart.tasks.question_answering import QuestionAnswering

    asked = draw_unanswerable(data, share=share, seed=seed, articles=articles)
    task, dev = QuestionAnswering.infer(asked.train), len(asked.dev)
    with our_model("full", {"epochs": epochs}, task=task, train=asked.train, metric=SET_BY, seed=seed) as (
        seconds,
        model,
    ):
        raw = model.predictor.predict(asked.dev + asked.test)
    found = judged(
        some_of(raw, slice(dev)),
        some_of(raw, slice(dev, None)),
        gold_dev=task.gold(asked.dev),
        gold_test=task.gold(asked.test),
    )
    sizes = {"train_rows": len(asked.train), "dev_rows": dev, "test_rows": len(asked.test)}
    return {"share": share, "seed": seed, **sizes, "seconds": round(seconds, 1), **found}


def _show(share: str, told: dict[str, Any]) -> None:
    table = Table(
        "rule", *METRICS, title=f"{float(share):.0%} without an answer, mean of {told['fits']} fits"
    )
    for rule in told["scores"][SET_BY]:
        table.add_row(rule, *(f"{told['scores'][name][rule]:.1%}" for name in METRICS))
    table.add_row("regret", *(f"{100 * told['regret'][name]:.1f} points" for name in METRICS))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
