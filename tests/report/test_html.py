from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from headstart.core.diagnosis import AnswerErrors, QuestionKind
from headstart.errors import RunError
from headstart.report.comparison import score_plot
from headstart.report.html import render, write_report
from headstart.wording import DASH
from tests.report.sample_result import sample_result

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.result import Result

VOID = {"meta", "br", "wbr", "img", "input", "hr", "link"}


class Page(HTMLParser):
    """The tags, attributes and visible text of a page; fails on tags that do not match."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.words: list[str] = []
        self.feed(content)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.words.append("" if tag == "wbr" else " ")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def without_winner() -> Result:
    full = sample_result()
    evaluation = full.evaluation
    return replace(
        full,
        verdict=replace(
            full.verdict, outcome="baseline", ships="tfidf", sentence="Ship tf-idf.", trusted=False
        ),
        winner=full.plan.baselines[1],
        evaluation=replace(
            evaluation,
            scores={name: evaluation.scores[name] for name in ("majority", "tfidf")},
            comparisons={},
            others={},
            footprints={},
            not_measured={"zero_shot": 'labels 0 and 1 say nothing; use --describe 0="..."'},
        ),
        diagnosis=replace(full.diagnosis, calibration=(), confident_errors=()),
        trials=(),
    )


def test_the_verdict_and_its_figures_are_on_the_page(tmp_path: Path):
    write_report(sample_result(), tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert sample_result().verdict.sentence in page.text
    for said in (
        "What ships: full on embedded",
        "0.851 to 0.930",
        "+0.008 to +0.054",
        "3.4 ms",
        "91 MB",
        "58 s taken of 5 min allowed",
        "2 earlier runs consulted the same rows",
        "headstart adapt support_tickets.csv --target category --within 5m",
        "headstart predict runs/support_tickets/bundle new.csv",
        "lora on embedded: its predicted 9 min do not fit",
        "the 240 unlabelled texts will not be read",
        "3 texts carry different labels",
        "I was charged twice",
    ):
        assert said in page.text
    for name in ("billing", "bug", "account", "feature request", "shipping", "praise"):
        assert name in page.text


@pytest.mark.parametrize(
    "result", [sample_result(), without_winner(), sample_result(classes=tuple(f"c{n}" for n in range(77)))]
)
def test_the_page_asks_nothing_of_the_network_and_runs_nothing(result: Result):
    content = render(result)
    page = Page(content)
    assert not {"script", "link", "iframe", "img", "object", "base"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not {name for name in attributes if name in {"src", "href"} or name.startswith("on")}
    assert "url(" not in content
    assert "@import" not in content
    assert "default-src 'none'" in content
    assert len(content) < 400_000


def test_questions_are_told_by_their_question_word_and_not_by_class():
    full = sample_result()
    answers = AnswerErrors(
        kinds=(QuestionKind(name="how many", rows=40, exact=0.25, f1=0.375),), missed=1, invented=3
    )
    error = replace(full.diagnosis.confident_errors[0], gold="(no answer)", gold_probability=None)
    diagnosis = replace(full.diagnosis, classes=(), confusion=(), answers=answers, confident_errors=(error,))
    page = Page(render(replace(full, task="question_answering", diagnosis=diagnosis)))
    for said in (
        "What is answered",
        "how many 40 25 % 0.38",
        "no answer to 1 question that has one",
        "an answer to 3 questions that have none",
        "Wrong and sure of it",
        "surest of an answer that the file does not give",
        "Can its confidence be trusted?",
    ):
        assert said in page.text
    for unsaid in ("Class by class", "What is taken for what"):
        assert unsaid not in page.text


def test_what_stands_in_the_data_is_never_markup():
    evil = "<script>alert(1)</script>"
    full = sample_result(classes=(evil, '"><img src=x onerror=alert(1)>', "ok"))
    error = replace(full.diagnosis.confident_errors[0], text=f"{evil}<img src=x onerror=alert(2)>")
    full = replace(
        full,
        name=evil,
        diagnosis=replace(full.diagnosis, confident_errors=(error,)),
        profile=replace(full.profile, warnings=(evil,)),
        verdict=replace(full.verdict, sentence=evil, notes=(evil,)),
        settings={"data": f"{evil}.csv", "target": evil},
    )
    page = Page(render(full))
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert page.text.count(evil) > 5


def test_without_texts_no_text_is_on_the_page():
    plain = sample_result()
    full = replace(plain, profile=replace(plain.profile, notes=("answers end with a full stop",)))
    assert "answers end with a full stop" in render(full)
    content = render(replace(full, text_kept=False))
    for error in full.diagnosis.confident_errors:
        assert error.text[:12] not in content
        assert f">{error.number}<" in content
    assert not any(warning in content for warning in full.profile.warnings)
    # What is told of the rows under a base quotes none of them.
    assert "answers end with a full stop" in content
    assert "Texts are left out, as asked" in content
    assert "Column ticket_id names rows" in content


def test_a_run_without_an_adaptation_has_a_page():
    page = Page(render(without_winner()))
    assert "nothing to compare with the baselines" in page.text
    assert "zero-shot was not measured: labels 0 and 1 say nothing" in page.text
    assert "Can its confidence be trusted?" not in page.text
    assert "Wrong and sure of it" not in page.text


def test_a_class_without_a_test_row_has_no_figures_and_comes_last():
    full = sample_result()
    first, *others = full.diagnosis.classes
    untested = replace(first, name="untested", rows=0, precision=0.0, recall=0.0, f1=0.0)
    page = Page(render(replace(full, diagnosis=replace(full.diagnosis, classes=(untested, *others)))))
    assert f"untested 0 {DASH} {DASH} {DASH}" in page.text
    assert page.text.index("untested 0") > max(page.text.index(f"{each.name} {each.rows}") for each in others)


def test_a_label_keeps_the_direction_of_its_script():
    label = "\u0637\u0644\u0628 (2)"
    content = render(sample_result(classes=(label, "a_b", "c")))
    assert f"<bdi>{label}</bdi>" in content
    assert f'dir="auto">{label}<' in content
    assert "<bdi>a_<wbr>b</bdi>" in content


def test_many_classes_are_folded_and_drawn_small():
    page = Page(render(sample_result(classes=tuple(f"intent {n:02d}" for n in range(77)), test_rows=2000)))
    assert "The other 57 classes" in page.text
    assert all(f"intent {n:02d}" in page.text for n in range(77))
    assert ("svg", "heat") in [(tag, attributes.get("class")) for tag, attributes in page.tags]


def test_colours_and_words_tell_the_outcome():
    for outcome, badge in (
        ("adapt", "Adapt"),
        ("baseline", "Keep the baseline"),
        ("inconclusive", "Not decided"),
    ):
        full = sample_result()
        content = render(replace(full, verdict=replace(full.verdict, outcome=outcome)))
        assert f'class="top {outcome}"' in content
        assert f'<span class="badge">{badge}</span>' in content


def test_places_on_the_plots_lie_within_them():
    places = [float(value) for value in re.findall(r'(?:cx|x1|x2|x)="(-?[\d.]+)%"', render(sample_result()))]
    assert len(places) > 20
    assert all(0 <= place <= 100 for place in places)


def test_a_value_without_an_interval_has_no_line_that_would_look_like_one():
    full, none = sample_result(), float("nan")
    scores = {name: replace(each, low=none, high=none) for name, each in full.evaluation.scores.items()}
    plot = score_plot(replace(full, evaluation=replace(full.evaluation, scores=scores)))
    assert all(line.low == line.at == line.high for line in plot.lines)
    assert {line.range for line in plot.lines} == {f"{DASH} to {DASH}"}


def test_an_unwritable_place_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="can't be written"):
        write_report(sample_result(), tmp_path / "file" / "report.html")


def test_the_page_says_whether_anything_was_fitted_again():
    full = sample_result()
    refit = replace(full.trials[3], role="refit", status="done")
    again, stands = "were then fitted again on the same rows", "stands as it was fitted to be compared"
    assert again in render(replace(full, trials=(*full.trials, refit)))
    tried = tuple(each for each in full.trials if each.role != "refit")
    page = render(replace(full, trials=tried))
    assert stands in page
    assert again not in page


def test_one_class_alone_has_no_imbalance():
    full = sample_result()
    alone = replace(full.profile, classes={"Disease": 467})
    page = render(replace(full, profile=alone, task="tagging"))
    assert "kind of entity</span>" in page
    assert "times the smallest" not in page
    assert "times the smallest" in render(full)
