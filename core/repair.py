"""Repair: whatever can be made right from what is sound is made right, in one transaction.

Damaged bytes go into the quarantine, indexes and counters are made anew from the records, evidence is
derived anew from the stored episodes and steps where it does not agree with them, then a review runs
and the text index is built anew if it is wrong. Pages that are broken are beyond this: a backup helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.doctor import MENDS, Finding, evidence_agrees, examine, sessions_agree
from tacit.core.embedding.check import mend_vectors
from tacit.core.embedding.spaces import finish_drops
from tacit.core.erasing import Eraser
from tacit.core.healing import EVIDENCE, recount_all
from tacit.core.learn.rederive import rederive
from tacit.core.learn.review import drift, review
from tacit.core.learn.state import touch
from tacit.core.live.heads import remove_stray_chunks
from tacit.core.tables import (
    EPISODES,
    NOTES,
    OPEN_STEPS,
    PATTERNS,
    SCHEMA,
    SESSIONS,
    STEPS,
    TOMBSTONES,
    key_of,
)
from tacit.core.tellings import erase, remove_strays
from tacit.core.tombstones import buried_alive, is_forgotten, lift
from tacit.store.mending import Mended, mend
from tacit.store.schema import CHANGES
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import Step, unheard

if TYPE_CHECKING:
    from tacit.core.config import Config


class Repair(Struct, frozen=True):
    """What a repair did, and what the doctor says afterwards.

    ``aside`` counts what went into the quarantine by table, ``rebuilt`` are the tables whose indexes,
    counters or records were made to agree with the rest, ``episodes`` how many were derived
    anew, ``sessions`` how many recounted. ``text`` and ``vectors`` say that these indexes were wrong and
    made anew, the vectors as far as a model is ready.
    """

    aside: dict[str, int]
    rebuilt: tuple[str, ...]
    episodes: int
    sessions: int
    text: bool
    findings: tuple[Finding, ...]
    vectors: bool = False

    @property
    def done(self) -> bool:
        """Whether there was anything to do."""
        counts = self.episodes + self.sessions
        return bool(self.aside or self.rebuilt or counts or self.text or self.vectors)


def repair(
    store: Store,
    step: Step | None = None,
    *,
    quota: int | None = None,
    config: Config | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Repair:
    """Repair an open store. Others may have it open: they wait to write, and read on.

    Args:
        store: which, open for writing.
        step: told how many records were looked at so far.
        quota: how large the store may be, in bytes; for the findings.
        config: says which model embeds dropped vectors anew; without it the next import does.
        cancelled: asked now and then while the text index is built.
    """
    finish_drops(store)
    found = tuple(examine(store, step, quota=quota))
    mended, episodes, sessions = Mended({}, ()), 0, 0
    if any(finding.hint == MENDS for finding in found):
        mended, episodes, sessions = store.write(lambda write: _mend(write, step or unheard), large=True)
        review(store)
    text = _text(store, anew=CHANGES in mended.aside, cancelled=cancelled)
    vectors = mend_vectors(store, config, cancelled)
    repair = Repair(mended.aside, mended.rebuilt, episodes, sessions, text, found, vectors)
    return replace(repair, findings=tuple(examine(store, step, quota=quota))) if repair.done else repair


def _mend(write: Write, step: Step) -> tuple[Mended, int, int]:
    mended = mend(write, SCHEMA, step)
    write.flush()  # heals what lost something
    episodes = sessions = 0
    if mended.aside.keys() & EVIDENCE:
        episodes, sessions = write.count(EPISODES, "total"), write.count(SESSIONS, "total")
    if evidence_agrees(write).level != "ok":
        episodes = rederive(write)
    rebuilt = set(mended.rebuilt)
    if remove_strays(write):
        rebuilt.add(STEPS.name)
    if remove_stray_chunks(write):
        rebuilt.add(OPEN_STEPS.name)
    if buried := buried_alive(write):
        _revive(write, buried)
        rebuilt.add(TOMBSTONES.name)
    if sessions_agree(write).level != "ok":
        sessions = recount_all(write)
    if PATTERNS.name in rebuilt or drift(write):
        rebuilt.add(PATTERNS.name)
        touch(write)
    write.note("repair", "store", (), f"{sum(mended.aside.values())} set aside")
    return replace(mended, rebuilt=tuple(sorted(rebuilt))), episodes, sessions


def _revive(write: Write, buried: Sequence[str]) -> None:
    """What is there lives; but what was forgotten goes."""
    forgotten = [one for one in buried if is_forgotten(write, one)]
    eraser = Eraser(write)
    eraser.erase((one for one in forgotten if one[0] == "s"), (one for one in forgotten if one[0] == "e"))
    eraser.finish()
    for one in forgotten:
        if one[0] == "n":
            erase(write, NOTES, key_of(one), eraser.spent)
    for one in buried:
        lift(write, one)
    touch(write)


def _text(store: Store, *, anew: bool, cancelled: Callable[[], bool]) -> bool:
    """Build the text index anew where it is wrong; whether that was done."""
    from tacit.core.texts import check_text, rebuild_text

    found = check_text(store)  # nothing where there is no index
    if not found or (not anew and all(one.level == "ok" for one in found)):
        return False
    return rebuild_text(store, cancelled=cancelled)
