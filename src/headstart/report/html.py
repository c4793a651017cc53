"""The report: one page that opens anywhere, without a network and without scripts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from headstart import wording
from headstart.atomic import atomic_file
from headstart.report.calibration import SIDE, calibration
from headstart.report.comparison import difference_plot, score_plot
from headstart.report.confusion import confusion
from headstart.report.costs import cost_lines
from headstart.report.fitting import HEIGHT, WIDTH, curve_chart
from headstart.report.label_errors import likely_label_errors
from headstart.report.learning_curves import learning_curves
from headstart.report.measures import measures
from headstart.report.next_steps import next_steps
from headstart.report.reproduce import reproduce
from headstart.report.scatter import SIDE as SQUARE
from headstart.report.scatter import scatter

if TYPE_CHECKING:
    from headstart.core.result import Result

BADGES = {"adapt": "Adapt", "baseline": "Keep the baseline", "inconclusive": "Not decided"}
SHOWN_CLASSES, SHOWN_ERRORS, SHOWN_COLUMNS = 20, 20, 20
HEADINGS = {
    "classification": ("Class by class", "Class", "classes"),
    "multilabel": ("Label by label", "Label", "labels"),
    "tagging": ("Kind by kind", "Kind of entity", "kinds"),
}
LEAST_SHOWN = 0.5
_TEMPLATES = Path(__file__).parent / "page"


def write_report(result: Result, path: Path) -> None:
    """Writes the report as a single HTML file.

    Raises:
        RunError: the disk is full or the place can't be written.
    """
    page = render(result)
    with atomic_file(path) as part:
        part.write_text(page, encoding="utf-8", errors="replace")


def render(result: Result) -> str:
    """The report as HTML."""
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["wording"] = wording
    environment.filters["breakable"] = _breakable
    return environment.get_template("report.html").render(_view(result))


def _view(result: Result) -> dict[str, Any]:
    evaluation, ships = result.evaluation, result.verdict.ships
    return {
        "result": result,
        "badge": BADGES.get(result.verdict.outcome, result.verdict.outcome),
        "written": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "metric": wording.metric_label(evaluation.metric),
        "ships": wording.model_label(ships, result),
        "shipped_score": evaluation.scores.get(ships),
        "shipped_footprint": evaluation.footprints.get(ships),
        "scores": score_plot(result),
        "differences": difference_plot(result) if evaluation.comparisons else None,
        "not_measured": {
            wording.model_label(name, result): why for name, why in evaluation.not_measured.items()
        },
        "curves": learning_curves(result),
        "measures": measures(result),
        "classes": sorted(result.diagnosis.classes, key=lambda each: each.standing),
        "shown_classes": SHOWN_CLASSES,
        "confusion": confusion(result.diagnosis),
        "calibration": calibration(result.diagnosis),
        "side": SIDE,
        "curve": curve_chart(result.fitting),
        "curve_width": WIDTH,
        "curve_height": HEIGHT,
        "scatter": scatter(result.diagnosis),
        "square": SQUARE,
        "shown_errors": SHOWN_ERRORS,
        "shown_columns": SHOWN_COLUMNS,
        "heading": HEADINGS.get(result.task, HEADINGS["classification"]),
        "sure_errors": [each for each in result.diagnosis.confident_errors if each.confidence >= LEAST_SHOWN][
            :SHOWN_ERRORS
        ],
        "suspects": len(likely_label_errors(result.diagnosis)),
        "costs": cost_lines(result),
        "blocked": [each for each in (*result.plan.baselines, *result.plan.candidates) if each.blocked],
        "advice": next_steps(result),
        "command": reproduce(result),
    }


def _breakable(label: str) -> Markup:
    """Labels are often words joined by marks; a line may end after each mark.

    Each keeps the direction of its own script.
    """
    parts = re.split(r"(?<=[_\-./:])", label)
    return Markup("<bdi>{}</bdi>").format(Markup("<wbr>").join(parts))
