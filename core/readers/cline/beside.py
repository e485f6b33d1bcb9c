"""What lies beside the messages of a task: what was shown and when, and which model was used."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Raw

from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.loose import count_of, fields_of, items_of, parameters_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import whole

SHOWN, ABOUT = "ui_messages.json", "task_metadata.json"
_items = msgspec.json.Decoder(list[Raw])
_about = msgspec.json.Decoder(dict[str, Raw])


def shown_in(path: Path | None, tally: ReadTally) -> dict[int, tuple[int, int, int]]:
    """By place of a message of the user: when it was sent, when a call was made then, and tokens used.

    What is shown tells behind which message it was (``conversationHistoryIndex``); the task itself before
    all of them.
    """
    found: dict[int, tuple[int, int, int]] = {}
    for raw in _beside(path, tally):
        item = fields_of(raw)
        told = bytes(memoryview(item.get("conversationHistoryIndex", Raw()))[:9])
        place = 0 if told in {b"-1", b""} and not found else int(told) if told.isdigit() else -1
        if place < 0:
            continue
        at = count_of(item.get("ts"))
        asked, called, tokens = found.get(place, (at, 0, 0))
        kind = text_of(item.get("say")) or text_of(item.get("ask"))
        if kind == "api_req_started":
            used = fields_of(parameters_of(item.get("text")))
            tokens += sum(count_of(used.get(name)) for name in ("tokensIn", "tokensOut", "cacheWrites"))
        elif kind in {"tool", "command", "use_mcp_server", "browser_action"} and not called:
            called = at
        found[place] = asked, called, tokens
    return found


def _beside(path: Path | None, tally: ReadTally) -> list[Raw]:
    """The items of a list in a file beside; none where it cannot be read, which costs only times."""
    if path is None:
        return []
    try:
        file = MappedFile(path)
        tally.bytes += file.size
        return whole(file, path, _items, ReadTally())
    except (Unreadable, OSError):
        tally.skip(f"unusable {SHOWN}")
        return []


def model_in(path: Path | None, tally: ReadTally) -> str:
    """The model that was used last, as the file about the task tells it."""
    if path is None:
        return ""
    try:
        file = MappedFile(path)
        tally.bytes += file.size
        used = items_of(whole(file, path, _about, ReadTally()).get("model_usage"))
    except (Unreadable, OSError):
        return ""
    return text_of(fields_of(used[-1]).get("model_id")) if used else ""
