"""Over- and underfitting, told from a training's curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.fitting import NOT_KNOWN, OVERFITTING, UNDERFITTING, WELL_FITTED, Fitting
from headstart.wording import count, number, percent

if TYPE_CHECKING:
    from headstart.core.curve import Curve, Point

# A change of the dev loss counts from so many of its standard errors, and from this share of the loss.
CLEAR_ERRORS, CLEAR_SHARE = 2.0, 0.02
# Dev loss over training loss from which the training rows are known by heart.
WIDE_GAP = 2.0
# The last pass brought less than this share of the dev loss: the training is over.
STEEP = 0.04
# A training loss that fell by less than this share of the first pass's did not learn the rows.
LITTLE_LEARNT = 0.05
FEWEST_PASSES = 2


def diagnose_fitting(curve: Curve) -> Fitting:
    """What a curve says of a training.

    `overfitting`: the dev loss had its low before the end and has clearly risen since, or it is no lower
    than before the training while the training loss is less than half of it. `underfitting`: the last
    pass still lowered the dev loss clearly, or the training loss hardly fell. The early end of a training
    that never got to its last pass is said with it.

    A change is clear where it is beyond two standard errors of the paired change on the dev rows and 2 %
    of the loss. The training loss of a pass speaks of weights half a pass older than those that are
    measured after it, so it is compared with the mean of the dev losses around it.

    Args:
        curve: of one training, with dev losses.
    """
    measured = [each for each in curve.points if each.dev_loss is not None]
    trained = [each for each in measured if each.train_loss is not None]
    if missing := _missing(curve, measured, trained):
        return Fitting(kind=NOT_KNOWN, sentence=missing, curve=curve)
    low = min(measured, key=_dev)
    kind, sentence = (
        _risen(curve, measured, trained, low)
        or _unfinished(measured, trained)
        or (
            WELL_FITTED,
            _well(measured, trained, low),
        )
    )
    if curve.ended == "deadline":
        share = percent(curve.points[-1].fraction)
        sentence = f"{sentence} The deadline ended it after {share} of what was planned."
    return Fitting(kind=kind, sentence=sentence, best_share=_best_share(measured, low), curve=curve)


def _missing(curve: Curve, measured: list[Point], trained: list[Point]) -> str:
    """Why nothing can be said, or nothing."""
    if not curve.points:
        return "Nothing was trained in passes, so there is no curve to tell it from."
    if not measured:
        reason = "of a kind that dev rows have not" if curve.dev_rows else "taken on no dev rows beside"
        return f"The losses of the training are {reason}, so there is nothing to compare them with."
    if len(trained) < FEWEST_PASSES:
        return f"The training took {count(len(trained), 'pass', 'passes')}; it takes {FEWEST_PASSES} to tell."
    return ""


def _risen(curve: Curve, measured: list[Point], trained: list[Point], low: Point) -> tuple[str, str] | None:
    last, first = measured[-1], measured[0]
    train = _train(trained[-1])
    if low is not last and _clear(last, _dev(last) - _dev(low)):
        when = f"after pass {low.epoch:g} of {last.epoch:g}" if low.epoch else "before the first pass"
        # A loss may round to nought where a network is sure of every row.
        rose = f"by {percent(_dev(last) / _dev(low) - 1)}" if _dev(low) > 0 else f"to {number(_dev(last))}"
        return OVERFITTING, (
            f"The dev loss was lowest {when} ({number(_dev(low))}) and rose {rose} from there, while the "
            f"training loss went down to {number(train)}. {_score_moved(curve, low, last)}"
        )
    gained = _clear(last, _dev(first) - _dev(last)) and low is not first
    if not gained and _around(measured) > WIDE_GAP * train:
        return OVERFITTING, (
            f"The training rows are known by heart (training loss {number(train)}), and nothing of that "
            f"carried over: the dev loss is {number(_dev(last))} and was {number(_dev(first))} before the "
            "training."
        )
    return None


def _unfinished(measured: list[Point], trained: list[Point]) -> tuple[str, str] | None:
    before, last = min(measured[:-1], key=_dev), measured[-1]
    fall = _dev(before) - _dev(last)
    if _clear(last, fall) and fall > STEEP * _dev(last):
        share = percent(fall / _dev(before))
        return UNDERFITTING, (
            f"It was still learning when it ended: the last pass lowered the dev loss by {share}, to "
            f"{number(_dev(last))}."
        )
    start, end = _train(trained[0]), _train(trained[-1])
    if end > (1.0 - LITTLE_LEARNT) * start and _around(measured) < WIDE_GAP * end:
        return UNDERFITTING, (
            f"It hardly learnt its training rows: their loss went from {number(start)} in the first pass to "
            f"{number(end)} in the last."
        )
    return None


def _well(measured: list[Point], trained: list[Point], low: Point) -> str:
    last, train = measured[-1], _train(trained[-1])
    end = "and was lowest there" if low is last else "which is its lowest as far as can be told"
    said = (
        f"The dev loss came down to {number(_dev(last))} {end}; the training loss ended at {number(train)}."
    )
    if _around(measured) > WIDE_GAP * train:
        said += " The gap between them says that it is surer of rows it has seen; no dev row paid for that."
    return said


def _score_moved(curve: Curve, low: Point, last: Point) -> str:
    """Whether labels suffered, or only how sure they are (Guo et al. 2017, section 3)."""
    if low.dev_score is None or last.dev_score is None:
        return "What that did to the score was not measured."
    sign = 1 if curve.greater_is_better else -1
    scores = f"{number(low.dev_score)} then, {number(last.dev_score)} at the end"
    if sign * (last.dev_score - low.dev_score) < 0:
        return f"The score suffered too: {scores}."
    return f"The score did not suffer ({scores}): the model grew too sure of itself, which calibration mends."


def _best_share(measured: list[Point], low: Point) -> float:
    """The earliest share that is as good as any, unless the end is."""
    last = measured[-1]
    return low.fraction if low is not last and _clear(last, _dev(last) - _dev(low)) else 1.0


def _clear(point: Point, change: float) -> bool:
    return change > CLEAR_ERRORS * (point.dev_error or 0.0) and change > CLEAR_SHARE * _dev(point)


def _around(measured: list[Point]) -> float:
    """Dev loss halfway through the last pass, where the training loss was taken."""
    return (_dev(measured[-2]) + _dev(measured[-1])) / 2


def _dev(point: Point) -> float:
    assert point.dev_loss is not None
    return point.dev_loss


def _train(point: Point) -> float:
    assert point.train_loss is not None
    return point.train_loss
