"""What a base makes of questions, to compare them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.context import Progress, silent
from headstart.models.features import pooled_features
from headstart.models.tokenise import tokenise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.models.backbone import Backbone
    from headstart.models.question import Question

# The last token of a text says what comes next rather than what the text is about.
POOLING = "mean"


def question_vectors(
    backbone: Backbone,
    asked: Sequence[Question],
    *,
    precision: str,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Float[ndarray, "questions width"]:
    """The mean of the last states of each question's text.

    Args:
        backbone: the network.
        asked: the questions.
        precision: `bfloat16` or `float32`, of the computation.
        cache: folder that keeps vectors between calls, or None to keep nothing.
        progress: called with the share that is done.
    """
    texts = [each.whole for each in asked]
    examples = tokenise([texts], backbone.tokenizer, backbone.info.max_length)
    return pooled_features(
        backbone, examples, how=POOLING, precision=precision, cache=cache, progress=progress
    )
