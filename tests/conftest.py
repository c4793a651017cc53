"""What all tests share: no network, caches of their own, one thread, and small data files."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes depends on what else the computer does.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
TICKETS = ROOT / "examples" / "support_tickets.csv"


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder for this test process; workers started by tests inherit it."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("HEADSTART_CACHE")
    os.environ["HEADSTART_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["HEADSTART_CACHE"]
    else:
        os.environ["HEADSTART_CACHE"] = before


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes columns as a CSV file: `write_csv("a.csv", {"text": [...], "label": [...]})`."""

    def write(name: str, columns: Mapping[str, Sequence[object]]) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
        return path

    return write


@pytest.fixture(scope="session")
def tickets() -> list[dict[str, str]]:
    """The rows of the example data."""
    with TICKETS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def shared() -> Path:
    """A folder with public research data beside the repository, where there is one."""
    folder = Path(os.environ.get("HEADSTART_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("no folder with research data; set HEADSTART_SHARED")
    return folder


@pytest.fixture(scope="session")
def tiny_t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny random T5, encoder and decoder, which opens as a real base does."""
    from tests.tiny_writers import tiny_writer_folder

    return tiny_writer_folder(tmp_path_factory.mktemp("writers"))


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny random BERT, which opens as a real base does."""
    from tests.tiny import tiny_base_folder

    return tiny_base_folder(tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="session")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny random Llama that goes on with texts; it has no chat template."""
    from tests.tiny import tiny_causal_folder

    return tiny_causal_folder(
        tmp_path_factory.mktemp("causal"), max_position_embeddings=256, initializer_range=0.05
    )
