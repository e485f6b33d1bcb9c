"""What only a real process shows: pipes, signals, terminals, what is loaded."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from awaited import eventually
from slow_imports import read_so_far, slow_imports
from transcript import START, Transcript

ROOT = Path(__file__).parents[3]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    return kept | {"TACIT_HOME": str(home), "HOME": str(home), "TZ": "UTC", "TERM": "xterm-256color"} | more


def start(*args: str, home: Path, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tacit", *args],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(*args: str, home: Path, **more: str) -> tuple[int, str, str]:
    process = start(*args, home=home, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out.decode(), err.decode()


def terminal(*args: str, home: Path, **more: str) -> tuple[int, str]:
    """Run under a terminal of 80 columns; exit code and all it was sent."""
    child, handle = pty.fork()
    if child == 0:
        os.execve(
            sys.executable, [sys.executable, "-m", "tacit", *args], environment(home, COLUMNS="80", **more)
        )
    shown = b""
    while select.select([handle], [], [], 120)[0]:
        try:
            piece = os.read(handle, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def many(folder: Path, count: int) -> None:
    for number in range(count):
        one = Transcript(f"many{number}", start=START + number * 3_600_000)
        for task in range(3):
            one.prompt(f"Repair part {task} of thing {number}")
            for step in range(8):
                one.read(f"src/m{step}.py")
                one.edit(f"src/m{step}.py")
            one.tests_pass()
        one.save(folder)


def test_without_a_terminal_the_inspector_points_to_the_plain_commands(home: Path) -> None:
    code, out, err = run(home=home)
    assert (code, out) == (2, "")
    assert "memory patterns" in err


@pytest.mark.parametrize("args", [["patterns", "--format", "jsonl"], ["patterns"], ["stats"], ["--help"]])
def test_a_reader_that_leaves_is_no_error(home: Path, args: list[str]) -> None:
    process = start(*args, home=home)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(120) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_closed_streams_and_other_encodings_are_no_error(home: Path) -> None:
    for ends in ("patterns >&-", "patterns <&-", "patterns 2>&-", "stats --format json >&-"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec {sys.executable} -m tacit {ends}"],
            env=environment(home),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b""), ends
    code, out, _ = run("patterns", home=home, PYTHONIOENCODING="ascii")
    assert code == 0
    assert "? recovery" in out


def test_a_full_disk_under_the_output_is_told(home: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tacit", "patterns"],
            env=environment(home),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr


def test_interrupting_an_import_leaves_a_sound_store_and_the_next_one_goes_on(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "many"
    many(folder, 300)
    process = start("import", str(folder), home=home, **slow_imports(tmp_path / "slow", 0.1))
    eventually(lambda: read_so_far(tmp_path / "slow") > 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == b""
    assert err.decode().splitlines()[-1] == "Interrupted. The store is whole; the next import goes on."
    assert run("doctor", home=home)[0] == 0
    code, _, _ = run("import", str(folder), home=home)
    assert code == 0
    assert '"sessions": 300' in run("stats", "--format", "json", home=home)[1]


def test_progress_without_a_terminal_is_lines_on_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tacit.app.commands import progress
    from tacit.core.import_report import Progress

    told: list[str] = []
    monkeypatch.setattr(progress, "say", told.append)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    with progress.Progress() as shown:
        shown.show(Progress(3, 14, 1_200_000, 4_500_000, "x"))
        shown.done()
    assert told[0].startswith("3 of 14 files, 1.2 MB of 4.5 MB, ")
    assert told[0].endswith(" left")


def test_an_import_on_a_terminal_draws_a_bar(sources: Path, tmp_path: Path) -> None:
    code, shown = terminal("import", str(sources), home=tmp_path)
    assert code == 0
    assert "/5 files" in shown
    assert "━" in shown
    assert "Imported 5 sessions" in shown


def test_colour_on_a_terminal_only(home: Path) -> None:
    assert "\x1b[" in terminal("patterns", home=home)[1]
    assert "\x1b[" not in terminal("patterns", home=home, NO_COLOR="1")[1]
    assert "\x1b[" in terminal("patterns", home=home, NO_COLOR="")[1]
    assert "\x1b[" not in terminal("patterns", home=home, TERM="dumb")[1]
    assert "\x1b[" not in run("patterns", home=home)[1]


def test_a_plain_list_loads_next_to_nothing(home: Path) -> None:
    code = (
        "import sys\nfrom tacit.app import cli\n"
        f"args = ['--store', {str(home / 'store')!r}, 'patterns', '--limit', '10', '--format', 'json']\n"
        "code = cli.run(args)\n"
        "print(*sorted(sys.modules), file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    loaded = set(done.stderr.split())
    heavy = {
        "textual", "rich", "numpy", "platformdirs", "tree_sitter", "tree_sitter_bash", "json", "tomllib",
        "asyncio", "logging", "dataclasses", "sqlite3", "importlib.metadata", "traceback", "difflib",
        "tacit.core.text", "tacit.core.config", "tacit.core.ingest", "tacit.core.readers",
        "tacit.exports.tree", "tacit.app.inspector", "yaml", "tacit.core.yamlform",
    }  # fmt: skip
    assert loaded & heavy == set()


def test_help_loads_no_command(home: Path) -> None:
    code = (
        "import sys\nfrom tacit.app import cli\ncli.run(['--help'])\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=False
    )
    loaded = set(done.stderr.split())
    assert not loaded & {"tacit.memory", "lmdb", "rich", "yaml", "tacit.app.commands.patterns"}


def test_completion_of_commands_kinds_and_ids(home: Path) -> None:
    def complete(words: str) -> list[str]:
        position = str(len(words.split(" ")) - 1)
        more = {"COMP_WORDS": words, "COMP_CWORD": position, "_MEMORY_COMPLETE": "bash_complete"}
        code, out, err = run(home=home, **more)
        assert (code, err) == (0, "")
        return [line.partition(",")[2] for line in out.splitlines()]

    assert complete("memory pat") == ["patterns"]
    assert complete("memory patterns --kind e") == ["error_recovery"]
    assert complete("memory patterns ver") == ["verdict:"]
    assert all(one.startswith("p-") for one in complete("memory show p-"))
    assert complete("memory show s-")


def test_bash_takes_the_completion_script(home: Path, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash", home=home)[1], encoding="utf-8")
    done = subprocess.run(
        [bash, "-c", f"source {script} && complete -p memory"], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"_memory_completion" in done.stdout


def test_the_module_and_the_script_are_the_same(home: Path) -> None:
    assert run("--version", home=home)[1].startswith("tacit ")
