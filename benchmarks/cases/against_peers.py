"""`headstart adapt` and what people use instead, each given the same file, the same base and the same time.

python -m benchmarks.cases.against_peers --data DATA --setfit PYTHON         # what is missing, then the table
python -m benchmarks.cases.against_peers --data DATA --setfit PYTHON --sets sst2 trec --draws 0
python -m benchmarks.cases.against_peers --summary
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score, f1_score

from benchmarks.against_peers_table import summarise
from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, embedded_base, keep_to
from benchmarks.headstart_run import adapt_command, finish, predict
from benchmarks.options import CellOptions
from benchmarks.programs import answer
from benchmarks.subsets import Subset, draw_sized
from headstart.planning.history import FILE as COSTS

if TYPE_CHECKING:
    import argparse

# Sets whose training rows the defaults were tuned on, and sets that nothing was.
TUNING = ("sst2", "ag_news", "banking77", "tweeteval_emotion", "customer_reviews")
CONFIRMATION = (
    *("trec", "scicite", "medical_abstracts", "sms_spam"),
    *("tweeteval_hate", "davidson_hate", "amazon_multidomain"),
)
SIZES = ("16 a class", "64 a class", "2000 rows")
OURS = "adapt"
PEERS = ("tfidf_logistic", "frozen_logistic", "trainer_tutorial", "trainer_grid", "trainer_lora", "setfit")
# Within these factors of the time and seconds a deadline is kept.
OVERRUN, OVERRUN_S = 1.02, 2.0


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "against_peers", again=asked.again)
    # One draw after the other, and all systems side by side, so that what is compared is near in time.
    for draw in () if asked.summary else asked.draws:
        for size in asked.sizes:
            for name in asked.sets:
                subset = draw_sized(asked.data, name, size=size, seed=draw)
                for system in asked.systems:
                    settings = {"system": system, "set": name, "size": size, "draw": draw}
                    settings |= {"within": asked.within, "cores": asked.cores, "rows_sha256": subset.sha256}
                    fit = Measured(subset=subset, settings=settings, setfit=asked.setfit, work=asked.work)
                    cell = f"{name}.{size.replace(' ', '_')}.{asked.within}s.{system}.draw{draw}"
                    cells.get(cell, settings, fit)
    summarise(cells.folder, into=RESULTS / "against_peers.json", confirmation=CONFIRMATION)


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.add_argument("--setfit", default=sys.executable, help="interpreter that has the peers' packages")
    options.add_argument("--work", type=Path, default=ROOT / "runs" / "against_peers", help="where runs go")
    options.several("--sets", TUNING + CONFIRMATION)
    options.several("--sizes", SIZES)
    options.several("--systems", (OURS, *PEERS))
    options.numbers("--draws", (0, 1, 2))
    options.add_argument("--within", type=int, default=120, help="seconds")
    return options.asked()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One system on one draw.

    Args:
        subset: the rows.
        settings: the system and its time.
        setfit: interpreter that runs the peers.
        work: where our runs go.
    """

    subset: Subset
    settings: dict[str, Any]
    setfit: str
    work: Path

    def __call__(self) -> dict[str, Any]:
        """Scores on the test rows, seconds, and whether the deadline was kept."""
        chosen, told = self._ours() if self.settings["system"] == OURS else self._peers()
        gold, limit = self.subset.test.labels, self.settings["within"]
        return {
            "macro_f1": float(f1_score(gold, chosen, average="macro")),
            "accuracy": float(accuracy_score(gold, chosen)),
            **told,
            "deadline_kept": told["seconds"] <= max(OVERRUN * limit, limit + OVERRUN_S),
        }

    def _ours(self) -> tuple[list[str], dict[str, Any]]:
        train, test = self.subset.write(self.work / "rows")
        out = self.work / "adapt"
        # A run left by an earlier measurement would be resumed, not measured.
        shutil.rmtree(out, ignore_errors=True)
        options = ["--target", "label", "--text", "text", "--test", str(test), "--metric", "macro_f1"]
        options += ["--within", f"{self.settings['within']}s", "--seed", str(self.settings["draw"])]
        cache = self.work / "cache"
        _forget(cache)
        run = finish(adapt_command(train, out=out, options=options), cache=cache)
        chosen = predict(run.bundle, test, self.work / "predicted.csv")
        answer = run.answer
        return chosen, {
            "seconds": run.seconds,
            "verdict": answer["verdict"],
            "winner": "+".join(answer["winner"]["strategies"]),
            "ships": answer["ships"],
            # With too few test rows of a class no verdict is trusted, and the cheaper one ships.
            "trusted": answer["trusted"],
            "winner_macro_f1": answer["scores"].get("winner", {}).get("value"),
        }

    def _peers(self) -> tuple[list[str], dict[str, Any]]:
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.json"
            rows.write_text(self.subset.told())
            command = [self.setfit, "-m", "benchmarks.peers.within", "--rows", str(rows)]
            command += ["--system", self.settings["system"], "--within", str(self.settings["within"])]
            command += ["--seed", str(self.settings["draw"]), "--base", str(embedded_base())]
            told = answer(command)
        return told.pop("labels"), told


def _forget(cache: Path) -> None:
    """Leaves what this computer and the fits of this comparison took, and nothing of scores and features."""
    for each in cache.iterdir() if cache.exists() else ():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != COSTS and not each.name.startswith("machine-"):
            each.unlink()


if __name__ == "__main__":
    main()
