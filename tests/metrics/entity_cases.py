"""Tagged sentences with what seqeval 1.2.2 says of them in its default mode."""

from __future__ import annotations

# True tags, given tags, and precision, recall, F1 and macro-F1.
CASES = (
    (
        (["O", "B-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (["O", "B-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (1.0, 1.0, 1.0, 1.0),
    ),
    # An entity that is found in part is not found.
    (
        (["B-THING", "I-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (["B-THING", "I-THING", "O", "O"], ["B-ANIMAL", "O"]),
        (0.5, 0.5, 0.5, 0.5),
    ),
    # The kind has to be right too.
    (
        (["B-THING", "O", "B-ANIMAL"],),
        (["B-ANIMAL", "O", "B-ANIMAL"],),
        (0.5, 0.5, 0.5, 1 / 3),
    ),
    # Two entities side by side are not one.
    (
        (["B-THING", "B-THING", "O"],),
        (["B-THING", "I-THING", "O"],),
        (0.0, 0.0, 0.0, 0.0),
    ),
    # A stretch that goes on without having begun begins there.
    (
        (["O", "B-THING", "I-THING", "B-ANIMAL"],),
        (["O", "I-THING", "I-THING", "I-ANIMAL"],),
        (1.0, 1.0, 1.0, 1.0),
    ),
    (
        (["O", "O"], ["B-THING", "O"]),
        (["O", "B-ANIMAL"], ["O", "O"]),
        (0.0, 0.0, 0.0, 0.0),
    ),
)
