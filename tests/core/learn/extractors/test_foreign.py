"""Plug-in extractors in real processes: one that misbehaves hurts nobody else."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tacit.core.learn.extractors.foreign import FAILURES, Foreign
from tacit.core.learn.extractors.hybrid import HybridExtractor
from tacit.core.learn.extractors.sequence import SequenceExtractor
from tacit.core.patterns_file import load_patterns

SOURCE = """
import os, sys, time
from tacit.core.model import Use

class Base:
    def extract(self, episode, steps):
        return self.say(episode, steps)

def use(key=("name",), first=1, last=2, kind="custom", result="failure"):
    return Use(kind, key, result, 0, first, last)

class Good(Base):
    def say(self, episode, steps):
        print("noise that must not reach the answer", flush=True)
        sys.stderr.write("nor this")
        return [use(), use(("name",), 2, 2), use(("other", "part"), 2, 3, result="unknown")]

class Late(Base):
    def say(self, episode, steps):
        return [use(first=1, last=len(steps))]

class Raises(Base):
    def say(self, episode, steps):
        raise ValueError("no idea")

class Hangs(Base):
    def say(self, episode, steps):
        if episode.native == "slow":
            while True:
                pass
        return [use()]

class Exits(Base):
    def say(self, episode, steps):
        os._exit(3)

class Quits(Base):
    def say(self, episode, steps):
        sys.exit(3)

class Nonsense(Base):
    answer = None
    def say(self, episode, steps):
        return self.answer

class Nothing(Nonsense): pass
class Objects(Nonsense): answer = [object()]
class Words(Nonsense): answer = ["use"]
class Kind(Nonsense): answer = [use(kind="heuristic")]
class Unknown(Nonsense): answer = [use(kind="made up")]
class Keyless(Nonsense): answer = [use(key=())]
class Empty(Nonsense): answer = [use(key=("  ",))]
class Large(Nonsense): answer = [use(key=("x" * 1_000_001,))]
class Outside(Nonsense): answer = [use(last=99)]
class Backwards(Nonsense): answer = [use(first=2, last=1)]
class Many(Nonsense): answer = [use(key=(str(n),)) for n in range(1001)]
class Unready:
    def __init__(self):
        raise RuntimeError("not set up")
class NoExtractor: pass
"""
RAISED = SOURCE.split("raise ValueError", maxsplit=1)[0].count("\n") + 1
CALLS = (("Read", "/home/dev/app/a.go"), ("Edit", "/home/dev/app/a.go"), ("Grep", "x"))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with a plug-in's module in it."""
    (tmp_path / "plugged.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def plugin(site):
    made = []

    def make(name, **options):
        made.append(Foreign(name.lower(), f"plugged:{name}", **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_its_uses_are_judged_by_the_outcome_once_a_key(plugin, steps, episode):
    made = steps(*CALLS)
    _, built = episode(made, label="success")
    good = plugin("Good")
    for _ in range(2):
        assert [
            (use.kind, use.key, use.result, use.at, use.first, use.last) for use in good.extract(built, made)
        ] == [
            ("custom", ("name",), "success", 99_000, 1, 2),
            ("custom", ("other", "part"), "unknown", 99_000, 2, 3),
        ]
    assert not good.troubles


def test_a_use_that_holds_the_evidence_is_not_judged(plugin, steps, episode):
    made = steps(*CALLS, ("Edit", "/home/dev/app/a.go"), ("Bash", "make test"))
    _, built = episode(made)
    assert built.outcome.label == "success"
    assert [use.result for use in plugin("Late").extract(built, made)] == ["unknown"]
    assert next(use.result for use in plugin("Good").extract(built, made)) == "success"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Raises", "ValueError in plugged.py:LINE"),
        ("Exits", "it ended"),
        ("Quits", "SystemExit in plugged.py:LINE"),
        ("Nothing", "TypeError on calling extract"),
        ("Objects", "TypeError on calling extract"),
        ("Words", "it returned no list of uses"),
        ("Kind", "it returned a use of kind heuristic"),
        ("Unknown", "it returned no list of uses"),
        ("Keyless", "it returned a use without a key"),
        ("Empty", "it returned a use without a key"),
        ("Large", "it returned a key of more than 1,000,000 bytes"),
        ("Outside", "it returned a use outside of the episode"),
        ("Backwards", "it returned a use outside of the episode"),
        ("Many", "it returned more than 1,000 uses of one episode"),
        ("Unready", "RuntimeError: not set up"),
        ("NoExtractor", "TypeError: plugged:NoExtractor is no extractor"),
        ("Missing", "AttributeError: module 'plugged' has no attribute 'Missing'"),
    ],
)
def test_one_that_fails_is_named_with_the_reason_and_the_rest_learned(plugin, steps, episode, name, why):
    made = steps(*CALLS)
    _, built = episode(made, label="success")
    bad = plugin(name)
    together = HybridExtractor((bad, SequenceExtractor()))
    assert together.extract(built, made) == SequenceExtractor().extract(built, made) != []
    assert {re.sub(r":\d+$", ":LINE", said): n for said, n in bad.troubles.items()} == {why: 1}


def test_one_that_hangs_is_ended_in_time_and_asked_again_about_the_next_episode(plugin, steps, episode):
    made = steps(*CALLS)
    _, slow = episode(made, native="slow", label="success")
    _, quick = episode(made, native="quick", label="success")
    hanging = plugin("Hangs", seconds=60.0)
    assert len(hanging.extract(quick, made)) == 1
    hanging._seconds = 0.5
    assert hanging.extract(slow, made) == []
    assert dict(hanging.troubles) == {"it took more than 0.5 s": 1}
    hanging._seconds = 60.0
    assert len(hanging.extract(quick, made)) == 1


def test_after_some_failures_it_is_switched_off_until_the_run_ends(plugin, steps, episode):
    made = steps(*CALLS)
    _, built = episode(made, label="success")
    bad = plugin("Raises")
    for _ in range(FAILURES + 2):
        assert bad.extract(built, made) == []
    why = f"ValueError in plugged.py:{RAISED}"
    assert bad.close() == {why: FAILURES, f"switched off after {FAILURES} failures": 2}
    bad.extract(built, made)
    assert bad.close() == {why: 1}
    assert bad.close() == {}


def test_a_plug_in_of_an_import_is_found_by_its_entry_point_and_named_in_the_report(
    site: Path, transcripts: Path, tmp_path: Path
):
    info = site / "plugged-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[tacit.extractors]\naudit = plugged:Good\nbad = plugged:Raises\n")
    env = {**os.environ, "PYTHONPATH": str(site)}
    ran = [
        subprocess.run(
            [sys.executable, "-m", "tacit", "--store", str(tmp_path / "store"), *words],
            capture_output=True,
            text=True,
            env=env,
            check=True,
        )
        for words in (["import", str(transcripts)], ["patterns", "kind:custom"])
    ]
    assert f"by extractor bad: ValueError in plugged.py:{RAISED}" in " ".join(
        ran[0].stdout.split() + ran[0].stderr.split()
    )
    assert sorted(line.split()[-1] for line in ran[1].stdout.splitlines()[1:]) == ["name", "part"]


def test_the_example_of_the_manual_runs(site: Path, plugin, steps, episode):
    manual = Path(__file__).parents[4] / "docs" / "learning.md"
    (site / "plugged.py").write_text(re.findall(r"```python\n(.+?)```", manual.read_text(), re.DOTALL)[0])
    made = steps(*(("Edit", f"/home/dev/app/{name}.py") for name in ("a", "b", "c", "test_a")))
    _, built = episode(made, label="success")
    example = plugin("LateTests")
    assert [(use.key, use.first, use.last) for use in example.extract(built, made)] == [
        (("tests come late",), 1, 4)
    ]
    assert not example.troubles


def test_the_patterns_of_the_manual_are_declared_right(tmp_path: Path):
    manual = Path(__file__).parents[4] / "docs" / "learning.md"
    (declared,) = re.findall(r"```toml\n(\[\[pattern.+?)```", manual.read_text(), re.DOTALL)
    (tmp_path / "patterns.toml").write_text(declared)
    assert len(load_patterns(str(tmp_path / "patterns.toml"))) == 2


def test_a_process_whose_parent_is_gone_ends_while_the_plug_in_hangs(site: Path):
    """It is told what to do and left alone; nobody is there to end it."""
    script = f"""
import sys, time
sys.path.insert(0, {str(site)!r}); sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from conftest import steps_of, episode_of
from tacit.core.learn.extractors import foreign
made = steps_of({CALLS[0]!r}, {CALLS[1]!r})
one = foreign.Foreign("hangs", "plugged:Hangs", seconds=0.1)
one._start()
worker = one._worker
import msgspec, os
message = msgspec.msgpack.encode((episode_of(made, native="slow")[1], made))
worker._send(len(message).to_bytes(4, "big") + message, time.monotonic() + 5)
print(worker._process.pid, flush=True)
os._exit(0)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    pid = int(told.stdout)
    until = time.monotonic() + 120
    while _runs(pid):
        assert time.monotonic() < until, "the process of the plug-in still runs"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
