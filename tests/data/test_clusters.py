"""What belongs together: near-duplicates, and the groups that were named."""

from __future__ import annotations

import hashlib
import json

import polars as pl
import pytest

from headstart.core.findings import Findings
from headstart.core.rows import Columns, Rows
from headstart.data.clusters import count_duplicates, find_clusters, joined_texts
from headstart.data.normalise import content_hashes, normalise

TEXTS = [
    "the red parcel has not come to my house yet",
    "The red parcel has not come to my house yet!",
    "a blue letter was torn open on its way",
    "nobody answers when I call the green office",
    "nobody answers when I call the green office",
    "thank you for the quick and kind answer",
]


def rows(groups: list[str | None] | None = None, labels: list[str] | None = None) -> Rows:
    frame = pl.DataFrame({"text": TEXTS, "label": labels or [*"ababab"]})
    if groups is not None:
        frame = frame.with_columns(pl.Series("user", groups))
    return Rows.of(frame, Columns(text=("text",), target="label", group="user" if groups else None))


def sides(of: object) -> list[int]:
    """Clusters renumbered in the order in which they appear."""
    seen: dict[int, int] = {}
    return [seen.setdefault(int(each), len(seen)) for each in of]  # type: ignore[attr-defined]


def test_texts_alone() -> None:
    assert sides(find_clusters(rows()).of) == [0, 0, 1, 2, 2, 3]


def test_groups_join_what_texts_do_not() -> None:
    many = rows(["u", "v", "v", "w", None, None])
    found = find_clusters(many)
    assert sides(found.texts) == [0, 0, 1, 2, 2, 3]
    # Six rows are too few for a cluster of three, so that groups alone are kept whole.
    assert sides(found.of) == [0, 1, 1, 2, 3, 4]
    assert "join groups" in found.notes[0]


def test_united_where_that_stays_small() -> None:
    extra = [f"{word} {at} stands alone in this list" for at in range(30) for word in ("door", "window")]
    frame = pl.DataFrame(
        {"text": TEXTS + extra, "user": ["u", "v", "v", "w", "w", "x", *map(str, range(60))]}
    )
    found = find_clusters(Rows.of(frame, Columns(text=("text",), group="user")))
    assert sides(found.of)[:6] == [0, 0, 0, 1, 1, 2]
    assert found.notes == ()


def test_counts_for_the_profile() -> None:
    made = rows(labels=["a", "b", "a", "a", "a", "b"])
    found = count_duplicates(Findings(empty=2), made, find_clusters(made), answer="class")
    assert found == Findings(empty=2, exact_duplicates=1, near_duplicates=2, conflicts=1)


def test_several_right_texts_are_no_conflict() -> None:
    made = rows(labels=["a", "b", "a", "a", "a", "b"])
    assert count_duplicates(Findings(), made, find_clusters(made), answer="text").conflicts == 0


def test_several_text_columns_count_as_one_text() -> None:
    frame = pl.DataFrame(
        {"a": ["same title here", "same title here"], "b": ["one body of words", "quite another text"]}
    )
    assert len(set(find_clusters(Rows.of(frame, Columns(text=("a", "b")))).of)) == 2


def test_questions_of_one_passage_stay_together_and_are_not_taken_for_copies() -> None:
    passages = [
        f"in the year {1000 + at} a house of {word} and {other} was built for king number {at}"
        for at, (word, other) in enumerate(
            zip(["red stone", "old oak", "clay"] * 4, ["tin", "glass", "lead"] * 4, strict=True)
        )
    ]
    frame = pl.DataFrame(
        {
            "question": [f"{word} built it?" for word in ("who", "when", "why")] * 12,
            "context": [each for each in passages for _ in range(3)],
            "answers": [f"[[{at}, 'x']]" for at in range(36)],
        }
    )
    columns = Columns(text=("question", "context"), target="answers", group="context")
    made = Rows.of(frame, columns)
    found = find_clusters(made)
    assert sides(found.of) == [each for each in range(12) for _ in range(3)]
    assert found.near == 0
    counted = count_duplicates(Findings(), made, found, answer="span")
    assert (counted.exact_duplicates, counted.near_duplicates, counted.conflicts) == (0, 0, 0)


def test_templates_are_told_in_one_line() -> None:
    codes = [f"Your code for the customer portal of the northern branch is {at:04}" for at in range(60)]
    doors = [f"Door number {at:03} of the southern building was left open last night" for at in range(40)]
    frame = pl.DataFrame({"text": codes + doors})
    (note,) = find_clusters(Rows.of(frame, Columns(text=("text",)))).notes
    assert note.startswith("100 texts are built from 2 templates, such as 'Your code")


def unlike(place: int) -> str:
    """A text that is like no other."""
    return hashlib.sha256(str(place).encode()).hexdigest()


def asked(*passages: list[str], texts: list[str] | None = None) -> list[int]:
    frame = pl.DataFrame({"text": texts or [unlike(at) for at in range(len(passages))]})
    found = find_clusters(Rows.of(frame, Columns(text=("text",))), shared=passages)
    return sides(found.of)


def test_rows_that_share_a_passage_belong_together():
    lone = [[unlike(100 + at)] for at in range(8)]
    assert asked(["the moon is far"], ["red"], ["the moon is far", "blue"], *lone)[:3] == [0, 1, 0]
    assert asked(["The moon is far!"], ["red"], ["the moon is far"], *lone)[:3] == [0, 1, 0]


def test_nearly_equal_queries_and_shared_passages_link_through_each_other():
    texts = [TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[3], TEXTS[5], "when does the shop in the old town open"]
    lone = [["one and only"], ["so far away"]]
    assert asked(["sun"], ["moon"], ["moon"], ["stars"], *lone, texts=texts) == [0, 0, 0, 1, 2, 3]


def test_rows_of_which_most_hang_together_are_parted_by_their_queries_alone():
    texts = [f"{word} " * 6 for word in ("one", "two", "three", "four", "five", "six")]
    frame = pl.DataFrame({"text": texts})
    found = find_clusters(Rows.of(frame, Columns(text=("text",))), shared=[["the same passage"]] * 6)
    assert sides(found.of) == [0, 1, 2, 3, 4, 5]
    assert "6 of 6 rows hang together" in found.notes[0]
    assert "may be asked for on both" in found.notes[0]


SYSTEM = "You are a patient helper who answers short questions of all kinds in one plain sentence."
ASKED = ["Name the largest planet.", "What is 2 + 2?", "Who wrote Faust?", "Who wrote Faust"]


def talks(*, column: bool) -> Rows:
    """Questions that all have the same long system message before them, in a column of its own or not."""
    if column:
        frame = pl.DataFrame({"system": [SYSTEM] * len(ASKED), "prompt": ASKED})
        return Rows.of(frame, Columns(text=("system", "prompt")))
    turns = [[{"role": "system", "content": SYSTEM}, {"role": "user", "content": each}] for each in ASKED]
    return Rows.of(pl.DataFrame({"messages": list(map(json.dumps, turns))}), Columns(text=("messages",)))


@pytest.mark.parametrize("column", [True, False])
def test_a_system_message_that_conversations_share_makes_them_no_copies(column: bool) -> None:
    made = talks(column=column)
    found = find_clusters(made)
    assert sides(found.of) == [0, 1, 2, 2]
    # A row is still known by all that stands in it, as sealed rows are.
    assert found.hashes.tolist() == content_hashes(normalise(joined_texts(made))).tolist()
