"""The same base as a scikit-learn estimator, next to a tf-idf rival, in cross-validation.

python examples/in_scikit_learn.py
"""

from __future__ import annotations

import csv
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from headstart import TransferClassifier

TICKETS = Path(__file__).parent / "support_tickets.csv"


def main() -> None:
    with TICKETS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = [row["message"] for row in rows]
    labels = [row["category"] for row in rows]

    rival = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=30, max_iter=2000))
    for name, model in (("tf-idf", rival), ("headstart", TransferClassifier(strategy="probe"))):
        scores = cross_val_score(model, texts, labels, cv=3, scoring="f1_macro")
        print(f"{name}: macro-F1 {scores.mean():.3f}")


if __name__ == "__main__":
    main()
