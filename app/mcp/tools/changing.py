"""Tools that change what is known: feedback, and deleting what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.mcp.calls import Answer, Call
from tacit.app.mcp.schemas import inputs
from tacit.app.mcp.tools.advising import pattern_of
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.memory import Memory


def record_feedback(call: Call[inputs.RecordFeedback]) -> Answer:
    """Keep what was said of the newest offer of a pattern."""
    asked = call.asked
    offer = call.memory().feedback(
        asked.id,
        asked.said,
        door=call.held.door,
        agent=call.agent,
        session=asked.session,
        episode=asked.episode or call.episode,
    )
    return Answer({"id": offer.pattern, "said": asked.said})


def delete_pattern(call: Call[inputs.DeletePattern]) -> Answer:
    """Delete a pattern as one step of undo of agents, or take the newest such step back."""
    asked, memory = call.asked, call.memory()
    if asked.restore == bool(asked.id):
        raise Usage(
            "Give either the id of a pattern, or restore: true.",
            "restore takes back the newest delete, whole.",
        )
    if asked.restore:
        return _restored(memory)
    pattern = pattern_of(memory, asked.id or "")
    receipt = memory.delete([pattern.id])
    _weigh_soon(memory)
    undo = "delete_pattern with restore: true takes this back; a person does it by `memory undo --of agent`."
    return Answer({"id": pattern.id, "deleted": receipt.patterns, "restored": 0, "undo": undo})


def _restored(memory: Memory) -> Answer:
    receipt = memory.undo()
    if receipt is None:
        raise Usage(
            "No agent deleted anything that could be restored.", "Only deletes of agents are taken back here."
        )
    _weigh_soon(memory)
    first = receipt.ids[0] if receipt.ids else ""
    undo = "delete_pattern with this id deletes it again."
    return Answer({"id": first, "deleted": 0, "restored": receipt.patterns, "undo": undo})


def _weigh_soon(memory: Memory) -> None:
    """Let a thread weigh the other patterns anew, where that was put off."""
    if memory.review_due():
        memory.learn_soon()
