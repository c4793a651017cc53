"""How long the first answer takes: help, version, import, and the demo's `adapt`.

python -m benchmarks.cases.start_up
python -m benchmarks.cases.start_up --no-demo
"""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from benchmarks.common import RESULTS, ROOT, command, headstart, machine, save, today
from benchmarks.options import Options

if TYPE_CHECKING:
    from pathlib import Path

REPEATS = 5
HELP_GOAL_S = 0.5
DEMO_GOAL_S = 90.0


def main() -> None:
    """Time each command and write what was measured."""
    options = Options(__doc__)
    options.add_argument("--no-demo", action="store_true", help="leave the demo out")
    asked = options.parse_args()
    commands = {
        "help": [headstart(), "--help"],
        "version": [headstart(), "--version"],
        "import": [sys.executable, "-c", "import headstart"],
        "bare_interpreter": [sys.executable, "-c", "pass"],
    }
    found: dict[str, Any] = {name: _median(started) for name, started in commands.items()}
    found["help"]["holds"] = found["help"]["median_s"] < HELP_GOAL_S
    if not asked.no_demo:
        found["demo"] = _demo()
    saved = {"command": command(), "date": today(), "machine": machine(), "load_average": os.getloadavg()[0]}
    save(RESULTS / "start_up.json", {**saved, "goals_s": {"help": HELP_GOAL_S, "demo": DEMO_GOAL_S}, **found})
    for name, figures in found.items():
        print(name, figures)


def _median(started: list[str]) -> dict[str, Any]:
    _seconds(started)  # the first start reads the files from disk
    all_s = [_seconds(started) for _ in range(REPEATS)]
    return {"median_s": round(statistics.median(all_s), 3), "all_s": [round(each, 3) for each in all_s]}


def _seconds(started: list[str], **environment: str) -> float:
    start = time.perf_counter()
    subprocess.run(started, check=True, capture_output=True, cwd=ROOT, env={**os.environ, **environment})
    return time.perf_counter() - start


def _demo() -> dict[str, Any]:
    """The demo's command with cold caches and a new run folder, so that nothing is resumed."""
    with tempfile.TemporaryDirectory() as folder:
        started = [*demo_command(ROOT / "Makefile"), "--out", f"{folder}/run"]
        seconds = _seconds(started, HEADSTART_CACHE=f"{folder}/cache")
    return {"seconds": round(seconds, 1), "arguments": started[1:-2], "holds": seconds < DEMO_GOAL_S}


def demo_command(makefile: Path) -> list[str]:
    """What `make demo` runs once all is installed, as the Makefile says it, without its `--out`.

    Raises:
        SystemExit: the Makefile has no such command.
    """
    lines = makefile.read_text().replace("\\\n", " ").splitlines()
    recipes = lines[lines.index(next(line for line in lines if line.startswith("demo:"))) + 1 :]
    words = shlex.split(recipes[0])
    if len(words) < 2 or words[1] != "adapt":
        raise SystemExit(
            f"{makefile}: the first line of `demo` is not a `headstart adapt` command: {recipes[0]}"
        )
    if "--out" in words:
        at = words.index("--out")
        del words[at : at + 2]
    return [headstart(), *words[1:]]


if __name__ == "__main__":
    main()
