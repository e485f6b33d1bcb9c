"""The prompts of a Codex session, each once, and none that nobody typed.

Codex writes a prompt down twice: as an event, and among what the model was sent; its newest form has a third
place. The second of the two also holds what Codex itself adds in the user's name. A prompt is told when it is
met first, and as often as that place has it which has it most often.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from typing import Literal

from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.readers.codex.records import parts, read
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import text_of as text

Place = Literal["event", "item", "completed"]

_REQUEST = "## My request for Codex:"
_ADDED = (
    "# AGENTS.md instructions",
    "<environment_context>",
    "<user_instructions>",
    "<INSTRUCTIONS>",
    "<turn_aborted>",
    "<skill>",
    "<user_shell_command>",
    "<user_action>",
    "<subagent_notification>",
    "<image",
    "</image>",
    "Warning: The maximum number of ",
    "Warning: apply_patch was requested via ",
    "Warning: Your account was flagged ",
    "Another language model started to solve this problem",
    "You are performing a CONTEXT CHECKPOINT COMPACTION",
    "No, don't do that — stop for now.",
    "No, don't do that — keep going though.",
)
_OPENING = re.compile(r"<([A-Za-z][\w.-]{0,60})(?:\s[^<>]{0,500})?>")
_FOLDER = re.compile(r"<cwd>([^<]{1,4096})</cwd>|^Current working directory: (.{1,4096})$", re.MULTILINE)
_HEADS = 4_096


class Prompts:
    """Tells a conversation what the person said."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._seen: dict[bytes, Counter[str]] = {}
        self._turns = Counter[str]()
        self._count = 0
        self.session = ""
        self.folder = ""

    def said(self, content: Raw, place: Place, turn: str, at: int, *, enveloped: bool = True) -> None:
        """What stands in the user's place.

        Args:
            content: a string or a list of parts.
            place: where it was met.
            turn: the agent's id of the turn it is of, as far as it has one that no other session has.
            at: when.
            enveloped: whether the file is of the form that has an event for every typed prompt, so that
                what is wrapped in a tag of any name was not typed.
        """
        texts = [
            one for one in _texts(content) if not self._is_added(one, wrapped=enveloped and place == "item")
        ]
        said = _request(_together(texts))
        if not said.head.strip():
            return
        key = blake2b("".join(f"{said.head}{said.tail}".split()).encode("utf-8", "replace"), digest_size=16)
        seen = self._seen.setdefault(key.digest(), Counter())
        seen[place] += 1
        if seen[place] <= seen["told"]:
            return
        seen["told"] += 1
        self._conversation.prompt(said, native=self._native(turn, key.hexdigest()), at=at)

    def review(self, hint: Raw, turn: str, at: int) -> None:
        """The person asked for a review."""
        asked = f"Review {text(hint)}".strip()
        key = blake2b(asked.encode("utf-8", "replace"), digest_size=16)
        self._conversation.prompt(Excerpt(asked), native=self._native(turn, key.hexdigest()), at=at)

    def _native(self, turn: str, key: str) -> str:
        """An id that a copy of the prompt in a fork of the session has too.

        That is its turn's; older forms have none that no other session has: there it is the session that
        all was forked from, the place among its prompts, and a hash of the record.
        """
        self._count += 1
        if not turn:
            return f"{self.session}#{self._count}-{key[:16]}"
        self._turns[turn] += 1
        return turn if self._turns[turn] == 1 else f"{turn}#{self._turns[turn]}"

    def _is_added(self, said: Excerpt, *, wrapped: bool) -> bool:
        """Whether Codex put this there."""
        head = said.head[:_HEADS].lstrip()
        if head.startswith(_ADDED):
            found = _FOLDER.search(said.head[:_HEADS])
            self.folder = self.folder or (found[1] or found[2] if found else "")
            return True
        opening = _OPENING.match(head) if wrapped else None
        return opening is not None and (said.tail or said.head).rstrip().endswith(f"</{opening[1]}>")


def _texts(content: Raw) -> list[Excerpt]:
    view = memoryview(content)
    if view and view[0] == ord('"'):
        return [read_string(view)]
    found = (memoryview(part.text) for part in read(view, parts) or ())
    return [read_string(one) for one in found if one and one[0] == ord('"')]


def _together(texts: list[Excerpt]) -> Excerpt:
    if len(texts) == 1:
        return texts[0]
    skipped = sum(one.skipped for one in texts)
    if not skipped:
        return Excerpt("\n".join(one.head for one in texts))
    return Excerpt(texts[0].head, texts[-1].tail or texts[-1].head, skipped)


def _request(said: Excerpt) -> Excerpt:
    """The words without what an editor put before them."""
    before, found, after = said.head.partition(_REQUEST)
    if not found or not before.lstrip().startswith("#"):
        return said
    return Excerpt(after.lstrip(), said.tail, said.skipped)
