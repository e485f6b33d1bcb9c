"""Reward and reflection of an episode as they leave: told by the episode and nothing else.

What depends on the patterns of this store is left out: the bonus for patterns newly learned in it, and what
is said of patterns it used. Redaction marks lose their hash before anything is cut to length. So an export
that was taken back says the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.jsonform import Json, without_hash
from tacit.core.lookback import alone
from tacit.core.lookform import reflection_json, reward_json
from tacit.core.model import Episode, Step
from tacit.exports.redacted import redacted_episode, redacted_step


def judged(episode: Episode, steps: Sequence[Step]) -> Json:
    """``{"reward", "reflection"}``; ``steps`` are all that are stored of it."""
    plain = [redacted_step(step, without_hash) for step in steps]
    reward, reflection = alone(redacted_episode(episode, without_hash), plain)
    return {"reward": reward_json(reward), "reflection": reflection_json(reflection)}
