"""What the comparison with all peers comes to."""

from __future__ import annotations

import json

import pytest

from benchmarks.against_peers_table import compare, summarise


def result(score: float, **more: object) -> dict[str, object]:
    return {"macro_f1": score, "deadline_kept": True, **more}


CASES = {
    ("one", "16 a class", 120, 0): {"adapt": result(0.80), "setfit": result(0.78), "grid": result(0.60)},
    ("one", "16 a class", 120, 1): {"adapt": result(0.82), "setfit": result(0.80), "grid": result(0.64)},
    ("two", "2000 rows", 120, 0): {"adapt": result(0.90), "setfit": result(0.70), "grid": result(0.92)},
    ("three", "2000 rows", 120, 0): {"adapt": result(0.5)},
}


def test_regret_is_against_the_best_peer_of_each_set():
    table = compare(CASES)
    assert table["cases"] == 3
    # Nought on the first set, two points on the second.
    assert table["regret"]["mean"] == pytest.approx(1.0)
    assert table["peers"]["setfit"]["difference"] == pytest.approx((2 + 2 + 20) / 3, abs=0.01)
    assert table["peers"]["grid"]["ours_ahead"] == 2
    assert not table["holds"]


def test_a_broken_deadline_or_a_better_peer_breaks_the_goal():
    good = {("one", "16 a class", 120, 0): {"adapt": result(0.8), "setfit": result(0.7)}}
    assert compare(good)["holds"]
    late = {("one", "16 a class", 120, 0): {"adapt": result(0.8, deadline_kept=False), "setfit": result(0.7)}}
    assert not compare(late)["holds"]
    assert compare({("one", "16 a class", 120, 0): {"setfit": result(0.7)}}) is None


def test_what_won_the_race_is_told_beside_what_shipped():
    ships = result(0.5, winner_macro_f1=0.8, trusted=False)
    told = compare({("one", "16 a class", 120, 0): {"adapt": ships, "setfit": result(0.7)}})
    assert (told["ours"], told["winner"], told["not_trusted"]) == (50.0, 80.0, 1)
    # What counts is what ships.
    assert not told["holds"]
    plain = compare({("one", "16 a class", 120, 0): {"adapt": result(0.8), "setfit": result(0.7)}})
    assert (plain["winner"], plain["not_trusted"]) == (80.0, 0)


def test_confirmation_sets_are_shown_apart(tmp_path):
    for number, ((name, size, within, draw), systems) in enumerate(CASES.items()):
        for system, found in systems.items():
            settings = {"set": name, "size": size, "within": within, "draw": draw, "system": system}
            cell = tmp_path / "cells" / f"{number}.{system}.json"
            cell.parent.mkdir(exist_ok=True)
            cell.write_text(json.dumps({"settings": settings, "result": found}))
    summarise(tmp_path / "cells", into=tmp_path / "table.json", confirmation=("two",))
    saved = json.loads((tmp_path / "table.json").read_text())
    assert saved["groups"]["confirmation sets"]["regret"]["mean"] == pytest.approx(2.0)
    assert saved["groups"]["sets that were tuned on"]["regret"]["mean"] == 0.0
    assert set(saved["sizes"]) == {"16 a class, 120 s", "2000 rows, 120 s"}
