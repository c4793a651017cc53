"""How near produced texts come to what they should be, and where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.diagnosis import Diagnosis, LengthBand, TextAnswer, TextErrors
from headstart.core.predictions import Predictions
from headstart.core.turns import prompt_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.rows import Rows

LIKENESS = "chrf"
BANDS, WORST_KEPT, TYPICAL_KEPT = 5, 20, 12


def diagnose_texts(rows: Rows, gold: Any, texts: Sequence[str]) -> Diagnosis:
    """The errors of one model that produces texts.

    Args:
        rows: the rows, for their texts and numbers.
        gold: `References` of each row.
        texts: the text produced for each row.
    """
    metric = registry.build("metrics", LIKENESS, {})
    stats = metric.stats(gold, Predictions(texts=tuple(texts)))
    likeness = np.array([metric.value(each[None]) for each in stats])
    sources = [_said(each) for each in rows.texts]
    order = np.argsort(likeness, kind="stable")
    spread = np.unique(np.linspace(0, len(order) - 1, min(len(order), TYPICAL_KEPT)).round().astype(np.int64))
    first, second, third = np.quantile(likeness, (0.25, 0.5, 0.75)) if len(likeness) else (np.nan,) * 3

    def answers(places: Iterable[int]) -> tuple[TextAnswer, ...]:
        return tuple(
            TextAnswer(
                number=int(rows.numbers[at]),
                source=sources[at],
                references=tuple(gold[at].texts),
                produced=texts[at],
                likeness=float(likeness[at]),
            )
            for at in places
        )

    return Diagnosis(
        classes=(),
        confusion=(),
        calibration=(),
        confident_errors=(),
        texts=TextErrors(
            exact=sum(
                text.split() in [one.split() for one in each.texts]
                for text, each in zip(texts, gold, strict=True)
            ),
            empty=sum(not text.strip() for text in texts),
            length=_length(gold, texts),
            quartiles=(float(first), float(second), float(third)),
            bands=_bands(np.array([len(each.split()) for each in sources], dtype=np.int64), likeness),
            worst=answers(order[:WORST_KEPT]),
            typical=answers(order[spread]),
        ),
    )


def _said(source: str) -> str:
    """What is said in a source, without the JSON around the turns of a conversation."""
    try:
        return "\n".join(each.content for each in prompt_turns(source))
    except ValueError:
        return source


def _length(gold: Any, texts: Sequence[str]) -> float:
    """Words produced over words of the references, of which a row's count by their mean."""
    said = sum(len(each.split()) for each in texts)
    true = sum(float(np.mean([len(one.split()) for one in each.texts])) for each in gold)
    return said / true if true else float("nan")


def _bands(words: Int[ndarray, " rows"], likeness: Float[ndarray, " rows"]) -> tuple[LengthBand, ...]:
    """Fifths of the rows by the words of their source; equal lengths stay together."""
    bounds = np.unique(np.quantile(words, np.arange(1, BANDS) / BANDS)) if len(words) else words
    place = np.searchsorted(bounds, words, side="right")
    return tuple(
        LengthBand(
            rows=int(mine.sum()),
            low=int(words[mine].min()),
            high=int(words[mine].max()),
            likeness=float(likeness[mine].mean()),
        )
        for mine in (place == each for each in np.unique(place))
    )
