"""The search that the page on searches shows is one."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from tests.contracts.search_contract import MIXED, search_on

PAGE = Path(__file__).parents[2] / "docs" / "search.md"


def test_the_search_of_the_page_works(tmp_path, monkeypatch):
    [shown] = re.findall(r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    file = tmp_path / "once.py"
    file.write_text(shown, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("once", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "once", module)
    spec.loader.exec_module(module)
    history = search_on(module.Once(), MIXED, 10)
    assert [each.params for each in history] == [{}]


def test_the_page_names_every_search():
    from headstart import registry

    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in registry.names("search") if f"| `{name}` |" not in text] == []
