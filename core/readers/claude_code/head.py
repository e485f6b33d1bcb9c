"""What a transcript says about its session as a whole: id, title, directory, span of time."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

from tacit.core.drafts import SessionDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import TITLE_CHARACTERS
from tacit.core.readers.claude_code.index import number
from tacit.core.readers.claude_code.records import Line
from tacit.core.redaction import Redactor

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NO_MODEL = "<synthetic>"


class Head:
    """Collects the session's own fields while the records of its main file pass by."""

    def __init__(self) -> None:
        self._session = ""
        self._directory = ""
        self._branch: str | None = None
        self._version: str | None = None
        self._model: str | None = None
        self._given_title = ""
        self._made_title = ""
        self._summaries: dict[int, str] = {}
        self._started = 0
        self._ended = 0
        self._first = b""

    def take(self, line: Line, raw: memoryview, at: int) -> None:
        """Look at one record of the time ``at``."""
        if not self._first:
            self._first = blake2b(raw, digest_size=16).digest()
        if line.type == "summary" and line.summary:
            self._summaries[number(line.leafUuid)] = line.summary
        self._given_title = line.customTitle or self._given_title
        self._made_title = line.aiTitle or self._made_title
        if not line.uuid or line.sidechain:
            return
        self._session = self._session or line.session or ""
        self._directory = self._directory or line.cwd or ""
        self._branch = self._branch or line.gitBranch or None
        self._version = line.version or self._version
        if self._model is None and line.message is not None and line.message.model != _NO_MODEL:
            self._model = line.message.model
        if at:
            self._started = min(self._started or at, at)
            self._ended = max(self._ended, at)

    def native(self, path: Path) -> str:
        """The session's own id.

        That is the file's name where it is one, else the id it speaks of, else a hash of the first
        record, never of the path.
        """
        if UUID.fullmatch(path.stem):
            return path.stem.lower()
        return self._session or f"record-{self._first.hex()}"

    def title(self, rows: dict[int, int], first_prompt: str) -> str:
        """The session's title.

        Given by the person, made by the agent, summed up for a record of this very file, or the first
        line of the first prompt.
        """
        summed = [text for leaf, text in self._summaries.items() if leaf in rows]
        named = self._given_title or self._made_title or (summed[-1] if summed else "")
        for line in (named or first_prompt).splitlines():
            if line.strip():
                return line.strip()
        return ""

    def draft(self, agent: str, path: Path, title: str, redact: Redactor) -> SessionDraft:
        """The session. Its directory becomes its project, a part of keys: no hash of a secret in it."""

        def clean(text: str) -> str:
            return without_hash(redact(text))

        if len(title) > TITLE_CHARACTERS:
            title = title[: TITLE_CHARACTERS - 1].rstrip() + "…"
        return SessionDraft(
            agent=agent,
            native=clean(self.native(path)),
            title=title,
            directory=clean(self._directory),
            started=self._started,
            ended=self._ended,
            branch=self._branch and clean(self._branch),
            model=self._model and clean(self._model),
            version=self._version and clean(self._version),
        )
