"""What stands in the messages of Gemini CLI: strings, or parts as its model takes them (``Part``)."""

from __future__ import annotations

import re

from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import fields_of, is_text, is_true, items_of

_PICTURE = "[image]"
_KNOWN = frozenset(
    (
        "text",
        "thought",
        "thoughtSignature",
        "functionCall",
        "functionResponse",
        "inlineData",
        "fileData",
        "executableCode",
        "codeExecutionResult",
        "videoMetadata",
    )
)
_INJECTED = re.compile(
    r"\s*(?:<(?:session_context|hook_context|state_snapshot|scratchpad)>|System: Please continue\."
    r"|System: Potential loop detected|This is the Gemini CLI\. We are setting up the context"
    r"|I ran the following shell command:\n|\?\s*$)"
)
_ATTACHED = re.compile(r"(?:\A|\n)\s*--- Content from referenced files ---")
_ABSENT = Raw()


def parts_of(content: Raw, tally: ReadTally | None = None) -> list[dict[str, Raw]]:
    """The parts of a content; a bare string is a part with that text. What is no known part is counted."""
    found = []
    for item in items_of(content):
        part = {"text": item} if is_text(item) else fields_of(item)
        if tally is not None and _KNOWN.isdisjoint(part):
            tally.drifted("unknown part", min(part, default=""))
        found.append(part)
    return found


def typed(content: Raw, shown: Raw = _ABSENT) -> Excerpt:
    """What a person typed of the content of a user's message; empty if nobody did.

    Args:
        content: as the model got it: with the files that were named in it, and what hooks said.
        shown: as it was shown (``displayContent``), where that differs.
    """
    texts = _texts(shown) or _texts(content)
    kept: list[Excerpt] = []
    for text in texts:
        attached = _ATTACHED.search(text.head)
        said = Excerpt(text.head[: attached.start()]) if attached else text
        if said.head.strip() and not _INJECTED.match(said.head):
            kept.append(said)
        if attached:
            break
    if not kept and not texts and any({"inlineData", "fileData"} & part.keys() for part in parts_of(content)):
        return Excerpt(_PICTURE)
    return kept[0] if len(kept) == 1 else Excerpt("\n".join(one.head + one.tail for one in kept))


def response_of(result: Raw) -> tuple[Excerpt, bool]:
    """What a tool gave back as the model got it, and whether it stands there as an error."""
    parts = parts_of(result)
    for part in parts:
        answer = fields_of(part.get("functionResponse")).get("response")
        if answer is None:
            continue
        fields = fields_of(answer)
        for name in ("output", "error"):
            if is_text(fields.get(name)):
                return read_string(memoryview(fields[name])), name == "error"
        return Excerpt(str(memoryview(answer), "utf-8", "replace")), "error" in fields
    texts = _texts(result)
    return texts[0] if texts else Excerpt(""), False


def _texts(content: Raw) -> list[Excerpt]:
    """The text parts that are not the model's thoughts."""
    return [
        read_string(memoryview(part["text"]))
        for part in parts_of(content)
        if is_text(part.get("text")) and not is_true(part.get("thought"))
    ]
