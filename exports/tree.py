"""The JSON tree: an export that a person can read, compare and keep, and that can be taken back.

::

    manifest.json                                       how to know it, what it holds, what was deleted
    stats.json
    shared.json                                         what came from other memories, if anything did
    offers.json                                         what was given to agents, and what they said, if any
    patterns/<kind>/<slug>-<id>.json
    sessions/<YYYY-MM-DD>-<slug>-<id>.json              with episodes and steps

Two exports of the same knowledge are equal byte for byte. Files of ours whose thing is gone are
removed; a file that no export wrote is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tacit.core.decisions import Decided
from tacit.core.errors import TacitError, Usage
from tacit.core.jsonform import SCHEMA, pattern_json
from tacit.core.marks import Mark
from tacit.core.model import KINDS, Episode, Pattern, Session, Step
from tacit.exports import layout
from tacit.exports.files import is_folder, is_regular, locked, make_folder, remove_leftovers, replace_file
from tacit.exports.forms import document, session_document
from tacit.exports.manifest import Counts, is_export, make_manifest, manifest_json, read_manifest
from tacit.exports.offers import leaving, offers_document
from tacit.exports.shareable_form import shareable_json
from tacit.exports.source import ExportReport, Progress, Selection, Source


def write_tree(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring the tree in a directory to what the memory, or the chosen part of it, now holds.

    A tree of a selection has no ``stats.json`` and no tombstones: those speak of the whole memory.

    Raises:
        Usage: the directory holds other things and is no export.
        TacitError: it cannot be written, or another export is writing there.
    """
    try:
        _prepare(directory, part=selection is not None)
        with locked(directory):
            return _Tree(source, directory, selection, progress).write()
    except OSError as error:
        raise TacitError(
            f"Cannot write the export to {directory}: {error.strerror or error}.",
            "What was there is still whole; make room or choose another directory and export again.",
        ) from error


def _prepare(directory: Path, *, part: bool) -> None:
    """Make the directory, and refuse one that is someone else's or that a part would empty."""
    if directory.exists() and not directory.is_dir():
        raise Usage(f"{directory} is not a directory.", "Choose a new or empty directory.")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    foreign = any(path.name != layout.LINES for path in directory.iterdir())
    if foreign and not is_export(directory):
        raise Usage(f"{directory} is not empty and no export of Tacit.", "Choose a new or empty directory.")
    manifest = read_manifest(directory) if part else None
    if manifest is not None and not manifest.selection:
        raise Usage(f"{directory} holds an export of everything.", "Choose another directory for a part.")


class _Tree:
    """One run over a directory that is ours and locked."""

    def __init__(
        self, source: Source, directory: Path, selection: Selection | None, progress: Progress | None
    ) -> None:
        self.source = source
        self.directory = directory
        self.selection = selection
        self.progress = progress
        self.written = self.unchanged = 0
        self.patterns = self.sessions = self.episodes = self.steps = 0
        self.chosen: set[str] = set()
        self.told: set[str] = set()
        self.marks: dict[str, Mark] = {}
        self.aliases: dict[str, str] = {}
        self.names: dict[Path, set[str]] = {}

    def write(self) -> ExportReport:
        """All files, the manifest last; then what is gone is removed."""
        tombstones = () if self.selection else tuple(self.source.tombstones())
        self._begin(tombstones)
        chosen = self.selection
        for pattern in chosen.patterns if chosen else self.source.export_patterns():
            self._pattern(pattern)
        for session in chosen.sessions if chosen else self.source.export_sessions():
            self._session(session)
        if chosen is None:
            self._file(self.directory, layout.STATS, document(self.source.stats_json()))
            self._shared()
        self._offers()
        counts = Counts(self.patterns, self.sessions, self.episodes, self.steps)
        manifest = make_manifest(
            complete=True,
            selection=chosen is not None,
            tombstones=tombstones,
            counts=counts,
            decided=self._decided(),
            marks=self.marks.items(),
            aliases=(self.aliases if chosen else self.source.aliases()).items(),
        )
        self._file(self.directory, layout.MANIFEST, document(manifest_json(manifest)))
        return self._report(self._remove_vanished())

    def _begin(self, tombstones: Iterable[tuple[str, str]]) -> None:
        """Leave a sign at once that this is ours: what follows may be interrupted."""
        if not (self.directory / layout.MANIFEST).exists():
            sign = make_manifest(complete=False, selection=self.selection is not None, tombstones=tombstones)
            replace_file(self.directory / layout.MANIFEST, document(manifest_json(sign)))
        for folder in self._folders():
            if is_folder(folder):
                remove_leftovers(folder)
        make_folder(self.directory / layout.PATTERNS)
        make_folder(self.directory / layout.SESSIONS)

    def _pattern(self, pattern: Pattern) -> None:
        folder = self.directory / layout.PATTERNS / pattern.kind
        self._file(folder, layout.pattern_name(pattern), document(pattern_json(pattern)))
        self.patterns += 1
        if self.selection is not None:
            self.chosen.update((pattern.id, *pattern.variant_ids))

    def _shared(self) -> None:
        """What came from other memories, where anything did."""
        parcels = [
            shareable_json(one.patterns, one.source, one.shared_at) for one in self.source.export_shared()
        ]
        if parcels:
            self._file(self.directory, layout.SHARED, document({"schema": SCHEMA, "sources": parcels}))

    def _offers(self) -> None:
        """What was given and said, where anything was; of a part that of its patterns and sessions."""
        form = offers_document(*leaving(self.source, self.chosen, self.told, part=self.selection is not None))
        if form is not None:
            self._file(self.directory, layout.OFFERS, document(form))

    def _decided(self) -> Mapping[str, Decided]:
        """What was decided of the patterns that leave; of all there ever were where everything does."""
        said = self.source.decided()
        return said if self.selection is None else {one: said[one] for one in self.chosen & said.keys()}

    def _session(self, session: Session) -> None:
        folder = self.directory / layout.SESSIONS
        self._file(folder, layout.session_name(session), session_document(session, self._counted(session)))
        self.sessions += 1
        self.told.add(session.id)
        if session.told_project:
            self.aliases[session.told_project] = session.project

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

    def _file(self, folder: Path, name: str, chunks: Iterable[bytes]) -> None:
        if folder not in self.names:
            if folder != self.directory:
                make_folder(folder)
            self.names[folder] = set()
        self.names[folder].add(name)
        if replace_file(folder / name, chunks):
            self.written += 1
        else:
            self.unchanged += 1
        if self.progress is not None:
            self.progress(self.written + self.unchanged)

    def _folders(self) -> list[Path]:
        patterns = self.directory / layout.PATTERNS
        return [self.directory, self.directory / layout.SESSIONS, *(patterns / kind for kind in KINDS)]

    def _remove_vanished(self) -> int:
        """Remove the files of ours that this run did not write, and folders of a kind left empty."""
        removed = 0
        for folder in filter(is_folder, self._folders()):
            kept = self.names.get(folder, set())
            for path in list(folder.iterdir()):
                if path.name not in kept and self._is_ours(folder, path.name) and is_regular(path):
                    path.unlink()
                    removed += 1
            if folder.parent.name == layout.PATTERNS and not any(folder.iterdir()):
                folder.rmdir()
        return removed

    def _is_ours(self, folder: Path, name: str) -> bool:
        if folder == self.directory:
            return name in {layout.STATS, layout.SHARED, layout.OFFERS}
        if folder.name == layout.SESSIONS:
            return layout.is_session_name(name)
        return layout.is_pattern_name(name)

    def _report(self, removed: int) -> ExportReport:
        return ExportReport(
            path=str(self.directory),
            files=self.written + self.unchanged,
            written=self.written,
            unchanged=self.unchanged,
            removed=removed,
            patterns=self.patterns,
            sessions=self.sessions,
        )
