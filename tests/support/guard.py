"""Notes of what processes do with the network and with other programs, their children included."""

from __future__ import annotations

import os
from pathlib import Path

_HOOK = """
import os, sys

def note(event, told_of, path={path!r}):
    known = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
    if event in known + ("subprocess.Popen", "os.system", "os.posix_spawn", "os.exec") or event == "began":
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, (event + " " + repr(told_of)[:500] + chr(10)).encode("utf-8", "replace"))
        os.close(handle)

note("began", sys.argv)
sys.addaudithook(note)
"""


class Guard:
    """Watches every Python process that has :attr:`environ`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._path = folder / "events"
        (folder / "sitecustomize.py").write_text(_HOOK.format(path=str(self._path)), encoding="utf-8")
        trap = "http://127.0.0.1:9"
        self.environ = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
            "OTEL_EXPORTER_OTLP_ENDPOINT": trap,
            "OTEL_TRACES_EXPORTER": "otlp",
            "LOGFIRE_TOKEN": "x",
        }

    @property
    def events(self) -> list[str]:
        """What was done, in order."""
        return self._path.read_text("utf-8", "replace").splitlines()

    @property
    def processes(self) -> int:
        """How many processes it saw begin."""
        return sum(one.startswith("began ") for one in self.events)

    @property
    def calls(self) -> list[str]:
        """What was done with the network."""
        return [one for one in self.events if one.startswith("socket.")]

    @property
    def started(self) -> list[str]:
        """The programs that were started."""
        return [one for one in self.events if not one.startswith(("socket.", "began "))]
