"""`headstart adapt`, killed with SIGKILL at random moments and started again with the same command.

python -m benchmarks.cases.kill_resume    # eleven runs: ten killed once each, one killed ten times in a row
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import headstart
from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, command, machine, save, today
from benchmarks.headstart_run import adapt_command
from benchmarks.killing import Leg, run_until, scratch
from benchmarks.options import Options
from headstart.errors import HeadstartError

if TYPE_CHECKING:
    import argparse

SINGLE_KILLS = 10
KILLS_IN_A_ROW = 10
LEFT_BY_A_RUN = {
    "bundle",
    "report.html",
    "result.json",
    "log.jsonl",
    "trials",
    "label_errors.csv",
    "run.json",
    "clock.json",
    "sealed.json",
    "lock",
}


def main() -> None:
    """Kill, resume, check, and write what was seen."""
    asked = _arguments()
    cells = Cells(folder=RESULTS / "kill_resume", again=asked.again)
    trial, settings = _trial(asked, asked.within)
    whole = cells.get("uninterrupted", settings, trial.uninterrupted)
    rng = np.random.default_rng(asked.seed)
    runs = []
    for number, fraction in enumerate(rng.uniform(size=SINGLE_KILLS)):
        killed = partial(trial.killed_once, number, after_s=float(fraction) * whole["seconds"])
        runs.append(cells.get(f"killed_once.{number}", settings, killed))
    delays = [float(delay) for delay in rng.uniform(size=KILLS_IN_A_ROW)]
    longer, settings = _trial(asked, asked.within_in_a_row)
    in_a_row = partial(longer.killed_in_a_row, delays, whole["seconds"])
    runs.append(cells.get("killed_in_a_row", settings, in_a_row))
    _tell(whole, runs)


def _arguments() -> argparse.Namespace:
    options = Options(__doc__)
    options.add_argument("--data", type=Path, default=ROOT / "examples" / "support_tickets.csv")
    options.add_argument("--target", default="category")
    options.add_argument("--text", default="message")
    options.add_argument(
        "--strategy", nargs="+", default=("probe", "full"), help="adaptations, beside the baselines"
    )
    options.add_argument("--within", default="90s", help="deadline of each run, resumes included")
    options.add_argument(
        "--within-in-a-row", default="5m", help="that of the run killed ten times, which starts as often"
    )
    options.add_argument("--work", type=Path, default=ROOT / "runs" / "kill_resume", help="where runs go")
    options.add_argument("--seed", type=int, default=0, help="decides the moments")
    options.add_argument("--again", action="store_true", help="measure once more what is already saved")
    return options.parse_args()


def _options(asked: argparse.Namespace) -> tuple[str, ...]:
    named = [part for name in asked.strategy for part in ("--strategy", name)]
    return ("--target", asked.target, "--text", asked.text, *named)


def _trial(asked: argparse.Namespace, within: str) -> tuple[Trial, dict[str, Any]]:
    """How runs of so many seconds are tried, and all that decides what comes of it."""
    options = (*_options(asked), "--within", within)
    trial = Trial(data=asked.data, options=(*options, "--seed", "0"), work=asked.work)
    return trial, {"data": asked.data.name, "options": options, "seed": asked.seed}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way to run `adapt`, each time in a new folder with cold caches.

    Args:
        data: the labelled file.
        options: options of `adapt`.
        work: folder for the runs.
    """

    data: Path
    options: tuple[str, ...]
    work: Path

    def uninterrupted(self) -> dict[str, Any]:
        """A run that nobody disturbs: how long it takes.

        Raises:
            SystemExit: even that one goes wrong.
        """
        leg = self._leg(self._fresh("uninterrupted"), after_s=None, whole_group=True)
        checked = self._checked("uninterrupted", [leg], [])
        if not checked["clean"]:
            raise SystemExit(
                f"a run that nobody killed went wrong:\n{json.dumps(checked['faults'], indent=1)}"
            )
        return checked

    def killed_once(self, number: int, *, after_s: float) -> dict[str, Any]:
        """A run killed once and started again; every other one has its first process alone killed."""
        name = self._fresh(f"killed_once.{number}")
        whole_group = number % 2 == 0
        legs = [self._leg(name, after_s=after_s, whole_group=whole_group)]
        seen = [self._seen(name)]
        legs.append(self._leg(name, after_s=None, whole_group=True))
        return {**self._checked(name, legs, seen), "killed": "group" if whole_group else "process"}

    def killed_in_a_row(self, fractions: list[float], whole_s: float) -> dict[str, Any]:
        """A run killed again and again; should it end before, it is tried anew with earlier deaths."""
        longest_s = whole_s / 2
        while True:
            name = self._fresh("killed_in_a_row")
            legs, seen = [], []
            for fraction in fractions:
                legs.append(self._leg(name, after_s=fraction * longest_s, whole_group=True))
                seen.append(self._seen(name))
                if legs[-1].code is not None:
                    break
            if legs[-1].code != 0:
                break
            longest_s /= 2
        legs.append(self._leg(name, after_s=None, whole_group=True))
        return {**self._checked(name, legs, seen), "killed": "group"}

    def _fresh(self, name: str) -> str:
        shutil.rmtree(self.work / name, ignore_errors=True)
        (self.work / name).mkdir(parents=True)
        return name

    def _leg(self, name: str, *, after_s: float | None, whole_group: bool) -> Leg:
        place = self.work / name
        started = adapt_command(self.data, out=place / "run", options=self.options)
        return run_until(started, after_s=after_s, whole_group=whole_group, cache=place / "cache")

    def _seen(self, name: str) -> dict[str, Any]:
        """What lies there right after a kill."""
        run = self.work / name / "run"
        lines = _log(run)
        return {
            "bundle": _bundle(run / "bundle") if (run / "bundle").exists() else "absent",
            "logged_trials": sum(lines),
            "torn_before_last": lines[:-1].count(False),
        }

    def _checked(self, name: str, legs: list[Leg], seen: list[dict[str, Any]]) -> dict[str, Any]:
        run, last = self.work / name / "run", legs[-1]
        kills = sum(leg.code is None for leg in legs)
        answer = json.loads(last.output) if last.code == 0 else {}
        lines = _log(run)
        faults = {
            "after_a_kill": [each for kill, each in enumerate(seen) if not _sound(each, kill)],
            "exit": [leg.errors[-2000:] for leg in legs if leg.code],
            "bundle": "" if (state := _bundle(run / "bundle")) == "whole" else state,
            "log": "" if lines and lines.count(False) <= kills else f"{lines.count(False)} torn lines",
            "leftovers": _leftovers(self.work / name),
            "survivors": sum(leg.survivors for leg in legs),
        }
        return {
            "clean": not any(faults.values()),
            "faults": {fault: what for fault, what in faults.items() if what},
            "seconds": sum(leg.seconds for leg in legs),
            "lived_s": [round(leg.seconds, 2) for leg in legs],
            "kills": kills,
            "verdict": answer.get("verdict"),
            "winner": answer.get("winner"),
            "scores": answer.get("scores"),
            "logged_trials": sum(lines),
            "after_each_kill": seen,
        }


def _sound(seen: dict[str, Any], earlier_kills: int) -> bool:
    return seen["bundle"] in ("whole", "absent") and seen["torn_before_last"] <= earlier_kills


def _log(run: Path) -> list[bool]:
    """Whether each line of the log can be read."""
    path = run / "log.jsonl"
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [_parses(line) for line in lines if line]


def _parses(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _bundle(folder: Path) -> str:
    """`whole` if every hash is right and it predicts, else what is wrong."""
    try:
        labels = headstart.load(folder).predict(["where is my order", "the app crashes"])
    except HeadstartError as error:
        return str(error)
    return "whole" if len(labels) == 2 else f"gave {len(labels)} labels for 2 texts"


def _leftovers(place: Path) -> list[str]:
    strange = sorted({path.name for path in (place / "run").glob("*")} - LEFT_BY_A_RUN)
    return [*strange, *scratch(place / "run"), *scratch(place / "cache")]


def _tell(whole: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    same = sum(run["scores"] == whole["scores"] and run["verdict"] == whole["verdict"] for run in runs)
    clean = sum(run["clean"] for run in runs)
    summary = {
        "runs": len(runs),
        "kills": sum(run["kills"] for run in runs),
        "ended_clean": clean,
        "same_scores_as_uninterrupted": same,
        "uninterrupted_s": round(whole["seconds"], 1),
    }
    save(
        RESULTS / "kill_resume.json",
        {
            "command": command(),
            "date": today(),
            "machine": machine(),
            "summary": summary,
            "uninterrupted": whole,
            "by_run": runs,
        },
    )
    print(json.dumps(summary, indent=1))
    for run in runs:
        print(f"lived {run['lived_s']}: {'clean' if run['clean'] else run['faults']}")


if __name__ == "__main__":
    main()
