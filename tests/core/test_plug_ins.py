"""What other packages offer is found as the standard library finds it, without loading that for nothing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, DistributionFinder, entry_points
from pathlib import Path

import pytest

from tacit.core.plug_ins import plug_ins

GROUP = "tacit.readers"
TEXTS = {
    "plain": ("[tacit.readers]\nrobot = robot:Reader\n", ["robot"]),
    "two": ("[tacit.readers]\nz = robot:Z\na=robot:A\n", ["a", "z"]),
    "among others": (
        "[console_scripts]\nx = y:z\n\n[tacit.readers]\nrobot=robot:Reader\n[b]\nc = d\n",
        ["robot"],
    ),
    "indented, with a comment": (
        "  [tacit.readers]\n # no\n\n  robot : x = robot:Reader [more]\n",
        ["robot : x"],
    ),
    "named like ours": ("[tacit.readers]\ncodex = robot:Codex\n", ["codex"]),
    "ours": ("[tacit.readers]\ncodex = tacit.core.readers.codex.reader:CodexReader\n", []),
    "a comment alone": ("[tacit.readers]\n# robot = robot:Reader\n", []),
    "another group": ("[tacit.readers.more]\nrobot = robot:Reader\n[tacit.extractors]\na = b:c\n", []),
    "no bytes of text": ("\udcff[tacit.readers]\n", []),
    "empty": ("", []),
}


def package(site: Path, text: str, kind: str = "dist-info") -> None:
    """An installed package with these entry points."""
    info = site / f"robot-1.0.{kind}"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: robot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_bytes(text.encode("utf-8", "surrogateescape"))


def names() -> list[str]:
    return [one.name for one in plug_ins(GROUP)]


@pytest.mark.parametrize("told", TEXTS)
@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_entry_points_of_other_packages_are_found(told, kind, tmp_path, monkeypatch):
    text, expected = TEXTS[told]
    package(tmp_path, text, kind)
    monkeypatch.syspath_prepend(tmp_path)
    assert names() == expected
    if told != "no bytes of text":  # which the standard library stumbles over
        others = [one for one in entry_points(group=GROUP) if not one.value.startswith("tacit.")]
        assert sorted(one.name for one in others) == expected


def test_a_package_in_an_archive_is_found(tmp_path, monkeypatch):
    archive = tmp_path / "site.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("robot-1.0.dist-info/METADATA", "Name: robot\nVersion: 1.0\n")
        file.writestr("robot-1.0.dist-info/entry_points.txt", "[tacit.readers]\nrobot = robot:Reader\n")
    monkeypatch.syspath_prepend(archive)
    assert names() == ["robot"]


def test_a_package_that_only_a_finder_knows_is_found(tmp_path, monkeypatch):
    package(tmp_path, "[tacit.readers]\nrobot = robot:Reader\n")

    class Finder(DistributionFinder):
        def find_spec(self, *_: object) -> None:
            return None

        def find_distributions(self, context: DistributionFinder.Context | None = None) -> list[Distribution]:
            return [Distribution.at(tmp_path / "robot-1.0.dist-info")]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert names() == ["robot"]


def test_where_nobody_offers_anything_the_standard_library_is_not_asked():
    program = (
        "import sys; from tacit.core.plug_ins import plug_ins\n"
        "assert plug_ins('tacit.readers') == plug_ins('tacit.extractors') == []\n"
        "print(*{'importlib.metadata', 'email', 'zipfile', 'csv'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
