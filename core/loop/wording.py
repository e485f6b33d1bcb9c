"""What was given to agents, and what came of it, in words."""

from __future__ import annotations

from tacit.core.loop.applications import Answer
from tacit.core.loop.records import Feedback, Offer
from tacit.core.model import Label, Offered
from tacit.core.present import count, plural
from tacit.core.text import one_line

_SAID: dict[Feedback, str] = {
    "helped": "said to have helped",
    "hindered": "said to have hindered",
    "no-effect": "said to have had no effect",
}
_SPEAKERS = {"person": "a person", "library": "a program"}
_USED: dict[Label, str] = {
    "success": "used, went well",
    "partial": "used, went well in part",
    "failure": "used, did not go well",
}


def given(offer: Offer) -> str:
    """``to claude-code through search_patterns``; text of others is cut to one clean line."""
    if not offer.given:
        return f"by {one_line(offer.agent[:60]) or _SPEAKERS.get(offer.door, 'an agent')}"
    whom = f"to {one_line(offer.agent[:60])} " if offer.agent else ""
    return f"{whom}through {one_line(offer.how[:60]) or offer.door}"


def came_of(offer: Offer, answer: Answer) -> str:
    """``used, went well``; ``not known`` as long as nobody can tell."""
    if answer.word is not None:
        return _SAID[answer.word]
    if not answer.known:
        return "not known"
    seen = "not used" if answer.result is None else _USED.get(answer.result, "used, not judged")
    return seen if offer.feedback is None else f"{seen}; {_SAID[offer.feedback]}"


def since_offered(offered: Offered | None, times: int | None = None) -> str:
    """``offered 12 times, known of 9: used in 6, went well 5 of 6``; empty where there is nothing to say.

    Args:
        offered: what followed, each task once.
        times: how often it was given, where that is at hand.
    """
    told = f"offered {plural(times, 'time')}, " if times else ""
    if offered is None:
        return f"{told}known of none" if told else ""
    known = f"{told}known of {count(offered.known) if told else plural(offered.known, 'task')}"
    if not offered.applied:
        return f"{known}: used in none"
    used = f"{known}: used in {count(offered.applied)}"
    if not offered.judged:
        return f"{used}, none judged"
    return f"{used}, went well {count(offered.successes)} of {count(offered.judged)}"
