from __future__ import annotations

import math

import pytest

from headstart.core.task import ANSWERS
from headstart.wording import (
    answer_label,
    answers_label,
    base_label,
    count,
    duration,
    figure,
    in_points,
    latency,
    lead,
    lead_range,
    margin_label,
    number,
    on_terminal,
    percent,
    predict_command,
    score,
    score_range,
    signed,
    size,
    strategy_label,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.004, "0.00 s"),
        (0.42, "0.42 s"),
        (8.31, "8.3 s"),
        (42.4, "42 s"),
        (59.7, "1 min"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, text: str):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 B"),
        (420, "420 B"),
        (1_000, "1.0 kB"),
        (91_000_000, "91 MB"),
        (999_999, "1.0 MB"),
        (2.5e12, "2500 GB"),
    ],
)
def test_sizes_have_a_fitting_unit(amount: float, text: str):
    assert size(amount) == text


def test_figures_have_a_true_minus_and_no_nan():
    assert number(-0.0123) == "\N{MINUS SIGN}0.012"
    assert signed(0.0123) == "+0.012"
    assert signed(-0.5, 1) == "\N{MINUS SIGN}0.5"
    assert number(math.nan) == signed(math.nan) == "\N{EN DASH}"
    assert percent(0.123) == "12 %"
    assert (latency(0.0001), latency(0.83), latency(3.41), latency(12.2)) == (
        "< 0.01 ms",
        "0.83 ms",
        "3.4 ms",
        "12 ms",
    )
    assert (count(1, "row"), count(2000, "row"), count(2, "class", "classes")) == (
        "1 row",
        "2,000 rows",
        "2 classes",
    )
    assert (strategy_label("tfidf"), strategy_label("zero_shot")) == ("tf-idf", "zero-shot")
    assert strategy_label("untouched") == "untouched base"


def test_differences_are_told_in_points_of_their_metric():
    assert in_points(0.0124, "macro_f1") == "+1.2"
    assert in_points(-0.004, "log_loss") == "\N{MINUS SIGN}0.4"
    assert in_points(3.0, "mae", unit=0.5) == "+6.0"
    assert margin_label(0.01, "macro_f1") == "1 point"
    assert margin_label(0.005, "macro_f1") == "0.5 points"
    assert margin_label(0.1 * 3, "mae", unit=0.1) == "3 points"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3.5, "3.5"),
        (12345.6, "12,346"),
        (-0.00421, "\N{MINUS SIGN}0.00421"),
        (100.0, "100"),
        (float("nan"), "\N{EN DASH}"),
    ],
)
def test_numbers_of_any_size_are_told_in_four_digits(value, text):
    assert figure(value) == text


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [("macro_f1", 0.8712, "0.871"), ("bleu", 41.27, "41.3"), ("perplexity", 12.345, "12.35")],
)
def test_scores_are_told_to_a_tenth_of_a_point(metric: str, value: float, text: str):
    assert score(value, metric) == text
    assert score_range(value, value, metric) == f"{text} to {text}"
    assert lead(value, metric) == f"+{text}"
    assert lead_range(-value, value, metric) == f"\N{MINUS SIGN}{text} to +{text}"


def test_a_score_of_a_metric_that_is_not_there_is_told_all_the_same():
    assert score(0.5, "of_another_installation") == "0.500"
    assert score(math.nan, "bleu") == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("base", "text"),
    [
        ("embedded", "embedded"),
        ("google-bert/bert-base-uncased", "google-bert/bert-base-uncased"),
        ("/home/ada/bases/small", "bases/small"),
        ("./small", "small"),
        ("~/bases/small/", "bases/small"),
    ],
)
def test_a_base_in_a_folder_is_called_by_the_end_of_its_path(base: str, text: str):
    assert base_label(base) == text


@pytest.mark.parametrize(
    ("answer", "one", "several"),
    [("class", "a label", "labels"), ("number", "a number", "numbers"), ("span", "an answer", "answers")],
)
def test_what_rows_carry_is_called_by_its_kind(answer: str, one: str, several: str):
    assert (answer_label(answer), answers_label(answer)) == (one, several)
    assert all(answers_label(each).endswith("s") for each in ANSWERS)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("late", "late"),
        ("zu spät", "zu spät"),
        (
            "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645",
            "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645",
        ),
        (" late", "' late'"),
        ("\x1b[2Jlate", r"'\x1b[2Jlate'"),
        ("two\nlines", r"'two\nlines'"),
    ],
)
def test_a_label_can_give_a_terminal_no_order(label: str, text: str):
    assert on_terminal(label) == text


@pytest.mark.parametrize(
    ("task", "kind"),
    [("classification", "csv"), ("text_to_text", "csv"), ("chat", "jsonl"), ("question_answering", "jsonl")],
)
def test_new_rows_are_predicted_from_a_file_that_can_hold_them(task: str, kind: str):
    found = predict_command("runs/a/bundle", task)
    assert found == f"headstart predict runs/a/bundle new.{kind} --out predicted.{kind}"
