"""Resources: a pattern and an episode, as JSON, by their ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from tacit.core.jsonform import Json

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held

_MIME = "application/json"
_LISTED = 20
_URI = re.compile(r"tacit://(pattern/p|episode/e)-[0-9a-zA-Z]{4,12}")

TEMPLATES: list[Json] = [
    {
        "uriTemplate": "tacit://pattern/{id}",
        "name": "pattern",
        "title": "A learned pattern",
        "description": "Its numbers, its trend and where it was seen.",
        "mimeType": _MIME,
    },
    {
        "uriTemplate": "tacit://episode/{id}",
        "name": "episode",
        "title": "A task that was done",
        "description": "Its prompt, outcome and steps.",
        "mimeType": _MIME,
    },
]


def listed(held: Held) -> Json:
    """The patterns that matter most."""
    from tacit.core.recall.quoting import quoted

    memory = held.memory()
    found = memory.page("patterns", memory.plan(), _LISTED)
    return {
        "resources": [
            {
                "uri": f"tacit://pattern/{one.id}",
                "name": one.id,
                "title": quoted(one.title),
                "mimeType": _MIME,
            }
            for one in found.items
        ]
    }


def read(held: Held, uri: str, agent: str) -> Json:
    """What a resource holds. Giving a pattern away is an offer.

    Raises:
        MCPError: there is none.
    """
    from tacit.app.mcp.answering import offer, told
    from tacit.app.mcp.calls import Call
    from tacit.app.mcp.schemas import inputs
    from tacit.app.mcp.tools import advising, episodes
    from tacit.core.errors import NotFound, Usage
    from tacit.core.jsonform import encode

    if not _URI.fullmatch(uri):
        raise _unknown(uri)
    public_id = uri.rpartition("/")[2]
    try:
        if public_id.startswith("p-"):
            call: Call[Any] = Call(held, inputs.ExplainPattern(id=public_id), agent)
            answer = advising.explain_pattern(call)
            offer("resource", call, answer.given)
        else:
            call = Call(held, inputs.GetEpisode(id=public_id, steps=True), agent)
            answer = episodes.get_episode(call)
    except (NotFound, Usage):
        raise _unknown(uri) from None
    text = encode(told(answer.value, quotes=True)).decode()
    return {"contents": [{"uri": uri, "mimeType": _MIME, "text": text}]}


def _unknown(uri: str) -> MCPError:
    from tacit.app.mcp.bounds import shown

    return MCPError(types.INVALID_PARAMS, "There is no such resource.", {"uri": shown(uri, 200)})
