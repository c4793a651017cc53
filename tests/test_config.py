"""Settings come from a recipe or from the call, and all faults are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from headstart.config import Settings, cache_folder, seconds, settings
from headstart.core.caps import Caps
from headstart.errors import SettingError


@pytest.mark.parametrize(
    ("said", "meant"), [("90s", 90.0), ("5m", 300.0), ("2h", 7200.0), ("1.5m", 90.0), ("45", 45.0)]
)
def test_lengths_of_time(said: str, meant: float) -> None:
    assert seconds(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [("5ms", 5.0), ("0.5ms", 0.5), (".5 ms", 0.5), ("2s", 2000.0), ("250us", 0.25), ("3", 3.0)],
)
def test_milliseconds_a_row(said: str, meant: float) -> None:
    assert Settings(max_latency=said).caps == Caps(row_ms=pytest.approx(meant))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("100MB", 1e8),
        ("1.5GB", 1.5e9),
        ("500 kB", 5e5),
        ("64MiB", 64 * 2**20),
        ("100mb", 1e8),
        ("900", 900.0),
    ],
)
def test_sizes(said: str, meant: float) -> None:
    assert Settings(max_size=said).caps == Caps(bytes=pytest.approx(meant))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"max_latency": "fast"}, "max_latency: got 'fast'; write milliseconds a row, such as 5ms or 0.5ms"),
        ({"max_latency": "5m"}, "max_latency: got '5m'; write milliseconds a row, such as 5ms or 0.5ms"),
        ({"max_latency": "0ms"}, "max_latency: got '0ms'; Input should be greater than 0"),
        ({"max_size": "small"}, "max_size: got 'small'; write a size with its unit, such as 100MB or 1.5GB"),
        ({"max_size": "100M"}, "max_size: got '100M'; write a size with its unit, such as 100MB or 1.5GB"),
        ({"max_size": -1.0}, "max_size: got -1.0; Input should be greater than 0"),
    ],
)
def test_caps_that_are_none(given: dict[str, object], told: str) -> None:
    with pytest.raises(SettingError) as caught:
        settings(given)
    assert told in str(caught.value)


def test_without_caps_everything_is_allowed() -> None:
    assert Settings().caps == Caps()


def test_all_faults_are_told_together() -> None:
    with pytest.raises(SettingError) as caught:
        settings({"seed": -1, "within": "soon", "stratagy": ("full",), "margin": 0.0})
    message = str(caught.value)
    assert "seed: got -1" in message
    assert "'soon'; write seconds, minutes or hours" in message
    assert "did you mean 'strategy'" in message
    assert "margin: got 0.0" in message


def test_a_deadline_too_short_to_load_a_model_is_refused() -> None:
    with pytest.raises(SettingError, match=r"within.*greater than or equal to 10"):
        settings({"within": "3s"})


def test_what_is_said_wins_over_the_recipe(tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        'data = "a.csv"\ntest = "t.csv"\nseed = 3\nwithin = "5m"\nstrategy = "full"\nset = {epochs = 2}\n'
    )
    chosen, data = settings({"seed": 4, "strategy": (), "within": None}, recipe)
    assert (chosen.seed, chosen.within, chosen.strategy, chosen.set) == (4, 300.0, ("full",), {"epochs": 2})
    assert data == str(tmp_path / "a.csv")
    assert chosen.test == tmp_path / "t.csv"


@pytest.mark.parametrize("text", ["seed = ", "seed = 1\nseed = 2"])
def test_a_recipe_that_is_not_toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(SettingError, match="not valid TOML"):
        settings({}, tmp_path / "r.toml")


@pytest.mark.parametrize("written", ['"more/x.csv:at/8:30"', '["more/x.csv:at/8:30"]'])
def test_auxiliary_files_of_a_recipe_lie_beside_it(tmp_path: Path, written: str) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(f"also = {written}")
    chosen, _ = settings({}, recipe)
    assert chosen.also == (f"{tmp_path / 'more' / 'x.csv'}:at/8:30",)


def test_a_recipe_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="can't read the recipe"):
        settings({}, tmp_path / "none.toml")


def test_where_a_run_is_kept_and_how_long_it_may_take_do_not_make_it_another_run() -> None:
    assert Settings(out=Path("a"), within=20).identity() == Settings(out=Path("b")).identity()
    assert Settings(seed=1).identity() != Settings().identity()


def test_two_ways_to_choose_the_label_exclude_each_other() -> None:
    with pytest.raises(SettingError, match="give one of them"):
        settings({"min_precision": 0.9, "costs": {"a": {"b": 2.0}}})


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
