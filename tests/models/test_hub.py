"""Models of the hub are fetched once and then need no network; without one the answer comes at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from headstart.models.hub import hub_name, offline
from tests.models.hub_server import COMMIT, hub_of

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from headstart.errors import BaseError
from headstart.models.describe import describe
try:
    info = describe(sys.argv[1])
    complete = (info.folder / "model.safetensors").is_file()
    if not complete:
        from headstart.models.open_base import open_backbone
        assert open_backbone(info).depth == info.shape.blocks
    assert describe(sys.argv[1]).shape == info.shape
    print(info.revision, complete)
except BaseError as error:
    print(error)
"""


def run(name: str, home: Path, **settings: str) -> str:
    """What a fresh process finds; the library reads its settings on import."""
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", **settings}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_model_is_fetched_once(base_folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub_of("someone/tiny", base_folder) as address:
        online = {"HF_ENDPOINT": address, "HF_HUB_OFFLINE": "0"}
        found = run("someone/tiny", home, **online)
        assert "has no model 'someone/other'" in run("someone/other", home, **online)
    assert found == f"{COMMIT} False"
    assert run("someone/tiny", home, HF_HUB_OFFLINE="1") == f"{COMMIT} True"


def test_without_a_network_the_answer_says_what_to_do(tmp_path: Path) -> None:
    unreachable = {"HF_ENDPOINT": "http://127.0.0.1:1", "HF_HUB_OFFLINE": "0"}
    answer = run("someone/tiny", tmp_path, **unreachable)
    assert "'someone/tiny' is not on this computer" in answer
    assert "use 'embedded'" in answer


@pytest.mark.parametrize("flag", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_is_what_the_environment_or_the_network_says(
    monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    for each in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(each, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        assert not offline()
        monkeypatch.setenv(flag, "1")
        assert offline()
        monkeypatch.setenv(flag, "0")
    assert offline()


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("bert-base-uncased", True),
        ("BAAI/bge-small-en-v1.5", True),
        ("./model", False),
        ("/models/bert", False),
        ("a/b/c", False),
        ("../model", False),
        ("", False),
    ],
)
def test_paths_are_no_hub_names(name: str, possible: bool) -> None:
    assert (hub_name(name) is not None) == possible
