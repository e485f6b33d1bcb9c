"""How a task will probably end: as those like it did, where that says more than the base rate.

The like tasks count one each, so that n is a number of tasks and the interval is that of any other rate
(Wilson). They are chosen by their texts alone and held against the projects they are of, like with like:
had these no bearing on the end, those that ended well would be a hypergeometric draw from each project.
The prediction beats the base rate when the exact two-sided p of what was seen is at most :data:`LEVEL`, so
that of labels dealt at random at most one question in twenty is answered wrongly. Else it abstains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.core.evidence import listed_by
from tacit.core.learn.significance import Stratum, exact
from tacit.core.learn.statistics import rate
from tacit.core.model import JUDGED_LABELS, Pattern
from tacit.core.recall.alike import Alike, Asked, asked, meanings_like, tasks_like
from tacit.core.recall.rated import Rated
from tacit.core.tables import CONTRIBUTIONS, EPISODES, key_of
from tacit.store.keys import text
from tacit.store.reading import Read

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.store import Store

LEVEL = 0.05
"""The p above which a prediction is no better than the base rate."""

LEAST_SAME = 3
"""Judged repeats of the very task from which on only they are counted, not what is merely alike."""

NAMED = 5
"""So many of the patterns that like tasks used are named."""

Basis = Literal["same", "similar", "nothing"]
Reason = Literal["beats", "no better", "not judged", "nothing alike"]


class Used(Struct, frozen=True):
    """A listed pattern and in how many of the like tasks it occurs."""

    pattern: Pattern
    tasks: int


class Prediction(Struct, frozen=True):
    """What the memory says of a task before it is begun.

    ``basis`` is whether the very task was seen before or only similar ones; ``counted`` the end of those the
    estimate rests on, ``base`` that of all tasks of their projects, whose rate ``expected`` is weighted as
    they are. ``estimate`` is the rate of ``counted`` where it beats the base rate, else ``None``, and
    ``reason`` says why. ``p`` is how often chance alone would go as far.
    """

    basis: Basis
    reason: Reason
    estimate: float | None
    counted: Rated
    base: Rated
    expected: float | None
    p: float
    alike: tuple[Alike, ...]
    used: tuple[Used, ...]
    note: str = ""


def predict(store: Store, config: Config, task: str, project: str | None = None) -> Prediction:
    """How a task will probably end, going by those like it.

    Args:
        store: where to look.
        config: the settings; they say what is no secret, and how meanings are compared.
        task: what is to be done, as one would ask for it.
        project: only going by this project's tasks.

    Raises:
        Usage: there is no text.
    """
    return predict_asked(store, config, asked(store, config, task, project))


def predict_asked(store: Store, config: Config, wanted: Asked) -> Prediction:
    """The same for a task as prompts are stored."""
    meanings, note = meanings_like(store, config, wanted)
    with store.read() as read:
        alike = tasks_like(read, wanted, meanings)
        homes = sorted({one.project for one in alike} or wanted.projects or ())
        ends = {home: _ends(read, home) for home in homes} if homes else {"": _ends(read, None)}
        used = tuple(_used(read, alike))
    return predicted(alike, ends, used, note)


def predicted(
    alike: tuple[Alike, ...], ends: dict[str, tuple[int, int]], used: tuple[Used, ...] = (), note: str = ""
) -> Prediction:
    """The prediction that like tasks lead to.

    Args:
        alike: the like tasks.
        ends: judged tasks and successes of each of their projects.
        used: what they used.
        note: how they were found.
    """
    judged = [one for one in alike if one.label in JUDGED_LABELS]
    same = [one for one in judged if one.same]
    counted = same if len(same) >= LEAST_SAME else judged
    homes = sorted({one.project for one in counted})
    strata = [_stratum(home, ends[home], counted) for home in homes]
    p = exact(strata)
    hits = sum(one.hits for one in strata)
    drawn = sum(one.uses * one.successes / one.judged for one in strata)
    base = [ends[home] for home in homes] or list(ends.values())
    reason: Reason = "beats" if p <= LEVEL else "no better"
    if not counted:
        reason = "not judged" if alike else "nothing alike"
    return Prediction(
        basis="same" if any(one.same for one in alike) else "similar" if alike else "nothing",
        reason=reason,
        estimate=rate(hits, len(counted)) if reason == "beats" else None,
        counted=Rated(len(counted), hits),
        base=Rated(sum(one for one, _ in base), sum(one for _, one in base)),
        expected=drawn / len(counted) if counted else None,
        p=p,
        alike=alike,
        used=used,
        note=note,
    )


def _stratum(home: str, ends: tuple[int, int], counted: Iterable[Alike]) -> Stratum:
    own = [one.label == "success" for one in counted if one.project == home]
    return Stratum(*ends, len(own), sum(own))


def _ends(read: Read, project: str | None) -> tuple[int, int]:
    """How many tasks of a project, or of all, are judged, and how many of these succeeded."""
    counter, home = ("outcome", b"") if project is None else ("project", text(project))
    counts = {label: read.count(EPISODES, counter, home + text(label)) for label in JUDGED_LABELS}
    return sum(counts.values()), counts["success"]


def _used(read: Read, alike: Sequence[Alike]) -> list[Used]:
    """The listed patterns that most of the like tasks fed, what is proven first."""
    found: dict[str, Pattern] = {}
    tasks: Counter[str] = Counter()
    for one in alike:
        listed = {each.id: each for each in listed_by(read, read.get(CONTRIBUTIONS, key_of(one.episode)))}
        found.update(listed)
        tasks.update(listed.keys())
    proven = {id_: one.verdict in {"helps", "harms"} for id_, one in found.items()}
    ordered = sorted(found.values(), key=lambda one: (not proven[one.id], -tasks[one.id], one.rank))
    return [Used(one, tasks[one.id]) for one in ordered[:NAMED]]
