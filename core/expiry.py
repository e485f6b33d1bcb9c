"""Transcripts that their agent deletes soon, or deleted already, while the memory keeps what they told.

Claude Code removes transcripts that were not written to for ``cleanupPeriodDays`` of its ``settings.json``,
30 by default. Gemini CLI removes those that were not for ``general.sessionRetention.maxAge``, since February
2026 30 days by default, when it is started in their project (``packages/cli/src/utils/sessionCleanup.ts``);
its ``maxCount`` goes by no time and is not told. Of other agents nothing of the kind is known. Only what lies
in their own folders is removed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from tacit.core.clock import DAY
from tacit.core.filenotes import is_hashed, load_note
from tacit.core.tables import FILES
from tacit.store.reading import Read

_SOON = 7 * DAY
_KEPT_DAYS = 30
_FOREVER = 1_000_000  # days; JSON, as Python reads it, may say Infinity
_PERIOD = re.compile(r"(\d{1,9})([hdwm])", re.ASCII)
_UNITS = {"h": DAY // 24, "d": DAY, "w": 7 * DAY, "m": 30 * DAY}


class Expiry(Struct, frozen=True):
    """Where the transcript of a session lies or lay.

    ``at`` is when its agent may remove it, in milliseconds, ``None`` where nobody says that it will;
    ``gone``: the file is not there any more.
    """

    path: str
    at: int | None = None
    gone: bool = False

    def soon(self, now: int) -> bool:
        """Whether it goes within seven days."""
        return self.at is not None and self.at - now <= _SOON

    def words(self, now: int) -> str:
        """``file gone``, ``expires in 3 days``, ``expires today``; empty where there is nothing to say."""
        if self.gone:
            return "file gone"
        if self.at is None or not self.soon(now):
            return ""
        return f"expires {until(self.at, now)}"


def until(at: int, now: int) -> str:
    """``today``, ``in 1 day``, ``in 3 days``: when a file may be removed."""
    days = -(-(at - now) // DAY)
    return "today" if at <= now else f"in {days} day{'' if days == 1 else 's'}"


class Removal(Struct, frozen=True):
    """What an agent removes: its transcripts below ``folder`` not written to for ``kept`` milliseconds."""

    agent: str
    folder: str
    kept: int


def removals(home: Path, environ: Mapping[str, str] = os.environ) -> tuple[Removal, ...]:
    """What the settings of the agents say of the person's transcripts."""
    configured = environ.get("CLAUDE_CONFIG_DIR")
    claude = Path(configured) if configured else home / ".claude"
    gemini = Path(environ.get("GEMINI_CLI_HOME") or home) / ".gemini"
    found = [Removal("claude-code", _real(claude / "projects"), _kept(_settings(claude)))]
    if kept := _kept_by_gemini(_settings(gemini)):
        found.append(Removal("gemini", _real(gemini / "tmp"), kept))
    return tuple(found)


def noted(read: Read) -> list[tuple[bytes, tuple[str, ...]]]:
    """(path, the sessions it tells) of every transcript whose path is known."""
    return [(key, load_note(raw).sessions) for key, raw in read.items(FILES) if not is_hashed(key)]


def expiries(
    notes: Iterable[tuple[bytes, tuple[str, ...]]], home: Path, environ: Mapping[str, str] = os.environ
) -> dict[str, Expiry]:
    """What becomes of the transcript of each session; looks at every file, so not within a transaction.

    Args:
        notes: of :func:`noted`.
        home: the person's home directory.
        environ: where ``CLAUDE_CONFIG_DIR`` may say that Claude Code keeps its things elsewhere, and
            ``GEMINI_CLI_HOME`` that Gemini CLI does.
    """
    rules = [(os.fsencode(rule.folder) + b"/", rule.kept) for rule in removals(home, environ)]
    found: dict[str, Expiry] = {}
    for key, sessions in notes:
        one = _expiry(key, next((kept for folder, kept in rules if key.startswith(folder)), None))
        for session in sessions:
            if session not in found or (found[session].gone and not one.gone):
                found[session] = one
    return found


def _expiry(name: bytes, kept: int | None) -> Expiry:
    path = os.fsdecode(name)
    try:
        written = os.stat(name).st_mtime_ns // 1_000_000  # noqa: PTH116 - of bytes
    except (FileNotFoundError, NotADirectoryError):
        return Expiry(path, gone=True)
    except OSError:  # nobody can tell
        return Expiry(path)
    return Expiry(path, None if kept is None else written + kept)


def _settings(folder: Path) -> dict[str, Any]:
    """What an agent's ``settings.json`` says; nothing where it is not there or no object of JSON."""
    try:
        said = json.loads((folder / "settings.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _kept(said: Mapping[str, Any]) -> int:
    """For how many milliseconds Claude Code keeps a transcript."""
    days = said.get("cleanupPeriodDays", _KEPT_DAYS)
    if isinstance(days, bool) or not isinstance(days, int | float) or not days >= 0:
        days = _KEPT_DAYS
    return int(min(days, _FOREVER) * DAY)


def _kept_by_gemini(said: Mapping[str, Any]) -> int:
    """For how many milliseconds Gemini CLI keeps one; 0 where it removes none for its age."""
    general = said.get("general")
    rule = general.get("sessionRetention") if isinstance(general, dict) else None
    rule = rule if isinstance(rule, dict) else {}
    if rule.get("enabled", True) is not True:
        return 0
    kept = _period(rule.get("maxAge", f"{_KEPT_DAYS}d"))
    return kept if kept >= (_period(rule.get("minRetention")) or DAY) else 0


def _period(said: object) -> int:
    """Milliseconds of ``24h``, ``30d``, ``1w`` or ``1m``, which is of 30 days; 0 for what is none."""
    found = _PERIOD.fullmatch(said) if isinstance(said, str) else None
    return min(int(found[1]), _FOREVER) * _UNITS[found[2]] if found else 0


def _real(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, RuntimeError):
        return str(path)
