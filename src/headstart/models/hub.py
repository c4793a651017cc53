"""Models of the Hugging Face hub: the local cache first, the network only when it answers."""

from __future__ import annotations

import os
import re
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headstart.errors import BaseError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECT_S = 1.5
TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tokenizer.model",
    "spm.model",
    "source.spm",
    "target.spm",
)
DESCRIPTION = ("*.json", "merges.txt", *TOKENIZERS)
WEIGHTS = ("model*.safetensors",)
OLD_WEIGHTS = ("pytorch_model*.bin",)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def hub_name(name: str) -> str | None:
    """The name if the hub could have such a model, else None."""
    return name if _NAME.fullmatch(name) and ".." not in name else None


def fetch_description(name: str) -> Path:
    """The folder with configuration and tokenizer of a hub model; its weights may not be there yet.

    Raises:
        Unreachable: it is not on disk and the hub can't be reached.
        BaseError: it is not on disk and the hub does not have it.
    """
    folder = _cached(name)
    if folder is not None and (any((folder / each).is_file() for each in TOKENIZERS) or offline()):
        return folder
    return _download(name, DESCRIPTION)


def fetch_weights(name: str, revision: str) -> Path:
    """The folder of a hub model with its weights, safetensors preferred.

    Raises:
        Unreachable: they are not on disk and the hub can't be reached.
        BaseError: they are not on disk and the hub does not have them.
    """
    folder = _download(name, (*DESCRIPTION, *WEIGHTS), revision)
    return folder if list(folder.glob("*.safetensors")) else _download(name, OLD_WEIGHTS, revision)


def unreachable(name: str) -> Unreachable:
    """What to say of a model that is not on disk while the hub does not answer."""
    return Unreachable(
        f"base {name!r} is not on this computer and the Hugging Face hub does not answer (or offline "
        "mode is set); use 'embedded', give the path of a folder, or run once with a network"
    )


def offline() -> bool:
    """Whether the hub is not to be asked or does not answer; known within about two seconds."""
    flags = (os.environ.get(flag, "").upper() for flag in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    if any(flag in {"1", "ON", "YES", "TRUE"} for flag in flags):
        return True
    answers: list[bool] = []
    # Looking up a host name knows no timeout, so it waits in a thread that may be left behind.
    knocking = threading.Thread(target=lambda: answers.append(_knock()), daemon=True)
    knocking.start()
    knocking.join(CONNECT_S + 0.5)
    return answers != [True]


def _knock() -> bool:
    """Whether the hub, or the proxy before it, takes a connection."""
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    url = urlsplit(proxy or os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        with socket.create_connection((url.hostname or "", port), timeout=CONNECT_S):
            return True
    except OSError:
        return False


def _cached(name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "config.json")
    return Path(found).parent if isinstance(found, str) else None


def _download(name: str, patterns: Sequence[str], revision: str | None = None) -> Path:
    if offline():
        raise unreachable(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(patterns)))
    except GatedRepoError:
        raise BaseError(
            f"base {name!r} is gated; accept its terms on its page and run: hf auth login"
        ) from None
    except RepositoryNotFoundError:
        raise BaseError(
            f"the Hugging Face hub has no model {name!r} (or it is private); check the name"
        ) from None
    except (HfHubHTTPError, OSError) as error:
        raise BaseError(
            f"base {name!r} could not be downloaded: {error}; try again, or give a folder"
        ) from error
