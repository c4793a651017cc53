"""The program that serves a bundle in the quickstart answers."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from headstart.bundle.save import save_model
from tests.bundle.models import linear_model, rows

PAGE = Path(__file__).parents[2] / "docs" / "quickstart.md"
TEXTS = ["refund my money", "app crashes", ""]


def test_the_program_of_the_page_serves_a_bundle(tmp_path: Path):
    (shown,) = re.findall(r"```python\n(import json.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    bundle = tmp_path / "runs" / "tickets" / "bundle"
    bundle.parent.mkdir(parents=True)
    save_model(linear_model(), bundle, columns=("text",))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", shown.replace("8000", str(port))], cwd=tmp_path)
    try:
        assert asked(f"http://127.0.0.1:{port}", server) == linear_model().predict(rows(TEXTS)).names
    finally:
        server.kill()
        server.wait()


def asked(address: str, server: subprocess.Popen[bytes]) -> list[str | None]:
    """The answers, once the program listens."""
    question = urllib.request.Request(address, data=json.dumps(TEXTS).encode())
    while server.poll() is None:
        try:
            with urllib.request.urlopen(question, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the program has ended")
