"""What every test has at hand: a home of its own, and a memory over a few hand-written sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from compiled import compiled_models, lend
from transcript import START, habits

from tacit import Memory

SAMPLES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "sessions"
NOW = START + 30 * 86_400_000


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing a test does touches the person's own memory."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TACIT_HOME", str(home / "tacit"))
    monkeypatch.setenv("TZ", "UTC")
    for name in ("TACIT_STORE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    return home


@pytest.fixture
def now() -> int:
    """The fixed time of the tests, in milliseconds."""
    return NOW


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    """A folder with four sessions of one habit."""
    folder = tmp_path / "transcripts"
    habits(folder)
    return folder


@pytest.fixture
def memory(tmp_path: Path, transcripts: Path) -> Iterator[Memory]:
    """A memory that has learned from the four sessions."""
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as opened:
        opened.import_paths([transcripts])
        yield opened


@pytest.fixture
def samples() -> Path:
    """The real transcripts, where they are."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample transcripts are not here")
    return SAMPLES


@pytest.fixture(scope="session")
def compiled_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of compiled models, with the packaged one in use, for all tests; do not write into it."""
    cache = getattr(request.config, "cache", None)
    if cache is not None:
        return compiled_models(cache.mkdir("compiled-model"))
    base = tmp_path_factory.getbasetemp()
    return compiled_models((base.parent if base.name.startswith("popen-") else base) / "compiled-model")


@pytest.fixture
def with_model(compiled_model: Path, own_home: Path) -> Path:
    """This test's own folder of compiled models, with the packaged one in use."""
    return lend(compiled_model, own_home / "tacit")
