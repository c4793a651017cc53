"""A small hub on this computer, so that downloading runs for real without a network."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def hub_of(name: str, folder: Path) -> Iterator[str]:
    """The address of a hub that has the files of `folder` as the model `name`."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            content, kind = self.content()
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.send_header("Content-Type", kind)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha1(content or b"").hexdigest()}"')
            if content is None:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()
            if body and content is not None:
                self.wfile.write(content)

        def content(self) -> tuple[bytes | None, str]:
            path = self.path.partition("?")[0]
            files = [str(each.relative_to(folder)) for each in sorted(folder.rglob("*")) if each.is_file()]
            if path.startswith(f"/api/models/{name}"):
                listed = [{"rfilename": each} for each in files]
                if "/tree/" in path:
                    sizes = [
                        {"type": "file", "path": each, "size": (folder / each).stat().st_size, "oid": "0"}
                        for each in files
                    ]
                    return json.dumps(sizes).encode(), "application/json"
                return json.dumps(
                    {"id": name, "sha": COMMIT, "siblings": listed}
                ).encode(), "application/json"
            file = path.removeprefix(f"/{name}/resolve/{COMMIT}/")
            return (
                ((folder / file).read_bytes(), "application/octet-stream")
                if file in files
                else (None, "text/plain")
            )

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
