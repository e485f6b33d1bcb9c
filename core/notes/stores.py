"""The stores of other memories: which they are, told by what they hold, and what notes are in them.

Reading needs no memory of one's own. It never fails on what lies in a file: what cannot be used is
counted by its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tacit.core.limits import NOTE_STORE_BYTES
from tacit.core.notes.drafts import Drafting, NoteDraft, StoreTally
from tacit.core.notes.front_matter import has_front_matter
from tacit.core.notes.markdown import ENDINGS, files_in, read_markdown
from tacit.core.notes.mcp_memory import is_graph, read_graph
from tacit.core.notes.records import NoteStore
from tacit.core.notes.text_list import is_list, read_list
from tacit.core.readers.base import HEAD, Unreadable, reason_of
from tacit.core.redaction import Redactor

_LOOKED = 500
"""So many notes of a folder are looked at for whether they have front matter."""

_ATTACHED = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".canvas", ".base", ".excalidraw")
"""What lies in a folder of notes without being one."""

_DATA = (".json", ".jsonl", ".txt", ".csv")
"""What may lie beside notes that have front matter: transcripts, and stores of other kinds."""

_PROJECTS = frozenset((
    "package.json", "pyproject.toml", "setup.py", "cargo.toml", "go.mod", "pom.xml", "build.gradle",
    "makefile", "gemfile", "composer.json", "cmakelists.txt", "mix.exs", "mkdocs.yml", "_config.yml",
    "hugo.toml",
))  # fmt: skip
"""What makes a folder a program or a site, whose Markdown is its documentation."""

_COMMON = frozenset(("memory", "memories", "notes", "mem0", "export"))
"""Names that many stores have, so that they are called by their folder's too."""


def recognised(path: Path, *, told: bool = False) -> NoteStore | None:
    """What kind of store lies at a path, by what it holds; ``None`` for none.

    Args:
        path: a file or a folder. Of a folder only Markdown notes are meant: files in it are asked apart.
        told: somebody says that it is one, so Markdown needs no front matter and may lie beside anything.
    """
    try:
        if path.is_dir():
            return "markdown" if _is_folder_of_notes(path, told=told) else None
        if not path.is_file() or path.stat().st_size > NOTE_STORE_BYTES:
            return None
        with path.open("rb") as file:
            head = file.read(HEAD)
        if path.name.lower().endswith(ENDINGS):
            return "markdown" if told or has_front_matter(head) else None
        if is_graph(head):
            return "mcp-memory"
        return "json" if is_list(path) else None
    except (OSError, Unreadable):
        return None


def read_store(path: Path, store: NoteStore, redact: Redactor, tally: StoreTally) -> Iterator[NoteDraft]:
    """Every note of a store, in its order, one at a time; a native id may come twice.

    Args:
        path: the file or the folder.
        store: what :func:`recognised` said of it.
        redact: replaces secrets, in names and ids too, and counts them.
        tally: counts what was left out; complete once the notes are read to their end.
    """
    drafting = Drafting(redact, tally)
    read = {"markdown": read_markdown, "mcp-memory": read_graph, "json": read_list}[store]
    try:
        yield from read(path, drafting)
    except Unreadable as unusable:
        tally.skip(unusable.reason)
    except OSError as error:
        tally.skip(reason_of(error))


def source_of(path: Path) -> str:
    """What a store is called where nobody says: its file or folder, a single note its folder.

    Behind the folder it lies in where many have that name, as ``proj/memory``.
    """
    path = path.absolute()
    if path.name.lower().endswith(ENDINGS) and not path.is_dir():
        path = path.parent
    common = path.name.partition(".")[0].lower() in _COMMON
    return f"{path.parent.name}/{path.name}" if common and path.parent.name else path.name or "/"


def is_graph_file(path: Path) -> bool:
    """Whether a file in a folder is a store that nothing else can be mistaken for."""
    return path.suffix in {".json", ".jsonl"} and recognised(path) == "mcp-memory"


def _is_folder_of_notes(folder: Path, *, told: bool) -> bool:
    """Whether the Markdown in a folder is notes: it is all there is, or most of it has front matter."""
    notes: list[str] = []
    data = others = 0
    for inside, _ in files_in(folder):
        name = inside.lower()
        if name in _PROJECTS and not told:
            return False
        if name.endswith(ENDINGS):
            notes.append(inside)
        elif name.endswith(_DATA):
            data += 1
        else:
            others += not name.endswith(_ATTACHED)
    if told or not notes or not (data or others):
        return bool(notes)
    opened = sum(_opens(folder / one) for one in notes[:_LOOKED])
    return 10 * others <= len(notes) and 2 * opened > len(notes[:_LOOKED])


def _opens(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return has_front_matter(file.read(2048))
    except OSError:
        return False
