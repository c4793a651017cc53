"""The three rules, and what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.evaluation import Comparison, Evaluation, Score
from headstart.evaluation.verdict import judge

NAN = float("nan")


def evaluation(rows=400, metric="macro_f1", **comparisons):
    """An evaluation with a comparison (difference, low, high) in points for each baseline."""
    compared = {
        name: Comparison(difference=difference / 100, low=low / 100, high=high / 100)
        for name, (difference, low, high) in comparisons.items()
    }
    score = Score(value=0.894, low=0.87, high=0.91)
    return Evaluation(
        metric=metric,
        rows=rows,
        groups=rows,
        scores=dict.fromkeys(("winner", "untouched_base", *compared), score),
        comparisons=compared,
    )


def judged(found, **settings):
    plain = {
        "winner_name": "probe on embedded",
        "best_dev_baseline": "tfidf",
        "margin": 0.01,
        "class_rows": (99, 30),
    }
    return judge(found, **{**plain, **settings})


def test_adapt_where_every_baseline_is_surely_beaten():
    verdict = judged(evaluation(rows=412, majority=(50, 45, 55), tfidf=(5.2, 2.9, 7.6)))
    assert (verdict.outcome, verdict.ships) == ("adapt", "winner")
    assert verdict.trusted
    assert verdict.test_rows_needed is None
    assert verdict.sentence == (
        "Adapt: probe on embedded beats every baseline on 412 sealed rows (macro-F1 0.894, +5.2 points over "
        "tf-idf, 95 % interval +2.9 to +7.6)."
    )


def rare(found, **at_worst):
    compared = {
        name: replace(each, at_worst=at_worst[name] / 100) for name, each in found.comparisons.items()
    }
    return replace(found, comparisons=compared)


def test_a_lead_that_no_rare_class_could_take_away_is_trusted():
    found = rare(evaluation(majority=(50, 45, 55), tfidf=(30, 24, 36)), majority=19, tfidf=4.2)
    verdict = judged(found, class_rows=(300, 91, 9))
    assert (verdict.outcome, verdict.ships, verdict.trusted) == ("adapt", "winner", True)
    assert verdict.test_rows_needed is None
    (note,) = verdict.notes
    assert note == (
        "1 class has too few test rows to be judged by. The verdict stands all the same: were probe on "
        "embedded as bad at it as those rows leave possible, and every baseline as good, it would be ahead "
        "of each by 4.2 points or more."
    )
    (note,) = judged(found, class_rows=(300, 85, 9, 6)).notes
    assert note.startswith("2 classes have too few test rows")
    assert "as bad at them" in note


@pytest.mark.parametrize(("worst", "rows"), [((19, -0.1), 400), ((19, 4), 199)])
def test_one_that_a_rare_class_could_take_away_or_on_few_rows_is_not(worst, rows):
    found = evaluation(rows=rows, majority=(50, 45, 55), tfidf=(30, 24, 36))
    found = rare(found, majority=worst[0], tfidf=worst[1])
    verdict = judged(found, class_rows=(300, 91, 9))
    assert (verdict.outcome, verdict.trusted) == ("inconclusive", False)
    assert "not to be trusted" in verdict.notes[0]


def test_a_lower_bound_of_nought_is_not_above_nought():
    assert judged(evaluation(tfidf=(2, 0, 4))).outcome == "inconclusive"


def test_one_baseline_that_is_not_surely_beaten_is_enough_against_adapt():
    verdict = judged(evaluation(majority=(1, -1, 3), tfidf=(5, 3, 7)))
    assert verdict.outcome == "inconclusive"
    assert "majority" in verdict.sentence


def test_the_rows_that_are_asked_for_would_settle_the_comparison_that_is_open():
    """And not the one with the baseline best on dev, where that is surely beaten and its interval narrow."""
    verdict = judged(evaluation(rows=400, zero_shot=(2, -2, 6), tfidf=(5, 4.5, 5.5)))
    assert verdict.outcome == "inconclusive"
    assert "over zero-shot, 95 % interval" in verdict.sentence
    assert verdict.test_rows_needed == 6400
    assert any("6,400 test rows" in note for note in verdict.notes)
    assert not any("narrower than the margin" in note for note in verdict.notes)


def test_baseline_where_the_winner_is_surely_less_than_the_margin_better():
    verdict = judged(evaluation(majority=(40, 30, 50), tfidf=(-0.2, -1.2, 0.9)))
    assert (verdict.outcome, verdict.ships) == ("baseline", "tfidf")
    assert "tf-idf" in verdict.sentence
    assert "1 point" in verdict.sentence
    assert verdict.test_rows_needed is None


def test_an_upper_bound_at_the_margin_is_not_below_it():
    assert judged(evaluation(tfidf=(0, -1, 1))).outcome == "inconclusive"


def test_only_the_baseline_best_on_dev_can_be_kept():
    found = evaluation(tfidf=(0.5, -4, 5), zero_shot=(-3, -5, -1))
    assert judged(found, best_dev_baseline="tfidf").outcome == "inconclusive"
    assert judged(found, best_dev_baseline="zero_shot").ships == "zero_shot"


def test_a_larger_margin_keeps_the_baseline_sooner():
    found = evaluation(tfidf=(1, -1, 3))
    assert judged(found, margin=0.01).outcome == "inconclusive"
    assert judged(found, margin=0.05).outcome == "baseline"


def test_equal_predictions_keep_the_baseline():
    verdict = judged(evaluation(tfidf=(0, 0, 0)))
    assert (verdict.outcome, verdict.ships) == ("baseline", "tfidf")
    assert "exactly as well" in verdict.sentence


@pytest.mark.parametrize(
    ("half", "rows", "needed"), [(2.0, 400, 1600), (3.0, 500, 4500), (1.5, 1000, 2300), (2.0, 20_000, 80_000)]
)
def test_inconclusive_says_how_many_test_rows_would_do(half, rows, needed):
    verdict = judged(evaluation(rows=rows, tfidf=(0.5, 0.5 - half, 0.5 + half)))
    assert verdict.outcome == "inconclusive"
    assert verdict.test_rows_needed == needed
    assert any(f"{needed:,} test rows" in note for note in verdict.notes)


def test_inconclusive_with_an_interval_that_is_narrow_already_asks_for_no_rows():
    verdict = judged(evaluation(tfidf=(0.4, -0.4, 1.2)))
    assert verdict.outcome == "inconclusive"
    assert verdict.test_rows_needed is None
    assert any("narrower than the margin" in note for note in verdict.notes)


@pytest.mark.parametrize(
    ("rows", "class_rows", "told"),
    [
        (199, (150, 49), "199 test rows"),
        (400, (391, 9), "9 of the rarest class"),
        (400, (400, 0), "0 of the rarest"),
    ],
)
def test_too_few_rows_are_never_more_than_inconclusive(rows, class_rows, told):
    verdict = judged(evaluation(rows=rows, tfidf=(20, 15, 25)), class_rows=class_rows)
    assert verdict.outcome == "inconclusive"
    assert not verdict.trusted
    assert any(told in note for note in verdict.notes)
    assert "too few" in verdict.sentence


@pytest.mark.parametrize(("rows", "class_rows"), [(200, (190, 10)), (200, ())])
def test_just_enough_rows_are_enough(rows, class_rows):
    verdict = judged(evaluation(rows=rows, tfidf=(20, 15, 25)), class_rows=class_rows)
    assert verdict.trusted
    assert verdict.outcome == "adapt"


def test_rows_needed_include_those_of_the_rarest_class():
    verdict = judged(evaluation(rows=400, tfidf=(20, 19.5, 20.5)), class_rows=(395, 5))
    assert verdict.test_rows_needed == 800


@pytest.mark.parametrize(
    ("lead", "class_rows", "needed"),
    [
        ((18.8, 10.3, 27.3), (), 200),
        ((18.8, 10.3, 27.3), (165, 8), 220),
        ((-18.8, -27.3, -10.3), (), 200),
    ],
)
def test_rows_that_are_too_few_for_a_clear_lead_are_all_that_is_asked_for(lead, class_rows, needed):
    """And not the thousands that would make its interval as narrow as the margin."""
    verdict = judged(evaluation(rows=173, tfidf=lead), class_rows=class_rows)
    assert (verdict.outcome, verdict.test_rows_needed) == ("inconclusive", needed)
    assert any(f"About {needed} test rows in all would be enough" in note for note in verdict.notes)
    open_lead = judged(evaluation(rows=173, tfidf=(1, -7.5, 9.5)), class_rows=class_rows)
    assert open_lead.test_rows_needed == 13_000
    assert any("half-width under 1 point" in note for note in open_lead.notes)


def test_without_a_winner_the_baseline_ships_and_the_sentence_says_why():
    found = replace(evaluation(tfidf=(0, 0, 0)), comparisons={})
    verdict = judged(found, winner_name=None)
    assert (verdict.outcome, verdict.ships) == ("baseline", "tfidf")
    assert "no adaptation" in verdict.sentence
    late = judged(found, winner_name=None, without="there was no time left to test probe")
    assert "tf-idf: there was no time left to test probe (macro-F1 0.894" in late.sentence


def test_without_a_baseline_the_winner_ships_unproven():
    verdict = judged(evaluation(), best_dev_baseline=None)
    assert (verdict.outcome, verdict.ships) == ("inconclusive", "winner")
    assert "no baseline" in verdict.sentence


@pytest.mark.parametrize(("rows", "class_rows"), [(400, (99, 30)), (20, (20, 0))])
def test_an_undefined_metric_decides_nothing(rows, class_rows):
    found = evaluation(rows=rows, metric="roc_auc", tfidf=(NAN, NAN, NAN))
    verdict = judged(found, class_rows=class_rows)
    assert (verdict.outcome, verdict.ships) == ("inconclusive", "tfidf")
    assert "ROC AUC is not defined" in verdict.sentence
    assert "nan" not in " ".join((verdict.sentence, *verdict.notes))


def test_where_no_interval_can_be_told_the_metric_is_not_blamed():
    """All test rows are of one group, say."""
    found = evaluation(tfidf=(5, NAN, NAN))
    verdict = judged(found)
    assert (verdict.outcome, verdict.ships) == ("inconclusive", "tfidf")
    assert "too few or too alike for an interval around the lead of probe on embedded" in verdict.sentence
    assert "(macro-F1 0.894, +5.0 points over tf-idf)" in verdict.sentence
    few = judged(replace(found, rows=20))
    assert "too few to trust a comparison" in few.sentence
    assert "not defined" not in verdict.sentence + few.sentence


def test_notes_tell_of_earlier_looks_groups_and_what_was_not_measured():
    found = replace(
        evaluation(tfidf=(5, 3, 7)), groups=350, earlier_looks=2, not_measured={"zero_shot": "no words"}
    )
    notes = " ".join(judged(found).notes)
    assert "2 earlier runs have" in notes
    assert "350 groups" in notes
    assert "zero-shot was not measured: no words." in notes
    assert "1 earlier run has" in " ".join(judged(replace(found, earlier_looks=1)).notes)


def test_nothing_to_say_leaves_no_notes():
    assert judged(evaluation(tfidf=(5, 3, 7))).notes == ()


def test_where_less_is_better_the_words_stay_the_same():
    verdict = judged(evaluation(metric="log_loss", tfidf=(5, 3, 7)))
    assert "log loss 0.894, +5.0 points over tf-idf" in verdict.sentence


@pytest.mark.parametrize(
    "settings", [{"best_dev_baseline": "unknown"}, {"winner_name": None, "best_dev_baseline": None}]
)
def test_a_caller_who_names_what_is_not_there_is_told(settings):
    with pytest.raises(ValueError, match=r"neither|no score"):
        judged(evaluation(tfidf=(5, 3, 7)), **settings)
