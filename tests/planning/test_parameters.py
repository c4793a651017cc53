"""Hyper-parameters reach the strategies that have them, as the type they are."""

from __future__ import annotations

import pytest

from headstart.core.knob import Knob
from headstart.errors import SettingError, UnknownName
from headstart.planning.parameters import parameters, parse


def test_a_parameter_reaches_every_strategy_that_has_it() -> None:
    found = parameters({"max_length": "64", "full.epochs": "2"}, ("probe", "full"))
    assert found["full"] == {"max_length": 64, "epochs": 2}
    assert found["probe"] == {"max_length": 64}


def test_a_value_that_is_refused_is_told_under_the_name_that_it_was_given() -> None:
    with pytest.raises(SettingError, match=r"^full.epochs: got '60'; allowed: a whole number from 0 to 50"):
        parameters({"full.epochs": "60"}, ("full",))


def test_an_unknown_parameter_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'epochs'"):
        parameters({"epoch": "2"}, ("full",))


@pytest.mark.parametrize(
    ("knob", "said", "meant"),
    [
        (Knob(name="n", default=3, help="", low=1, high=9), "5", 5),
        (Knob(name="r", default=1e-4, help="", low=0, high=1), "3e-4", 3e-4),
        (Knob(name="b", default=True, help=""), "no", False),
        (Knob(name="c", default="mean", help="", choices=("mean", "cls")), "cls", "cls"),
        (Knob(name="o", default=None, help="", low=1, high=512), "64", 64),
        (Knob(name="o", default=None, help="", low=1, high=512), "6.4e1", 64),
        (Knob(name="n", default=3, help="", low=1, high=9), 5.0, 5),
        (Knob(name="o", default=None, help="", low=0.0, high=1.0), "0.5", 0.5),
        (Knob(name="o", default=None, help="", low=0, high=1), "none", None),
        (Knob(name="n", default=3, help="", low=1, high=9), 5, 5),
        (Knob(name="p", default=(), help=""), '[[0.5, {"rate": 2}]]', ((0.5, {"rate": 2}),)),
        (Knob(name="p", default=(), help=""), [[0.5, {"rate": 2}]], ((0.5, {"rate": 2}),)),
    ],
)
def test_values_become_the_type_of_the_parameter(knob: Knob, said: object, meant: object) -> None:
    assert parse(knob, said) == meant
    assert type(parse(knob, said)) is type(meant)


@pytest.mark.parametrize(
    ("knob", "said", "words"),
    [
        (
            Knob(name="n", default=3, help="", low=1, high=9),
            "12",
            "n: got '12'; allowed: a whole number from 1 to 9",
        ),
        (Knob(name="n", default=3, help="", low=1, high=9), "many", "allowed: a whole number from 1 to 9"),
        (Knob(name="o", default=None, help="", low=1, high=9), "2.5", "a whole number from 1 to 9"),
        (Knob(name="o", default=None, help="", low=1, high=9), 2.5, "got 2.5; allowed: a whole number"),
        (Knob(name="r", default=None, help="", low=0.0, high=1.0), "nan", "a number from 0.0 to 1.0"),
        (Knob(name="r", default=0.5, help="", low=0.0, high=1.0), float("nan"), "got nan; allowed: a number"),
        (Knob(name="n", default=3, help="", low=1), "0", "allowed: a number from 1$"),
        (Knob(name="n", default=3, help="", high=9), "12", "allowed: a number to 9$"),
        (Knob(name="c", default="mean", help="", choices=("mean", "cls")), "max", "allowed: mean, cls"),
        (Knob(name="b", default=True, help=""), "perhaps", "allowed: bool"),
    ],
)
def test_values_that_do_not_fit_are_refused(knob: Knob, said: object, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        parse(knob, said)
