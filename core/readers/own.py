"""Tacit's own readers, each loaded when the first file is met that may be of its agent.

Most homes hold the files of one agent or two, and to load every reader takes longer than to find out that
nothing is new. So of each there stand here its name, the usual places, and the marks without which it
recognises no file. What a mark is found in is recognised by the reader itself, and by nothing
else: so whoever teaches a reader to recognise more looks at its marks, which every test of it is held to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import cast

from tacit.core.readers import usual
from tacit.core.readers.base import Reader, Source, Transcript
from tacit.core.readers.discovery import DATABASE
from tacit.core.redaction import Redactor

Places = Callable[[Path, Mapping[str, str]], list[Path]]


class OwnReader:
    """A reader of Tacit's own: it answers what needs no look into a file itself.

    Args:
        name: the agent.
        within: ``module:class`` of the reader, below :mod:`tacit.core.readers`.
        roots: the usual places of :mod:`tacit.core.readers.usual`.
        marks: in the head of a file that the reader recognises is one of these, whatever else there is.
        named: the name of a file that is recognised without a mark.
    """

    def __init__(
        self, name: str, within: str, roots: Places, marks: tuple[bytes, ...], named: str = ""
    ) -> None:
        self.name = name
        self.place = f"tacit.core.readers.{within}"
        self.roots = roots
        self._marks = marks
        self._named = named

    @cached_property
    def whole(self) -> Reader:
        """The reader itself, loaded when it is first asked for."""
        module, _, of = self.place.partition(":")
        return cast(Reader, getattr(import_module(module), of)())

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the reader recognises a file; it is not asked where no mark is."""
        return self.may_be(path, head) and self.whole.recognises(path, head)

    def may_be(self, path: Path, head: bytes) -> bool:
        """Whether a mark is there, or the name that needs none."""
        return any(mark in head for mark in self._marks) or path.name == self._named

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """See :class:`tacit.core.readers.base.Reader`."""
        return self.whole.main_of(path, head)

    def companions(self, path: Path) -> tuple[Path, ...]:
        """See :class:`tacit.core.readers.base.Reader`."""
        return self.whole.companions(path)

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """See :class:`tacit.core.readers.base.Reader`."""
        return self.whole.read(source, redact)


def own_readers() -> list[OwnReader]:
    """Tacit's own readers, by name: there whatever the metadata of the installation says."""
    return [
        OwnReader("aider", "aider.reader:AiderReader", usual.aider, (b"# aider chat",)),
        OwnReader("claude-code", "claude_code.reader:ClaudeCodeReader", usual.claude_code, _CLAUDE),
        OwnReader("cline", "cline.reader:ClineReader", usual.cline, _CLINE),
        OwnReader("codex", "codex.reader:CodexReader", usual.codex, _CODEX),
        OwnReader("copilot", "copilot.reader:CopilotReader", usual.copilot, _COPILOT),
        OwnReader("cursor", "cursor.reader:CursorReader", usual.cursor, _CURSOR),
        OwnReader("gemini", "gemini.reader:GeminiReader", usual.gemini, (b'"projectHash"',), ".project_root"),
        OwnReader("goose", "goose.reader:GooseReader", usual.goose, _GOOSE),
        OwnReader("mini-swe-agent", "mini_swe_agent.reader:MiniSweAgentReader", usual.mini_swe_agent, _MINI),
        OwnReader("opencode", "opencode.reader:OpenCodeReader", usual.opencode, _OPENCODE),
        OwnReader("openhands", "openhands.reader:OpenHandsReader", usual.openhands, _OPENHANDS),
        OwnReader("swe-agent", "swe_agent.reader:SweAgentReader", usual.nowhere, (b'"trajectory"',)),
        OwnReader("tacit-jsonl", "tacit_jsonl.reader:TacitJsonlReader", usual.nowhere, (b'"tacit"',)),
        OwnReader("tau-bench", "tau_bench.reader:TauBenchReader", usual.nowhere, (b'"traj"',)),
    ]


_CLAUDE = (
    *(b'"sessionId"', b'"parentUuid"', b'"isSidechain"', b'"leafUuid"', b'"uuid"'),
    *(b'"file-history-snapshot"', b'"queue-operation"', b'"permission-mode"'),
    *(b'"ai-title"', b'"custom-title"'),
)
_CLINE = (b'"<task>', b'"<user_message>', b'"say"', b'"files_in_context"')
_CODEX = (b'"payload"', b'"instructions"', b'"session"')
_CURSOR = (*DATABASE, b'"message"')
_COPILOT = (b'"session.start"', b'"chatMessages"', b'"timeline"')
_GOOSE = (*DATABASE, b'"message_count"', b'"created"')
_MINI = (b'"info"', b'"instance_id"', b'"messages"', b'"trajectory_format"')
_OPENCODE = (*DATABASE, b'"projectID"', b'"sessionID"', b'"type"', b'"ses_')
_OPENHANDS = (b'"action"', b'"observation"', b'"source"', b'"agent"')
