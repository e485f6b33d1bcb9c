"""Looking back at an episode: its reward, reflection, salient features and summary.

All of it is derived on demand from the episode, its steps and the patterns it feeds; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tacit.core.errors import NotFound
from tacit.core.evidence import fed_by
from tacit.core.holding import read_steps
from tacit.core.ids import parse_id
from tacit.core.learn.events import uses_of
from tacit.core.learn.reflection import reflect
from tacit.core.learn.remarks import Reflection
from tacit.core.learn.remarks_end import Known
from tacit.core.learn.reward import Reward, course_of, reward
from tacit.core.learn.salient import Salient, salient
from tacit.core.learn.summary import Summary, summarise
from tacit.core.model import Episode, Step, Use
from tacit.core.tables import CONTRIBUTIONS, EPISODES, LABELS, key_of
from tacit.store.reading import Read


class Lookback(Struct, frozen=True):
    """What can be said of an episode. ``learned`` counts listed patterns that it was the last proof of.

    ``reward`` is ``None`` where nobody could judge how it ended.
    """

    reward: Reward | None
    learned: int
    reflection: Reflection
    salient: Salient
    summary: Summary


def look_back(read: Read, episode_id: str) -> Lookback:
    """Look back at a held episode, in the light of the patterns known before it.

    Raises:
        NotFound: somebody deleted it a moment ago.
    """
    episode = read.get(EPISODES, key_of(episode_id))
    if episode is None:
        raise NotFound(f"{episode_id} was deleted.", "`memory undo --list` shows what can be taken back.")
    steps = read_steps(read, episode)
    known, learned = _fed(read, episode)
    found, reflection = alone(episode, steps, known, learned)
    return Lookback(found, learned, reflection, salient(episode.prompt), summarise(episode, reflection))


def alone(
    episode: Episode, steps: Sequence[Step], known: Sequence[Known] = (), learned: int = 0
) -> tuple[Reward | None, Reflection]:
    """Reward and reflection. Without ``known`` and ``learned`` they rest on the episode and nothing else."""
    course = course_of(episode, steps, learned, complexity=episode.complexity)
    return reward(course), reflect(episode, steps, known)


def _fed(read: Read, episode: Episode) -> tuple[list[Known], int]:
    """The uses of listed patterns that were known before the episode, and how many were learned in it.

    A pattern is learned at the end of the episode that first gives it support.
    """
    contribution = read.get(CONTRIBUTIONS, key_of(episode.id))
    number = parse_id(episode.id)
    known: list[Known] = []
    learned = 0
    for pattern in () if contribution is None else fed_by(read, contribution):
        if pattern.head is not None:
            continue
        learned += pattern.learned_at == episode.ended
        if pattern.learned_at < episode.ended:
            known += [
                (pattern, Use(pattern.kind, pattern.key, LABELS[result], at, first, last))
                for key, _, at, first, last, result, _ in uses_of(read, pattern)
                if key == number
            ]
    return known, learned
