"""Adapt the embedded base to the example tickets, then sort new ones.

python examples/adapt_and_predict.py
"""

from __future__ import annotations

from pathlib import Path

import headstart

TICKETS = Path(__file__).parent / "support_tickets.csv"


def main() -> None:
    outcome = headstart.adapt(
        TICKETS, target="category", text=("message",), strategy=("probe", "partial"), within="3m"
    )
    print(outcome.verdict)
    print(outcome.report)

    model = headstart.load(outcome.bundle)
    new = ["the courier says it has been delivered, it has not", "i'd like my money back for march"]
    for text, label in zip(new, model.predict(new), strict=True):
        print(f"{label}: {text}")


if __name__ == "__main__":
    main()
