"""The nested JSON of SQuAD: articles with paragraphs with questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def is_squad(value: object) -> bool:
    """Whether a JSON value is an object with a list of articles that have paragraphs under `data`."""
    articles = value.get("data") if isinstance(value, dict) else None
    return (
        isinstance(articles, list)
        and bool(articles)
        and all(isinstance(each, dict) and isinstance(each.get("paragraphs"), list) for each in articles)
    )


def squad_rows(value: Any, path: Path) -> list[dict[str, Any]]:
    """A row a question, in the order of the file: `id`, `title`, `question`, `context` and `answers`.

    As versions 1.1 and 2.0 are laid out (Rajpurkar et al. 2016 and 2018); a question without answers has
    an empty list of them.

    Args:
        value: what `is_squad` says yes to.
        path: the file, for messages.

    Raises:
        DataError: a paragraph has no context, or a question no text.
    """
    rows = [row for place, article in enumerate(value["data"], 1) for row in _article(article, place, path)]
    if not rows:
        raise DataError(f"{path} has articles and no questions; each paragraph needs some under 'qas'")
    return rows


def _article(article: dict[str, Any], place: int, path: Path) -> Iterator[dict[str, Any]]:
    for number, paragraph in enumerate(article["paragraphs"], 1):
        where = f"paragraph {number} of article {place} of {path}"
        context = paragraph.get("context") if isinstance(paragraph, dict) else None
        questions = paragraph.get("qas") if isinstance(paragraph, dict) else None
        if not isinstance(context, str) or not isinstance(questions, list):
            raise DataError(f"{where} needs a text under 'context' and a list of questions under 'qas'")
        for each in questions:
            if not isinstance(each, dict) or not isinstance(each.get("question"), str):
                raise DataError(f"{where} has the question {each!r}; each needs a text under 'question'")
            yield {
                "id": each.get("id"),
                "title": article.get("title"),
                "question": each["question"],
                "context": context,
                "answers": _answers(each),
            }


def _answers(question: dict[str, Any]) -> list[Any] | None:
    """Its answers; none, which is an answer too, where it is said to be impossible; None for a gap."""
    if question.get("is_impossible"):
        return []
    answers: list[Any] | None = question.get("answers")
    # An empty list where an answer is said to exist is a gap, as where the list is missing.
    return None if answers == [] and question.get("is_impossible") is False else answers
