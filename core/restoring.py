"""What taking an exported tree back needs of the memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from tacit.core import decisions
from tacit.core.decisions import Decided
from tacit.core.import_report import ImportReport
from tacit.core.importing import conclude
from tacit.core.ingest import Importer
from tacit.core.learn.outcome import as_judged
from tacit.core.learn.paths import short_name
from tacit.core.learn.state import touch
from tacit.core.loop.offers_exchange import adopt as adopt_offers
from tacit.core.loop.records import Offer, ToldOutcome
from tacit.core.marking import adopt
from tacit.core.marks import Mark
from tacit.core.merging import adopt as adopt_aliases
from tacit.core.model import Episode, Session, Step
from tacit.core.notes.records import Note
from tacit.core.notes.report import NotesTaken
from tacit.core.notes.restoring import adopt_notes
from tacit.core.redaction import Redactor
from tacit.core.sharing import Parcel, take
from tacit.core.tombstones import bury, lives, role_of, table_of
from tacit.store.store import Store
from tacit.store.transaction import Write

T = TypeVar("T", Session, Episode)


class Restoring:
    """One run that stores sessions as an export tells them, then derives patterns from them.

    Attributes:
        redact: to be applied to every text of the tree.
    """

    def __init__(self, store: Store, redact: Redactor, aliases: Mapping[str, str], *, dry_run: bool) -> None:
        self._store = store
        self._dry_run = dry_run
        self._aliases = aliases
        self._importer = Importer(store, redact, aliases=aliases, dry_run=dry_run)
        self._tombstones: list[tuple[str, str]] = []
        self._marks: list[tuple[str, Mark]] = []
        self._decided: dict[str, Decided] = {}
        self._shared: list[Parcel] = []
        self._offers: list[Offer] = []
        self._outcomes: list[ToldOutcome] = []
        self._notes: NotesTaken | None = None
        self.redact = redact

    def take(self, session: Session, episodes: Iterable[tuple[Episode, list[Step]]]) -> None:
        """Store one session, its episodes as they were judged; their marks come by themselves."""
        told = ((_forwards(as_judged(episode)), steps) for episode, steps in episodes)
        self._importer.take_stored(_forwards(session), told)

    def skip(self, reason: str, count: int) -> None:
        """Report files that were left out."""
        self._importer.skipped[reason] += count

    def merge(self, aliases: Iterable[tuple[str, str]]) -> None:
        """Let names mean the projects they mean in the tree, unless they were merged here; do this first."""
        told = [(short_name(self.redact(name)), short_name(self.redact(to))) for name, to in aliases]
        if told and not self._dry_run:
            self._store.write(lambda write: adopt_aliases(write, told, self._aliases), large=True)

    def bury(self, public_id: str, role: str) -> None:
        """Keep a thing deleted that the tree says is."""
        self._tombstones.append((public_id, role))

    def mark(self, episode_id: str, mark: Mark) -> None:
        """Keep what a person said of how an episode ended, unless they said something here."""
        self._marks.append((episode_id, replace(mark, note=self.redact(mark.note))))

    def decide(self, told: Mapping[str, Decided]) -> None:
        """Pin, archive and merge patterns as there, unless something was said of that here."""
        self._decided.update(told)

    def share(self, parcel: Parcel) -> None:
        """Take in what came from another memory there, unless something newer of it is here."""
        self._shared.append(parcel)

    def offered(self, offers: Iterable[Offer], outcomes: Iterable[ToldOutcome]) -> None:
        """Keep what was given to agents there, and what they said, as far as it is not here."""
        self._offers += offers
        self._outcomes += outcomes

    def moved_in(self, notes: Iterable[Note]) -> None:
        """Keep notes of other memories, as far as they are not here and were not deleted."""
        taken = adopt_notes(self._store, notes, dry_run=self._dry_run)
        if taken.notes:
            self._notes = taken
            self._importer.changed |= taken.differs

    def finish(self, started: float) -> ImportReport:
        """Write what waits, review, and report."""
        self._importer.finish()
        if self._tombstones and not self._dry_run:
            self._store.write(self._bury_all)
        if self._marks and not self._dry_run:
            self._store.write(lambda write: adopt(write, self._marks))
        if self._decided and not self._dry_run:
            self._store.write(self._decide_all)
        if self._shared and not self._dry_run:
            self._store.write(self._take_all, large=True)
        if (self._offers or self._outcomes) and not self._dry_run:
            self._store.write(self._adopt_all, large=True)
        report = conclude(self._store, self._importer, self.redact, started, dry_run=self._dry_run)
        return replace(report, notes=self._notes)

    def _decide_all(self, write: Write) -> None:
        if decisions.adopt(write, self._decided):
            touch(write)

    def _adopt_all(self, write: Write) -> None:
        self._importer.changed |= adopt_offers(write, self._offers, self._outcomes)

    def _take_all(self, write: Write) -> None:
        taken = [take(write, parcel) for parcel in self._shared]
        self._importer.changed |= any(one.new or one.changed or one.gone for one in taken)

    def _bury_all(self, write: Write) -> None:
        """Bury what does not live here by now, and what goes with a row only where no such row lives."""
        alive = {one for one, _ in self._tombstones if lives(write, one)}
        for public_id, role in self._tombstones:
            if public_id not in alive and not (alive and role == "with"):
                bury(write, table_of(public_id), public_id, role_of(role))
        touch(write)


def _forwards(one: T) -> T:
    """It as it was told; what would end before it began ends as it begins."""
    return replace(one, ended=max(one.started, one.ended))
