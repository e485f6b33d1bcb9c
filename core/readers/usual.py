"""The folders and files where each agent usually leaves transcripts; they need not exist.

A function an agent, with the home directory and the environment. They stand together, so that the usual
places can be looked into without loading what reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_EDITORS = ("Code", "Code - Insiders", "Cursor", "Windsurf", "VSCodium")
_LOG = "-wal"

EXTENSIONS = {
    "saoudrizwan.claude-dev": "cline",
    "rooveterinaryinc.roo-cline": "roo-code",
    "kilocode.kilo-code": "kilo-code",
}
"""Whose the folders of the editors' extensions are."""

FORKS = {agent: "cline" for agent in EXTENSIONS.values() if agent != "cline"}
"""Agents whose sessions the reader of another one reads."""


def nowhere(home: Path, environ: Mapping[str, str]) -> list[Path]:  # noqa: ARG001 - as all of them
    """None: such files lie where somebody put them."""
    return []


def aider(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Only what is set in the environment and what lies at home: the others lie in repositories."""
    told = environ.get("AIDER_CHAT_HISTORY_FILE")
    return [home / ".aider.chat.history.md", *([Path(told)] if told else [])]


def claude_code(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """``$CLAUDE_CONFIG_DIR/projects`` or ``~/.claude/projects``."""
    configured = environ.get("CLAUDE_CONFIG_DIR")
    return [(Path(configured) if configured else home / ".claude") / "projects"]


def cline(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Where editors keep what their extensions store, and where the command line does."""
    users = [home / ".config" / app / "User" for app in _EDITORS]
    users += [home / "Library" / "Application Support" / app / "User" for app in _EDITORS]
    users.append(home / ".vscode-server" / "data" / "User")
    stores = [user / "globalStorage" / name for user in users for name in EXTENSIONS]
    stores.append(Path(environ.get("CLINE_DIR") or home / ".cline") / "data")
    return [store / "tasks" for store in stores]


def codex(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """``sessions`` and ``archived_sessions`` in ``$CODEX_HOME``, else in ``~/.codex``."""
    configured = environ.get("CODEX_HOME")
    folder = Path(configured) if configured else home / ".codex"
    return [folder / "sessions", folder / "archived_sessions"]


def copilot(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Where it keeps the state of its sessions, and where older versions did."""
    base = Path(environ.get("COPILOT_HOME") or home / ".copilot")
    return [base / "session-state", base / "history-session-state"]


def cursor(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Where projects and the command line's sessions lie, and the editor's database on Linux and macOS."""
    settings = environ.get("XDG_CONFIG_HOME")
    apps = (Path(settings) if settings else home / ".config", home / "Library" / "Application Support")
    stores = [app / "Cursor" / "User" / "globalStorage" / "state.vscdb" for app in apps]
    logs = [store.with_name(store.name + _LOG) for store in stores]
    return [home / ".cursor" / "projects", home / ".cursor" / "chats", *stores, *logs]


def gemini(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Its temporary folder; in the sandbox of macOS it is another."""
    base = Path(environ.get("GEMINI_CLI_HOME") or home)
    return [base / ".gemini" / "tmp", home / ".cache" / ".gemini" / "tmp"]


def goose(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Below ``$GOOSE_PATH_ROOT``, else ``$XDG_DATA_HOME/goose`` or ``~/.local/share/goose``."""
    root = environ.get("GOOSE_PATH_ROOT", "")
    if root.startswith("/"):
        return [Path(root) / "data" / "sessions"]
    return [_shared(home, environ) / "goose" / "sessions"]


def mini_swe_agent(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Where ``mini`` leaves its last run."""
    told = environ.get("MSWEA_GLOBAL_CONFIG_DIR")
    folders = [Path(told)] if told else [home / ".config", home / "Library" / "Application Support"]
    below = "" if told else "mini-swe-agent"
    return [folder / below / "last_mini_run.traj.json" for folder in folders]


def opencode(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Below ``$XDG_DATA_HOME/opencode``, else ``~/.local/share/opencode``: sessions and databases.

    The messages are found from the sessions, which are written to whenever one is finished.
    """
    data = _shared(home, environ) / "opencode"
    databases = {data / "opencode.db", *data.glob("opencode-*.db")}
    named = environ.get("OPENCODE_DB")
    if named and named != ":memory:":
        databases.add(data / named)
    logs = [path.with_name(path.name + _LOG) for path in databases]
    oldest = data.glob("project/*/storage/session/info")
    return [data / "storage" / "session", *sorted(oldest), *sorted(databases), *sorted(logs)]


def openhands(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Where conversations are stored, of one user and of several, and where the command line is told to."""
    told, base = environ.get("OPENHANDS_CONVERSATIONS_DIR"), environ.get("OPENHANDS_PERSISTENCE_DIR")
    newer = Path(told) if told else Path(base) / "conversations" if base else None
    older = [home / ".openhands" / name for name in ("sessions", "conversations", "users")]
    return [*older, newer] if newer else older


def _shared(home: Path, environ: Mapping[str, str]) -> Path:
    """Where programs of a user keep their data."""
    told = environ.get("XDG_DATA_HOME")
    return Path(told) if told else home / ".local" / "share"
