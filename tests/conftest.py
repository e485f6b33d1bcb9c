"""What every test has at hand: a home of its own, and a memory over a few hand-written sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from compiled import compiled_models, lend
from hypothesis import HealthCheck, settings
from transcript import START, habits

from tacit import Memory

SAMPLES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "sessions"
NOW = START + 30 * 86_400_000

settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("steady", settings.get_profile("search"), derandomize=True)
settings.load_profile("steady")  # the same examples every time; `--hypothesis-profile=search` draws new ones

_OF_AGENTS = ("AIDER_", "CLAUDE_", "CLINE_", "CODEX_", "COPILOT_", "CURSOR_", "GEMINI_", "GOOSE_", "MSWEA_")
_OF_THE_TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
_OF_THE_PERSON = (*_OF_AGENTS, *_OF_THE_TERMINAL, "OPENCODE", "OPENHANDS_", "TACIT_", "XDG_")
_OF_THE_NETWORK = ("_proxy", "_PROXY")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing a test does touches the person's own memory, and nothing it finds around it is the person's."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_OF_THE_PERSON) or name.endswith(_OF_THE_NETWORK):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TACIT_HOME", str(home / "tacit"))
    monkeypatch.setenv("TZ", "UTC")
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
