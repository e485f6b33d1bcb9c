"""The JSON forms of what is said of an episode in looking back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tacit.core.jsonform import Json, rounded, without_hash

if TYPE_CHECKING:
    from tacit.core.learn.remarks import Reflection, Remark
    from tacit.core.learn.reward import Reward
    from tacit.core.lookback import Lookback


def lookback_json(found: Lookback) -> Json:
    """All of it, as ``memory show`` tells it."""
    return {
        "summary": without_hash(found.summary.text),
        "reward": reward_json(found.reward),
        "learned": found.learned,
        "reflection": reflection_json(found.reflection),
        "salient": {
            name: [without_hash(text) for text in getattr(found.salient, name)]
            for name in ("files", "tools", "errors", "decisions")
        },
    }


def reward_json(reward: Reward | None) -> Json | None:
    """The reward and its factors; ``null`` where nobody could judge the outcome."""
    if reward is None:
        return None
    names = ("value", "base", "efficiency", "complexity", "quality", "learning")
    return {name: rounded(getattr(reward, name)) for name in names}


def reflection_json(reflection: Reflection) -> Json:
    """What went well, what to do better, what is worth knowing; each with the steps it rests on."""
    return {
        "successes": _remarks(reflection.successes),
        "improvements": _remarks(reflection.improvements),
        "insights": _remarks(reflection.insights),
    }


def _remarks(remarks: Iterable[Remark]) -> list[Json]:
    return [{"text": without_hash(one.text), "steps": list(one.steps)} for one in remarks]
