from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tacit.core.places import Places, absolute, short


def test_home_puts_everything_under_one_directory(tmp_path: Path) -> None:
    places = Places({"TACIT_HOME": str(tmp_path)})
    assert places.given_store is None
    assert places.store == f"{tmp_path}/store"
    assert places.export == f"{tmp_path}/export"
    assert places.config == f"{tmp_path}/config.toml"
    assert places.log == f"{tmp_path}/tacit.log"
    assert places.demo("0.1.0") == f"{tmp_path}/cache/demo-0.1.0"


def test_the_store_moves_alone(tmp_path: Path) -> None:
    home = str(tmp_path)
    assert Places({"TACIT_HOME": home, "TACIT_STORE": "/a/b"}).given_store == "/a/b"
    places = Places({"TACIT_HOME": home, "TACIT_STORE": "/a/b"}, store="/c")
    assert places.given_store == "/c"
    assert places.export == f"{home}/export"


def test_without_a_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"{tmp_path}/{name.lower()}")
    monkeypatch.setenv("HOME", str(tmp_path))
    places = Places({})
    for place in (places.store, places.export, places.config, places.cache, places.log):
        assert place.startswith(str(tmp_path))
        assert "tacit" in place


def test_empty_variables_are_not_set() -> None:
    assert Places({"TACIT_STORE": "", "TACIT_HOME": "/h"}).given_store is None


def test_paths_are_opened_and_shortened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert absolute("~/x") == absolute("x") == f"{tmp_path}/x"
    assert short(f"{tmp_path}/x") == "~/x"
    assert short("/elsewhere") == "/elsewhere"


@pytest.mark.parametrize("environ", [{"TACIT_HOME": "/nowhere"}, {"TACIT_STORE": "/s"}])
def test_platformdirs_is_left_alone_when_it_is_not_needed(environ: dict[str, str]) -> None:
    code = (
        "import sys\nsys.path.insert(0, 'src')\nfrom tacit.core.places import Places\n"
        f"p = Places({environ!r})\np.store\n"
        "assert 'platformdirs' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd=root)
