"""Tokens are counted without torch, and as the full tokenizer counts them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.errors import BaseError
from headstart.models.describe import describe
from headstart.models.light_tokenizer import light_tokenizer
from headstart.models.open_base import open_tokenizer
from headstart.models.tokenise import tokenise

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["the cat sat on the mat", "", "please send the invoice again, it was never paid", "a"]


@pytest.mark.parametrize("columns", [[TEXTS], [TEXTS, TEXTS[::-1]], [TEXTS, TEXTS, TEXTS]])
def test_it_counts_like_the_full_one(tiny_bert: Path, columns: list[list[str]]) -> None:
    info = describe(str(tiny_bert))
    light = tokenise(columns, light_tokenizer(info), 12)
    full = tokenise(columns, open_tokenizer(info), 12)
    np.testing.assert_array_equal(light.lengths, full.lengths)


def test_it_needs_neither_torch_nor_transformers(tiny_bert: Path) -> None:
    script = (
        "import sys; from headstart.models.describe import describe\n"
        "from headstart.models.light_tokenizer import light_tokenizer\n"
        "from headstart.models.tokenise import tokenise\n"
        f"tokenise([['a cat']], light_tokenizer(describe({str(tiny_bert)!r})), 8)\n"
        "print([each for each in ('torch', 'transformers') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_torn_file_is_named(tmp_path: Path, tiny_bert: Path) -> None:
    import shutil

    shutil.copytree(tiny_bert, tmp_path / "base")
    (tmp_path / "base" / "tokenizer.json").write_text('{"version": ')
    with pytest.raises(BaseError, match=r"tokenizer\.json can't be opened"):
        light_tokenizer(describe(str(tmp_path / "base")))
