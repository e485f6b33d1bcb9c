"""What follows from the records agrees with them: counts, text index, backups; and nothing is left over."""

from __future__ import annotations

import os
import re
import runpy
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import vectors
from deeds import both_ways
from record import Record, some

from tacit import Memory
from tacit.core import texts
from tacit.core.backup_files import backups_of
from tacit.core.backup_restore import restore_into
from tacit.core.backups import verify_backup
from tacit.exports.layout import PATTERNS

RECOUNT = Path(__file__).parents[1] / "core" / "learn" / "test_recount.py"
ALWAYS = (
    "test_every_number_of_every_row_comes_out_again",
    "test_every_use_of_every_candidate_comes_out_again",
    "test_every_row_has_its_support",
    "test_no_two_rows_of_a_kind_share_half_of_their_steps",
    "test_the_evidence_of_every_row_really_holds_it",
)
UNLESS_DELETED = ("test_nothing_with_support_is_missing",)
WORDS = ("parser", "ruff", "missing", '"os` imported"', "task 2", "src read", "h3", "nothing-like-this")
RESTORED = 3
"""So many backups are taken back; every one is read."""


@cache
def _recount() -> dict[str, Any]:
    return runpy.run_path(str(RECOUNT))


def wrong_counts(memory: Memory, exported: Path, when: str) -> Iterator[str]:
    """The plain recount of what was exported comes to the same numbers."""
    rules = _recount()
    tree = rules["tree_of"](memory, exported)
    for one in (one["id"] for one in tree.patterns if one["id"] not in tree.evidence):  # put away
        uses = memory.evidence(one)
        tree.evidence[one] = [
            rules["Seen"](use.episode, use.session, use.result, use.at, use.first, use.last) for use in uses
        ]
    with_all = not any(one[0] == "p" for one, _ in memory.tombstones()) and not memory.decided()
    for rule in (*ALWAYS, *(UNLESS_DELETED if with_all else ())):
        try:
            if tree.patterns:
                rules[rule](tree)
        except AssertionError as error:
            yield f"recount {when}: {rule}: {str(error)[:500]}"


def wrong_text(memory: Memory) -> Iterator[str]:
    """Once it has caught up, the text index finds what looking at every record finds."""
    store = memory._store
    texts.LEAST = 1
    if not memory.catch_up(lambda: False):
        yield "the text index did not catch up"
    yield from (
        f"{one.level}: {one.what} ({one.count})" for one in texts.check_text(store) if one.level != "ok"
    )
    for words in WORDS:
        quick, slow = both_ways(memory, words)
        if quick != slow:
            yield f"“{words}”: {len(quick)} found through the index, {len(slow)} without"


def wrong_backups(record: Record) -> Iterator[str]:
    """Every backup is whole, and what is taken back is a sound store."""
    folder = Path(backups_of(str(record.store)))
    made = sorted(folder.glob("*.backup")) if folder.is_dir() else []
    for path in made:
        try:
            verify_backup(str(path))
        except Exception as error:
            yield f"{path.name}: {error}"
    for path in made[-RESTORED:]:
        place = record.root / "restored"
        shutil.rmtree(place, ignore_errors=True)
        restore_into(str(path), place).close()
        with Memory.open(place) as memory:
            memory.review()
            memory.finish_chores()
            bad = [one.what for one in memory.doctor() if one.level != "ok"]
        if bad:
            yield f"{path.name}, taken back: {some(bad)}"


def leftovers(record: Record) -> Iterator[str]:
    """After one more of everything there is no file that a new store does not have.

    Of few transcripts nothing may be learned, where the store also learned from what was recorded live.
    """
    like = record.root / "like"
    with Memory.open(record.store) as memory, Memory.open(like) as other:
        other.import_paths([record.folder])
        for one, place in ((memory, record.root / "exporter-1"), (other, record.root / "like-export")):
            one.create_backup()
            one.catch_up(lambda: False)
            vectors.asked(one)
            one.export(place)
    for left, right in (
        (record.store, like),
        (record.root / "exporter-1", record.root / "like-export"),
    ):
        if more := _shape(left) - _shape(right) - {PATTERNS}:
            yield f"left over in {left.name}: {some(more)}"
    backups = {path.name for path in Path(backups_of(str(record.store))).iterdir()}
    if more := {name for name in backups if not name.endswith(".backup")}:
        yield f"left over among the backups: {some(more)}"


def processes(root: Path) -> Iterator[str]:
    """No process of the run lives on."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if (
            os.fsencode(root) in words
            and entry.name not in {str(os.getpid()), str(os.getppid())}
            and b"actors.py" in words[1]
        ):
            yield f"process {entry.name} lives on: {b' '.join(words).decode(errors='replace')}"


def _shape(folder: Path) -> set[str]:
    """The names of all files, ids and numbers in them alike."""
    names = (os.path.relpath(path, folder) for path in folder.rglob("*") if path.is_file())
    return {
        re.sub(r"[0-9a-f]{6,}|\d+", "#", name) if "/" not in name else name.split("/")[0] for name in names
    }
