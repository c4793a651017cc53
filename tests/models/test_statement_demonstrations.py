"""What stands before a statement: rows that have the label and rows that lack it, the nearest last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.errors import BundleError
from headstart.models.question import Question
from headstart.models.statement_demonstrations import StatementDemonstrations

STATEMENTS, ANSWERS = ("It is good.", "It is rare.", "It is never."), ("yes", "no")
# The rows lie on half a circle, a tenth of a turn apart.
ANGLES = np.arange(6) * 0.2 * np.pi
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
ROWS = tuple(Question(text=f"row {place}", tail=f"Age: {place}") for place in range(6))
HELD = np.zeros((6, 3), dtype=bool)
HELD[:2, 0] = HELD[5, 1] = True
NEAREST = StatementDemonstrations(
    rows=ROWS, held=HELD, count=4, vectors=CIRCLE.astype(np.float16), centre=np.zeros(2)
)
SHARED = StatementDemonstrations(rows=ROWS, held=HELD, count=4, ranked=((0, 2, 1, 3), (5, 0), (2, 3, 4)))


def told(demonstrations, asked=1, vectors=None):
    """The places of the rows before each statement, with the answers."""
    found = demonstrations.before(asked, vectors, statements=STATEMENTS, answers=ANSWERS)
    return [[(int(each.question.text.split()[1]), each.answer) for each in shown] for shown in found]


def test_the_nearest_with_the_label_and_the_nearest_without_it_take_turns_the_nearest_last():
    # Just beyond the first row, so that the rows are the less like it the later they come.
    near = np.array([[np.cos(-0.1), np.sin(-0.1)]])
    good, rare, never = told(NEAREST, 1, near)
    assert good == [(3, "no"), (1, "yes"), (2, "no"), (0, "yes")]
    # One row has the label, and others that lack it fill up what is left.
    assert rare == [(2, "no"), (1, "no"), (0, "no"), (5, "yes")]
    # No row has it, so that none can be shown that has.
    assert never == [(3, "no"), (2, "no"), (1, "no"), (0, "no")]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_whatever_their_number_the_last_one_has_the_label_and_half_of_them_do(count):
    for given, vectors in ((NEAREST, CIRCLE[[3]]), (SHARED, None)):
        good, rare, _ = told(replace(given, count=count), 1, vectors)
        answers = [answer for _, answer in good]
        assert answers == (["no", "yes"] * 2)[-count:]
        assert rare[-1] == (5, "yes")
        assert len(good) == count


def test_shared_rows_stand_before_every_text_the_first_one_last():
    good, rare, never, *again = told(SHARED, 2)
    assert good == [(3, "no"), (1, "yes"), (2, "no"), (0, "yes")]
    assert rare == [(0, "no"), (5, "yes")]
    assert never == [(4, "no"), (3, "no"), (2, "no")]
    assert again == [good, rare, never]
    assert not SHARED.by_question


def test_each_row_is_asked_the_same_and_keeps_its_columns():
    first, *_ = SHARED.before(1, statements=STATEMENTS, answers=ANSWERS)
    assert first[-1].question == Question(text="row 0", tail="Age: 0\nStatement: It is good.")


@pytest.mark.parametrize("given", [NEAREST, SHARED])
def test_what_is_read_from_disk_shows_the_same(given, tmp_path):
    given.save(tmp_path)
    again = StatementDemonstrations.load(tmp_path)
    assert again.by_question == given.by_question
    assert told(again, 3, CIRCLE[:3]) == told(given, 3, CIRCLE[:3])


def test_without_a_file_there_are_none_and_a_broken_one_is_named(tmp_path):
    assert StatementDemonstrations.load(tmp_path) is None
    (tmp_path / "demonstrations.json").write_text('{"rows": []}')
    with pytest.raises(BundleError, match=r"demonstrations\.json can't be read .*; copy the bundle again"):
        StatementDemonstrations.load(tmp_path)
