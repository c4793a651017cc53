"""A search that lacks a package is told before the work, and not in the middle of it."""

from __future__ import annotations

import time

import pytest

from headstart import registry
from headstart.config import NO_SEARCH, Settings
from headstart.errors import MissingExtra
from headstart.flow.adapting.check_search import check_search
from headstart.flow.adapting.run import run


def test_nothing_is_read_for_a_search_that_can_not_be_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("headstart.search._optuna.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"'optuna'.*headstart\[search\]"):
        run("there-is-no-such-file.csv", Settings(search="tpe"), started_s=time.time())


@pytest.mark.parametrize("name", [*registry.names("search"), NO_SEARCH])
def test_all_searches_can_be_asked(name: str):
    check_search(Settings(search=name))
