"""What a base is to say for each class."""

from __future__ import annotations

from headstart.train.label_words import label_words, spoken_words, without_words


def test_names_are_said_in_words_and_codes_by_their_description():
    assert spoken_words(("card_lost", "cardFound", "Sci/Tech"), {}) == ("card lost", "card Found", "Sci Tech")
    assert spoken_words(("0", "1"), {"0": "negative", "1": "positive"}) == ("negative", "positive")


def test_words_of_all_scripts_stay_whole():
    names = ("खेल_समाचार", "กีฬา", "天气预报", "Cafe\u0301")
    said = ("खेल समाचार", "กีฬา", "天气预报", "Cafe\u0301")
    assert label_words(names, {}) == spoken_words(names, {}) == said
    assert without_words((*names, "❤\ufe0f"), {}) == ("❤\ufe0f",)
    assert label_words(("❤\ufe0f",), {}) == ("❤\ufe0f",)


def test_a_description_does_not_take_the_place_of_a_name_that_says_something():
    assert spoken_words(("money", "other"), {"money": "bills and payments"}) == ("money", "other")


def test_without_any_words_a_name_is_said_as_it_is():
    assert spoken_words(("-1", "???"), {}) == ("1", "???")
