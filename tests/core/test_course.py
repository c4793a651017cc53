"""Settings that change while a network learns."""

from __future__ import annotations

import pytest

from headstart.core.course import course_faults, settings_at

COURSE = ((0.25, {"rate": 2.0, "decay": 0.1}), (1 / 3, {"decay": 0.2}), (0.75, {"rate": 0.5}))
LIVE = {"rate", "decay"}


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, {}),
        (0.24, {}),
        (0.25, {"rate": 2.0, "decay": 0.1}),
        (0.3, {"rate": 2.0, "decay": 0.1}),
        (0.5, {"rate": 2.0, "decay": 0.2}),
        (1.0, {"rate": 0.5, "decay": 0.2}),
    ],
)
def test_what_has_changed_holds_until_it_changes_again(share, expected):
    assert settings_at(COURSE, share) == expected


@pytest.mark.parametrize("epochs", range(1, 40))
def test_a_share_of_whole_passes_is_reached_however_it_is_rounded(epochs):
    for done in range(1, epochs):
        course = ((done * (1 / epochs), {"rate": 2.0}),)
        assert settings_at(course, done / epochs) == {"rate": 2.0}
        assert settings_at(course, (done - 1) / epochs) == {}


def test_a_course_that_can_be_followed_has_no_faults():
    assert course_faults(COURSE, live=LIVE) == []
    assert course_faults([[0.5, {"rate": 1.0}]], live=LIVE) == []
    assert course_faults((), live=LIVE) == []


@pytest.mark.parametrize(
    ("course", "said"),
    [
        (((0.5, {"epochs": 3}),), "epochs can't change while it learns; what can: decay, rate"),
        (((0.0, {"rate": 3.0}),), "a change at 0"),
        (((1.0, {"rate": 3.0}),), "a change at 1"),
        (((0.5, {"rate": 3.0}), (0.5, {"rate": 2.0})), "a change at 0.5"),
        ((0.5, {"rate": 3.0}), "pairs of a share and of settings"),
        (((0.5, "rate"),), "pairs of a share and of settings"),
        ((("half", {"rate": 3.0}),), "pairs of a share and of settings"),
        ("half", "pairs of a share and of settings"),
    ],
)
def test_a_course_that_can_not_be_followed_says_why(course, said):
    [fault] = course_faults(course, live=LIVE)
    assert said in fault
