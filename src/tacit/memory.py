"""The public face of the library.

Example:
    >>> from tacit import Memory
    >>> with Memory.open(folder) as memory:
    ...     report = memory.import_path(transcripts)
    ...     facts = memory.patterns("kind:heuristic", limit=3)
    >>> report.sessions
    1

    A program that keeps no transcripts tells what it does while it does it:

    >>> with Memory.open(folder) as memory, memory.start_episode("Make the login test pass") as episode:
    ...     episode.log("bash", {"command": "pytest -q"}, "1 failed in 0.10s", status="error")
    ...     episode.log("edit", {"path": "src/login.py"}, "changed")
    ...     episode.log("bash", {"command": "pytest -q"}, "12 passed in 0.31s")
    ...     done = episode.complete()
    >>> done.outcome.label, done.outcome.evidence[0].text
    ('success', 'pytest passed')
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from tacit.core.errors import StoreOlder
from tacit.core.facade import Core

if TYPE_CHECKING:
    from tacit.core.chores import Chore
    from tacit.core.import_report import ImportReport, Options, Progress
    from tacit.core.query import Plan
    from tacit.core.sharing import Taken
    from tacit.core.unpacking import Given
    from tacit.exports.formats import Format
    from tacit.exports.shareable import Shareable
    from tacit.exports.source import ExportReport


class Memory(Core):
    """A memory: what agents did, what was learned from it, and every way to ask, delete and export.

    Open it with :meth:`open`, close it or use it as a context manager. Safe to use from several
    threads; several processes may have the same memory open.
    """

    @classmethod
    def open_demo(cls, *, reset: bool = False, command: str = "", **options: Any) -> Self:
        """Open the demo store, made on first use by importing generated transcripts.

        One of an older version is made anew.

        Args:
            reset: make it anew.
            command: what is being run, for the change log.
            **options: as for :meth:`open`.
        """
        from tacit import __version__
        from tacit.core.demo.store import make_demo

        path = make_demo(__version__, reset=reset, **options)
        try:
            return cls.open(path, demo=True, command=command, upgrade=False, **options)
        except StoreOlder:
            make_demo(__version__, reset=True, **options)
            return cls.open(path, demo=True, command=command, **options)

    def _import_given(
        self, given: Given, options: Options, progress: Callable[[Progress], None] | None
    ) -> ImportReport:
        from tacit.exports.manifest import is_export

        trees = [path for path in given.paths if path.is_dir() and is_export(path)]
        if trees:
            from tacit.exports.restore import restore

            return restore(self, trees, given.paths, dry_run=options.dry_run)
        return super()._import_given(given, options, progress)

    def _doers(self) -> dict[Chore, Callable[[], str]]:
        from tacit.exports.export import update_mirror

        return {**super()._doers(), "mirror": lambda: update_mirror(self)}

    def export(
        self,
        directory: str | Path | None = None,
        *,
        format: Format = "json",  # noqa: A002
        plan: Plan | None = None,
        ids: Sequence[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> ExportReport:
        """Write everything, or a part, as files that other programs read.

        Args:
            directory: where to; ``None`` is the mirror, ``export/`` beside the store's usual place.
            format: ``json`` is a tree of files a person can read and compare, ``jsonl`` one line each; the
                others stand in :data:`tacit.exports.formats.FORMS` and need a directory.
            plan: only the patterns that fit a query.
            ids: only these patterns and sessions.
            progress: told how many files or lines were handled so far.
        """
        from tacit.exports.export import export

        return export(self, directory, format=format, plan=plan, ids=ids, progress=progress)

    def agents_block(self, project: str, *, tokens: int = 1_200) -> str:
        """What is known of a project, between markers, for its ``AGENTS.md``; empty where nothing is.

        Args:
            project: its whole name.
            tokens: so many the text between the markers may take at most.
        """
        from tacit.exports.agents_block import block

        text = self.brief(project, tokens=tokens).text
        return block(text) if text else ""

    def share(
        self,
        file: str | Path | None = None,
        *,
        plan: Plan | None = None,
        ids: Sequence[str] | None = None,
        name: str | None = None,
        with_project: bool = False,
    ) -> Shareable:
        """Patterns with their numbers for other people's memories, without any transcript.

        Args:
            file: where to; without one nothing is written, and the bytes are in what is returned.
            plan: only the patterns that fit a query.
            ids: only these patterns.
            name: what the source is called; ``unnamed`` if not said.
            with_project: also kinds that name a project and files of it.
        """
        from tacit.exports.shareable import shareable, write_shareable

        made = shareable(self, plan=plan, ids=ids, name=name, with_project=with_project)
        if file is not None:
            write_shareable(made.content, Path(file))
        return made

    def import_shared(self, file: str | Path | BinaryIO, *, name: str = "", dry_run: bool = False) -> Taken:
        """Take in patterns that another memory shared; they count in no number of this one.

        Args:
            file: the file, or a stream of its bytes.
            name: what to call the source, instead of what the file does.
            dry_run: report only; nothing is stored.

        Raises:
            NothingUsable: nothing in it can be used.
        """
        from tacit.exports.shareable import import_shared

        source = Path(file) if isinstance(file, str) else file
        return import_shared(self, source, name=name, dry_run=dry_run)
