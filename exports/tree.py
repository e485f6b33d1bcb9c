"""The JSON tree: an export that a person can read, compare and keep, and that can be taken back.

::

    manifest.json                                       how to know it, what it holds, what was deleted
    stats.json
    shared.json                                         what came from other memories, if anything did
    offers.json                                         what was given to agents, and what they said, if any
    patterns/<kind>/<slug>-<id>.json
    sessions/<YYYY-MM-DD>-<slug>-<id>.json              with episodes and steps
    notes/<slug>-<id>.json                              what was moved in from other memories, if anything was

Two exports of the same knowledge are equal byte for byte. Files of ours whose thing is gone are
removed; a file that no export wrote is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tacit.core.decisions import Decided
from tacit.core.jsonform import SCHEMA, pattern_json
from tacit.core.marks import Mark
from tacit.core.model import KINDS, Episode, Session, Step
from tacit.exports import layout
from tacit.exports.directory import check_foreign, check_part, writing_to
from tacit.exports.files import make_folder
from tacit.exports.forms import document, session_document
from tacit.exports.leaving import Leaving
from tacit.exports.manifest import Counts, is_export, make_manifest, manifest_json, read_manifest
from tacit.exports.notes import note_document
from tacit.exports.offers import offers_document
from tacit.exports.shareable_form import shareable_json
from tacit.exports.source import ExportReport, Progress, Selection, Source
from tacit.exports.written import Written


def write_tree(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring the tree in a directory to what the memory, or the chosen part of it, now holds.

    A tree of a selection has no ``stats.json`` and no tombstones: those speak of the whole memory.

    Raises:
        Usage: the directory holds other things and is no export.
        TacitError: it cannot be written, or another export is writing there.
    """
    leaving = Leaving(source, selection)
    with writing_to(directory, lambda: _check(directory, part=leaving.part)):
        return _Tree(leaving, directory, progress).write()


def _check(directory: Path, *, part: bool) -> None:
    """Refuse a directory that is someone else's or that a part would empty."""
    check_foreign(directory, ours=is_export(directory))
    manifest = read_manifest(directory) if part else None
    check_part(directory, whole=manifest is not None and not manifest.selection, part=part)


class _Tree:
    """One run over a directory that is ours and locked."""

    def __init__(self, leaving: Leaving, directory: Path, progress: Progress | None) -> None:
        self.leaving = leaving
        self.source = leaving.source
        self.directory = directory
        patterns = directory / layout.PATTERNS
        self.staying = (patterns, directory / layout.SESSIONS)
        folders = (*self.staying, directory / layout.NOTES, *(patterns / kind for kind in KINDS))
        self.files = Written(directory, folders, progress)
        self.patterns = self.sessions = self.episodes = self.steps = 0
        self.marks: dict[str, Mark] = {}
        self.aliases: dict[str, str] = {}

    def write(self) -> ExportReport:
        """All files, the manifest last; then what is gone is removed."""
        leaving, files = self.leaving, self.files
        tombstones = () if leaving.part else tuple(self.source.tombstones())
        self._begin(tombstones)
        for pattern in leaving.patterns():
            folder = self.directory / layout.PATTERNS / pattern.kind
            files.put(folder, layout.pattern_name(pattern), document(pattern_json(pattern)))
            self.patterns += 1
        for session in leaving.sessions():
            self._session(session)
        for note in leaving.notes():
            files.put(self.directory / layout.NOTES, layout.note_name(note), document(note_document(note)))
        self._single_files()
        manifest = make_manifest(
            complete=True,
            selection=leaving.part,
            tombstones=tombstones,
            counts=Counts(self.patterns, self.sessions, self.episodes, self.steps),
            decided=self._decided(),
            marks=self.marks.items(),
            aliases=(self.aliases if leaving.part else self.source.aliases()).items(),
        )
        files.put(self.directory, layout.MANIFEST, document(manifest_json(manifest)))
        removed = files.remove_vanished(self._is_ours, self.staying)
        return leaving.report(
            self.directory, written=files.written, unchanged=files.unchanged, removed=removed
        )

    def _begin(self, tombstones: Iterable[tuple[str, str]]) -> None:
        """Leave a sign at once that this is ours: what follows may be interrupted."""
        if not (self.directory / layout.MANIFEST).exists():
            sign = make_manifest(complete=False, selection=self.leaving.part, tombstones=tombstones)
            self.files.sign(self.directory / layout.MANIFEST, document(manifest_json(sign)))
        for folder in self.staying:
            make_folder(folder)

    def _session(self, session: Session) -> None:
        folder, name = self.directory / layout.SESSIONS, layout.session_name(session)
        self.files.put(folder, name, session_document(session, self._counted(session)))
        self.sessions += 1
        if session.told_project:
            self.aliases[session.told_project] = session.project

    def _single_files(self) -> None:
        """The statistics and what others told, which speak of the whole; offers, of a part its own."""
        if not self.leaving.part:
            self.files.put(self.directory, layout.STATS, document(self.source.stats_json()))
            parcels = [
                shareable_json(one.patterns, one.source, one.shared_at) for one in self.source.export_shared()
            ]
            if parcels:
                shared = {"schema": SCHEMA, "sources": parcels}
                self.files.put(self.directory, layout.SHARED, document(shared))
        offers = offers_document(self.leaving.offers(), self.leaving.outcomes())
        if offers is not None:
            self.files.put(self.directory, layout.OFFERS, document(offers))

    def _decided(self) -> Mapping[str, Decided]:
        """What was decided of the patterns that leave; of all there ever were where everything does."""
        said = self.source.decided()
        if not self.leaving.part:
            return said
        return {one: said[one] for one in self.leaving.pattern_ids & said.keys()}

    def _counted(self, session: Session) -> Iterator[tuple[Episode, Iterator[Step]]]:
        """The episodes; those the session holds are counted, copies count where they are held."""
        for place, (episode, steps) in enumerate(self.source.export_episodes(session)):
            if place < session.episodes:
                self.episodes += 1
                if episode.outcome.source == "mark" and (mark := self.source.mark_of(episode.id)):
                    self.marks[episode.id] = mark
                yield episode, self._counted_steps(steps)
            else:
                yield episode, iter(steps)

    def _counted_steps(self, steps: Iterable[Step]) -> Iterator[Step]:
        for step in steps:
            self.steps += 1
            yield step

    def _is_ours(self, path: Path) -> bool:
        folder, name = path.parent, path.name
        if folder == self.directory:
            return name in {layout.STATS, layout.SHARED, layout.OFFERS}
        if folder.name == layout.SESSIONS:
            return layout.is_session_name(name)
        if folder.name == layout.NOTES:
            return layout.is_note_name(name)
        return folder.name != layout.PATTERNS and layout.is_pattern_name(name)
