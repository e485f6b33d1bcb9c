"""The JSON forms of what was given to agents."""

from __future__ import annotations

from tacit.core.clock import rfc3339
from tacit.core.jsonform import Json, without_hash
from tacit.core.loop.applications import Answer
from tacit.core.loop.records import Offer


def offer_json(offer: Offer) -> Json:
    """When a pattern was given to an agent, through what, and what was said of that."""
    return {
        "at": rfc3339(offer.at),
        "door": offer.door,
        "how": offer.how,
        "agent": offer.agent or None,
        "project": without_hash(offer.project) or None,
        "session": offer.session or None,
        "episode": offer.episode or None,
        "feedback": offer.feedback,
        "said": rfc3339(offer.said) if offer.feedback else None,
        "said_by": None if offer.feedback is None else "person" if offer.person else "agent",
    }


def answered_json(offer: Offer, answer: Answer) -> Json:
    """An offer and what came of it: ``known``, whether it was ``applied``, and the ``result`` of that."""
    told = {**offer_json(offer), "episode": answer.episode or offer.episode or None}
    return {**told, "known": answer.known, "applied": answer.result is not None, "result": answer.result}
