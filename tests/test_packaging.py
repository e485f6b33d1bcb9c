"""What is shipped: the wheel is built from the source distribution, installed apart, and run."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import tacit

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "core", "exports", "store", "widgets")
SHIPPED = {".py", ".tcss", ".json", ".typed"}


def run(*command: str | Path, **more: object) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **more
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def source_files() -> set[str]:
    """Everything of the package in the work tree, named as it is imported."""
    found = {f"tacit/{path.name}" for path in (ROOT / "src" / "tacit").iterdir() if path.is_file()}
    for room in ROOMS:
        found |= {
            f"tacit/{path.relative_to(ROOT)}"
            for path in (ROOT / room).rglob("*")
            if path.suffix in SHIPPED and "__pycache__" not in path.parts
        }
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


def only(folder: Path, ending: str) -> Path:
    (path,) = folder.glob(f"*{ending}")
    return path


def test_the_source_distribution_has_sources_tests_and_papers(built: Path) -> None:
    with tarfile.open(only(built, ".tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "CHANGELOG.md", "LICENSE", "constraints.txt", "pyproject.toml", "PKG-INFO"} <= names
    assert {f"tests/{Path(__file__).name}", "src/tacit/__init__.py", "core/model.py"} <= names
    assert not any("__pycache__" in name or name.startswith((".venv", ".git/")) for name in names)


def test_the_wheel_owns_one_name_and_holds_every_module_and_style_sheet(built: Path) -> None:
    with zipfile.ZipFile(only(built, ".whl")) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names} == {"tacit", f"tacit-{tacit.__version__}.dist-info"}
    assert {name for name in names if name.startswith("tacit/")} >= source_files()
    assert not any("tests/" in name or name.endswith(".pyc") for name in names)


def test_the_installed_wheel_runs_where_there_is_no_checkout(built: Path, tmp_path: Path) -> None:
    """Dependencies come from the running environment, so that no network is needed; Tacit does not."""
    home = tmp_path / "home"
    home.mkdir()
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    wheel = only(built, ".whl")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        wheel,
    )
    paths = sysconfig.get_paths()
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())
    (site / "dependencies.pth").write_text(f"{paths['purelib']}\n{paths['platlib']}\n")
    clean = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"}
    where = run(python, "-c", "import tacit.core.model as m; print(m.__file__)", cwd=home, env=clean)
    assert Path(where.strip()).is_relative_to(site)
    for command in ((tmp_path / "env" / "bin" / "memory",), (python, "-m", "tacit")):
        assert tacit.__version__ in run(*command, "--version", cwd=home, env=clean)
    assert not any(home.iterdir()), "asking for the version leaves nothing behind"
