"""The files by which a system starts the watcher: a systemd user unit, or a launchd property list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from tacit.app.setup.launch import this_launch
from tacit.core.errors import Usage

LABEL = "dev.tacit.watch"
UNIT = "tacit-watch.service"

_CARRIED = ("CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
"""What a shell may say of where things lie, and a service would not know."""

_UNIT = """\
[Unit]
Description=Tacit learns from transcripts of coding agents as they grow

[Service]
Type=exec
{environ}ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=60
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=10
OOMPolicy=continue
MemoryMax=2G
Nice=10
IOSchedulingClass=idle
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""


class Service(Struct, frozen=True):
    """What a system is to start, and where it wants to be told: ``apple`` is launchd, else systemd."""

    words: tuple[str, ...]
    environ: tuple[tuple[str, str], ...]
    path: str
    apple: bool

    @property
    def text(self) -> str:
        """What the file says.

        Raises:
            Usage: a path in it is no text, or the program one that systemd does not start.
        """
        try:
            for one in (*self.words, *(value for _, value in self.environ)):
                one.encode()
            return self._plist() if self.apple else self._unit()
        except ValueError as error:  # also of a property list that is to hold a control character
            raise Usage("A path that is no text cannot stand in this file.", "Rename it.") from error

    @property
    def start(self) -> tuple[tuple[str, ...], ...]:
        """The commands that start it, now and from now on."""
        if self.apple:
            return (("launchctl", "bootstrap", f"gui/{os.getuid()}", self.path),)
        return (
            ("systemctl", "--user", "daemon-reload"),
            ("systemctl", "--user", "enable", "--now", UNIT),
        )

    @property
    def stop(self) -> tuple[str, ...]:
        """The command that ends it, and keeps it from being started again."""
        if self.apple:
            return ("launchctl", "bootout", f"gui/{os.getuid()}/{LABEL}")
        return ("systemctl", "--user", "disable", "--now", UNIT)

    def _unit(self) -> str:
        program, *rest = self.words
        if not program.isprintable() or any(one in program for one in "\"'\\"):
            raise Usage(
                f"systemd starts no program that is called {program!r}.",
                "Install Tacit in a folder without quotes, backslashes and control characters in its name.",
            )
        environ = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in self.environ)
        command = [_quoted(program), *(_quoted(one).replace("$", "$$") for one in rest)]
        return _UNIT.format(environ=environ, command=" ".join(command))

    def _plist(self) -> str:
        import plistlib

        told = {
            "Label": LABEL,
            "ProgramArguments": list(self.words),
            "EnvironmentVariables": dict(self.environ),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 60,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
            "Umask": 0o077,
        }
        return plistlib.dumps(told).decode()


def service(
    store: str | None,
    paths: Sequence[str],
    interval: str,
    environ: Mapping[str, str] = os.environ,
    *,
    apple: bool = sys.platform == "darwin",
) -> Service:
    """The service that watches as `memory watch` would now.

    Args:
        store: what ``--store`` says.
        paths: absolute places, none for the usual ones.
        interval: as it was typed, empty if it was not.
        environ: the environment.
        apple: whether it is for macOS.
    """
    launch = this_launch(store)
    often = ("--interval", interval) if interval else ()
    words = (*launch.program, "watch", "--quiet", *often, *(("--", *paths) if paths else ()))
    told = dict(_carried(environ)) | dict(launch.environ)
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111
    if apple:
        path = f"{home}/Library/LaunchAgents/{LABEL}.plist"
    else:
        path = f"{environ.get('XDG_CONFIG_HOME') or f'{home}/.config'}/systemd/user/{UNIT}"
    return Service(words, tuple(sorted(told.items())), path, apple)


def _carried(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the environment says of places and settings; nothing that is secret."""
    from tacit.core.config import SETTINGS

    for name in (*_CARRIED, *(one.variable for one in SETTINGS)):
        if value := environ.get(name):
            yield name, value


def _quoted(word: str) -> str:
    """A word as systemd reads it; see "Quoting" in systemd.syntax(7)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    escaped = escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    plain = escaped == word and word and all(one.isalnum() or one in "/._-=:,@+" for one in word)
    return word if plain else f'"{escaped}"'
