"""What the documents say is true of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from headstart import registry
from tests.structure.source import package

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ELLIPSIS = "…"
OF_OTHERS = "operator torchvision::nms does not exist"


def said() -> list[str]:
    """Every text in the source, f-strings in pieces, and what make says."""
    make = (ROOT / "Makefile").read_text(encoding="utf-8").replace('" \\\n\t    "', " ")
    return [OF_OTHERS, make] + [
        node.value
        for module in package()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_every_message_in_the_troubleshooting_page_can_be_met():
    texts = said()
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    messages = re.findall(r"^### `(.+)`$", page, flags=re.MULTILINE)
    assert len(messages) > 20
    pieces = [piece.strip() for message in messages for piece in message.split(ELLIPSIS) if piece.strip()]
    assert [piece for piece in pieces if not any(piece in text for text in texts)] == []


def test_every_task_has_a_page_and_a_row_in_the_index_that_leads_there():
    pages = ROOT / "docs" / "tasks"
    index = (pages / "README.md").read_text(encoding="utf-8")
    for name in registry.names("tasks"):
        assert f"| [`{name}`]({name}.md) |" in index
        assert "```bash\nheadstart adapt " in (pages / f"{name}.md").read_text(encoding="utf-8"), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(document: Path):
    text = document.read_text(encoding="utf-8")
    targets = [each for each in re.findall(r"\]\(([^)#]+)", text) if "://" not in each]
    assert [each for each in targets if not (document.parent / each).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_modules_that_are_named_exist(document: Path):
    named = set(
        re.findall(
            r"`(src/[\w/.]+|tests/[\w/.]+|examples/[\w/.]+|recipes/[\w/.]+|benchmarks/[\w/.]+)`",
            document.read_text(encoding="utf-8"),
        )
    )
    shown_only = ("centroid.py", "brier.py")
    assert [each for each in sorted(named) if not (each.endswith(shown_only) or (ROOT / each).exists())] == []
