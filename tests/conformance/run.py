"""The protocol's own conformance suite and inspector against the server over HTTP.

    python tests/conformance/run.py

They come by npm with a Node of their own. Without npx, or without the registry, nothing is checked and the
exit code is 0; it is 1 where something fails that ``expected-failures.yml`` does not name, or passes that it
does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from door import stand_before  # noqa: E402
from http_door import HttpDoor  # noqa: E402
from transcript import habits  # noqa: E402

NODE = "node@22"
SUITE = "@modelcontextprotocol/conformance@0.1.16"
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
ASKED = (
    ("tools/list", "--strict"),
    ("resources/list",),
    ("resources/templates/list",),
    ("prompts/list",),
    ("tools/call", "--tool-name", "health_check"),
    ("tools/call", "--tool-name", "search_patterns", "--tool-arg", "text=test"),
)


def npx(package: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program of a package."""
    command = ["npx", "--yes", "-p", NODE, "-p", package, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def conforms(door: HttpDoor) -> bool:
    """Whether the suite finds what is expected."""
    url = f"http://localhost:{stand_before(door.port, door.token)}/mcp"
    known = str(HERE / "expected-failures.yml")
    done = npx(SUITE, "conformance", "server", "--url", url, "--expected-failures", known)
    print(done.stdout.partition("=== SUMMARY ===")[2] or done.stdout, done.stderr[-2000:])
    return done.returncode == 0


def inspected(door: HttpDoor) -> bool:
    """Whether the inspector gets its answers, and none without the token."""
    token = ("--header", f"Authorization: Bearer {door.token}")
    sound = True
    for words in ASKED:
        asked = ("mcp-inspector", "--cli", door.url, "--transport", "http", *token, "--method", *words)
        done = npx(INSPECTOR, *asked)
        print(f"{'✓' if done.returncode == 0 else '✗'} inspector {' '.join(words)}")
        if done.returncode:
            print(done.stderr[-2000:])
            sound = False
    stranger = npx(
        INSPECTOR, "mcp-inspector", "--cli", door.url, "--transport", "http", "--method", "tools/list"
    )
    print(f"{'✓' if stranger.returncode else '✗'} inspector without the token")
    return sound and stranger.returncode != 0


def main() -> int:
    """Check both."""
    if shutil.which("npx") is None:
        print("There is no npx here; nothing was checked.")
        return 0
    if npx(SUITE, "conformance", "--version").returncode:
        print("The packages cannot be had from the registry; nothing was checked.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        habits(home / "transcripts")
        subprocess.run(
            [sys.executable, "-m", "tacit", "import", str(home / "transcripts")],
            env=os.environ | {"TACIT_HOME": str(home / "home"), "HOME": folder},
            check=True,
            capture_output=True,
        )
        with HttpDoor(home=home / "home") as door:
            return 0 if all([conforms(door), inspected(door)]) else 1


if __name__ == "__main__":
    sys.exit(main())
