"""Texts with what sacrebleu 2.6.0 and rouge-score 0.1.2 say of them."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """One corpus: a text a row, the references of each row, and its scores.

    Args:
        texts: what was produced.
        references: what would have been right.
        bleu: BLEU with the words of `13a`.
        chrf: chrF2.
        ter: translation edit rate.
        rouge: F1 of single words, of pairs and of the longest common subsequence, rows averaged.
    """

    texts: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    bleu: float
    chrf: float
    ter: float
    rouge: tuple[float, float, float]


CASES = (
    Case(
        texts=("The dog bit the man.", "It was not unexpected.", "The man bit him first."),
        references=(
            ("The dog bit the man.", "The dog had bit the man."),
            ("It was not surprising.", "No one was surprised."),
            ("The man bit him first.", "The man had bitten the dog."),
        ),
        bleu=83.88008073998816,
        chrf=76.76859346621737,
        ter=6.666666666666667,
        rouge=(0.9166666666666666, 0.8888888888888888, 0.9166666666666666),
    ),
    Case(
        texts=("the cat sat on the mat",),
        references=(("on the mat the cat sat",),),
        bleu=50.81327481546149,
        chrf=81.09203296703296,
        ter=16.666666666666664,
        rouge=(1.0, 0.8000000000000002, 0.5),
    ),
    Case(
        texts=("a b c d e f g", "short"),
        references=(("a b x d e f g h",), ("a much longer text than that",)),
        bleu=22.33683518142853,
        chrf=11.673241112063794,
        ter=57.14285714285714,
        rouge=(0.39999999999999997, 0.30769230769230765, 0.39999999999999997),
    ),
    Case(
        texts=("It's 3.5 km, i.e. 2,000 m away!", '(No) "answer"; 50%?'),
        references=(("It is 3.5 km - i.e. 2,000m - away.",), ("No answer: 50 %",)),
        bleu=17.164726199225974,
        chrf=51.627183770777464,
        ter=84.61538461538461,
        rouge=(0.8809523809523809, 0.763157894736842, 0.8809523809523809),
    ),
    Case(
        texts=("", "nothing shared here"),
        references=(("something",), ("quite other words",)),
        bleu=0.0,
        chrf=12.33481615399735,
        ter=100.0,
        rouge=(0.0, 0.0, 0.0),
    ),
    Case(
        texts=("one two three",),
        references=(("one two three four five six seven", "one two", "three two one"),),
        bleu=0.0,
        chrf=75.88125502055473,
        ter=25.0,
        rouge=(1.0, 0.6666666666666666, 0.8),
    ),
)
