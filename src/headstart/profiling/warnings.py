"""What a person should know of the data, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.profiling.language import UNCLEAR
from headstart.wording import answers_label, count, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from headstart.core.profile import Profile

_FEW_ROWS = 10
_FEW_TEST_ROWS, _FEW_TEST_ROWS_A_CLASS = 200, 10
_UNEVEN = 10.0
_WORTH_SAYING = 0.01
_SECOND_LANGUAGE = 0.1
_SHOWN = 3


def warnings_of(
    profile: Profile, train_classes: Mapping[str, int], test_classes: Mapping[str, int]
) -> tuple[str, ...]:
    """Everything about a profile that may mislead a model or its evaluation.

    Args:
        profile: what was measured.
        train_classes: rows of each class to learn from; empty without a split.
        test_classes: rows of each class to test on; empty without a split.
    """
    return (
        *_balance(profile, train_classes),
        *_test(test_classes, profile.rows.get("test", 0), _counted(profile)),
        *_duplicates(profile),
        *_texts(profile),
        *_ids(profile),
    )


def _balance(profile: Profile, train: Mapping[str, int]) -> Iterator[str]:
    rare = [name for name, rows in train.items() if rows < _FEW_ROWS]
    if rare:
        said = ", ".join(f"{name!r} {train[name]}" for name in rare[:_SHOWN])
        more = f" and {len(rare) - _SHOWN} more" if len(rare) > _SHOWN else ""
        kind = _counted(profile)
        labels = count(len(rare), f"{kind} has", f"{kind}s have")
        yield f"{labels} fewer than {_FEW_ROWS} rows to learn from: {said}{more}"
    if profile.imbalance > _UNEVEN:
        first, *_, last = profile.classes
        advice = "macro-F1 or at each class rather than at accuracy"
        if profile.answer == "span":
            advice = "each kind in the report: a score over all rows is nearly that of the frequent one"
        yield (
            f"{_counted(profile)} {first!r} is {profile.imbalance:,.0f} times as frequent as {last!r}; "
            f"look at {advice}"
        )


def _counted(profile: Profile) -> str:
    """What the counts of a profile are of: entities and questions are of kinds, all else has labels."""
    return "kind" if profile.answer in ("tags", "span") else "label"


def _test(test: Mapping[str, int], rows: int, counted: str) -> Iterator[str]:
    few = [name for name, rows_of_class in test.items() if rows_of_class < _FEW_TEST_ROWS_A_CLASS]
    if rows and (rows < _FEW_TEST_ROWS or few):
        why = f"only {count(rows, 'row')}"
        if rows >= _FEW_TEST_ROWS:
            said = f"{count(len(few), counted)} (such as {few[0]!r})"
            why = f"fewer than {_FEW_TEST_ROWS_A_CLASS} rows of {said}"
        yield f"the test has {why}; differences between models will be hard to prove"


def _duplicates(profile: Profile) -> Iterator[str]:
    rows = sum(profile.rows.values())
    if profile.exact_duplicates > _WORTH_SAYING * rows:
        yield f"{count(profile.exact_duplicates, 'row repeats', 'rows repeat')} the text of an earlier row"
    if profile.near_duplicates > _WORTH_SAYING * rows:
        texts = count(profile.near_duplicates, "text")
        yield f"{texts} nearly equal another one; they stay on one side of every split"
    if profile.conflicts:
        texts = count(profile.conflicts, "text carries", "texts carry")
        yield (
            f"{texts} different {answers_label(profile.answer)} in different rows; no model can get all of "
            "those rows right"
        )


def _texts(profile: Profile) -> Iterator[str]:
    lengths = profile.lengths
    if lengths.truncated >= _WORTH_SAYING:
        yield (
            f"{percent(lengths.truncated)} of the texts are longer than the {lengths.limit} tokens that "
            f"{lengths.tokenizer} reads; the rest of them is cut off"
        )
    clear = {name: share for name, share in profile.languages.items() if name != UNCLEAR}
    several = [name for name, share in clear.items() if share >= _SECOND_LANGUAGE * sum(clear.values())]
    if len(several) > 1:
        said = ", ".join(f"{name} {percent(clear[name])}" for name in several)
        yield f"the texts are in several languages: {said}; a multilingual base may serve them better"


def _ids(profile: Profile) -> Iterator[str]:
    named = ", ".join(map(repr, profile.id_like))
    if len(profile.id_like) == 1:
        yield f"column {named} only names rows and is not read"
    elif named:
        yield f"columns {named} only name rows and are not read"
