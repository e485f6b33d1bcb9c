"""Small transcripts, a store learned from them, and ways to run the command line on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tacit.app import cli

HOSTILE = "\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] \u202egnp.exe \x9b31m\u0000 日本語"
REFUSED = "<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>"


class Transcript:
    """A Claude Code transcript in the making."""

    def __init__(self, name: str, day: int, directory: str = "/home/ann/work/shop") -> None:
        self.name = name
        self.lines: list[str] = []
        self._clock = day * 86_400 + 1_767_225_600
        self._last: str | None = None
        self._directory = directory

    def prompt(self, text: str) -> Transcript:
        self._add("user", {"role": "user", "content": text})
        return self

    def call(self, tool: str, result: str, *, error: bool = False, **parameters: object) -> Transcript:
        number = f"toolu_{self.name}_{len(self.lines)}"
        use = {"type": "tool_use", "id": number, "name": tool, "input": parameters}
        usage = {"input_tokens": 10, "output_tokens": 5}
        self._add("assistant", {"id": f"m{number}", "role": "assistant", "content": [use], "usage": usage})
        back = {"type": "tool_result", "tool_use_id": number, "content": result, "is_error": error}
        self._add("user", {"role": "user", "content": [back]})
        return self

    def _add(self, kind: str, message: dict[str, object]) -> None:
        self._clock += 7
        import datetime

        at = datetime.datetime.fromtimestamp(self._clock, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        uuid = f"{self.name}-{len(self.lines)}"
        record = {
            "type": kind, "uuid": uuid, "parentUuid": self._last, "sessionId": self.name, "timestamp": at,
            "cwd": self._directory, "gitBranch": "main", "version": "2.0.0", "userType": "external",
            "isSidechain": False, "message": message,
        }  # fmt: skip
        self._last = uuid
        self.lines.append(json.dumps(record))

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.name}.jsonl"
        path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        return path


def write_transcripts(folder: Path) -> None:
    """Four sessions in which an edit is refused, left behind, and tests decide."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(4):
        text = f"Make the total of basket {number} right, it adds the tax twice"
        session = Transcript(f"shop-{number}", number * 9).prompt(text)
        session.call("Edit", REFUSED, error=True, file_path="/home/ann/work/shop/src/basket.py", old_string="a", new_string="b")
        session.call("Read", "total = 1", file_path="/home/ann/work/shop/src/basket.py")
        session.call("Edit", "ok", file_path="/home/ann/work/shop/src/basket.py", old_string="a", new_string="b")
        failed = number == 3
        text = "1 failed, 4 passed in 0.2s" if failed else "5 passed in 0.2s"
        session.call("Bash", f"Exit code 1\n{text}" if failed else text, error=failed, command="pytest -q")
        session.prompt("Now explain what the basket does with vouchers")
        session.call("Grep", "src/basket.py:3", pattern="voucher")
        session.call("Read", "total = 1", file_path="/home/ann/work/shop/src/basket.py")
        session.write(folder)
    odd = Transcript("odd", 40, "/home/ann/work/odd").prompt(f"Look at {HOSTILE}")
    odd.call("Bash", HOSTILE, command=f"echo '{HOSTILE}'").call("Read", HOSTILE, file_path="/home/ann/work/odd/a.py")
    odd.write(folder)


@dataclass
class Result:
    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


@pytest.fixture(scope="session")
def transcripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transcripts")
    write_transcripts(folder)
    return folder


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory, transcripts: Path) -> Path:
    """A home with a store that learned from the transcripts; copy it before changing it."""
    home = tmp_path_factory.mktemp("learned")
    done = process("import", str(transcripts), home=home)
    assert done.code == 0, done.err
    return home


@pytest.fixture
def home(tmp_path: Path, learned: Path) -> Path:
    """A copy of the learned home, to change."""
    return Path(shutil.copytree(learned, tmp_path / "home"))


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    return kept | {"TACIT_HOME": str(home), "HOME": str(home), "TZ": "UTC"} | dict(more or {})


def process(*args: str, home: Path, **more: str) -> Result:
    """Run ``memory`` as its own process, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *args],
        env=environment(home, more), capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run ``memory`` inside this process."""

    def run(*args: str, home: Path, **more: str) -> Result:
        for name in [name for name in os.environ if name.startswith("TACIT_")]:
            monkeypatch.delenv(name)
        for name, value in environment(home, more).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = cli.run(args)
        shown = capsys.readouterr()
        return Result(code, shown.out, shown.err)

    return run
