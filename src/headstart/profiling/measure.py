"""A profile of rows in one or several parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from headstart.core.profile import Profile
from headstart.profiling.language import languages_of, main_language
from headstart.profiling.lengths import lengths_of
from headstart.profiling.sample import spread
from headstart.profiling.warnings import warnings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headstart.core.findings import Findings
    from headstart.core.rows import Rows
    from headstart.profiling.ruler import Ruler

LENGTH_ROWS, LANGUAGE_ROWS = 20_000, 500
DEFAULT_LIMIT = 512


def measure(
    parts: Mapping[str, Rows],
    findings: Findings,
    notes: Sequence[str],
    *,
    ruler: Ruler,
    counts: Callable[[Rows], Mapping[str, int]],
) -> Profile:
    """The profile of all rows together.

    Args:
        parts: rows by the name of their part; never empty altogether.
        findings: what reading and splitting found.
        notes: what they said of it in plain words.
        ruler: what texts are measured with.
        counts: rows by what they are labelled as.
    """
    filled = [rows for rows in parts.values() if len(rows)]
    sampled = spread(filled, LENGTH_ROWS)
    columns = [pl.concat([rows.frame[each] for rows in sampled]).to_list() for each in filled[0].columns.text]
    if filled[0].columns.features:
        columns = [[text for rows in sampled for text in rows.texts]]
    texts = [text for rows in spread(filled, LANGUAGE_ROWS) for text in rows.plain.texts]
    languages = languages_of(texts)
    lengths = lengths_of(columns, tokenizer=ruler.tokenizer, name=ruler.name, limit=ruler.limit)
    found = Profile(
        rows={name: len(rows) for name, rows in parts.items()},
        classes=_classes(filled, counts),
        lengths=replace(lengths, truncated=0.0) if ruler.covered else lengths,
        language=main_language(languages),
        languages=languages,
        exact_duplicates=findings.exact_duplicates,
        near_duplicates=findings.near_duplicates,
        shared_with_test=findings.shared_with_test,
        answer=findings.answer,
        conflicts=findings.conflicts,
        empty=findings.empty,
        id_like=findings.id_like,
        leaking=findings.leaking,
    )
    train, test = (_classes([parts[name]], counts) if name in parts else {} for name in ("train", "test"))
    return replace(found, warnings=(*notes, *warnings_of(found, train, test)))


def _classes(parts: Sequence[Rows], counts: Callable[[Rows], Mapping[str, int]]) -> Mapping[str, int]:
    """Rows of each class, most frequent first, equals by name."""
    found = Counter[str]()
    for rows in parts:
        found.update(counts(rows) if rows.columns.target else {})
    return dict(
        sorted(((name, rows) for name, rows in found.items() if rows), key=lambda each: (-each[1], each[0]))
    )
