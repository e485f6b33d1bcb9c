"""One run of learning: from what waits or from everything, then the review, and its report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from tacit.core.learn.extractors.registry import REGISTRY
from tacit.core.learn.queue import drain
from tacit.core.learn.review import review
from tacit.core.learn.waiting import failures, waiting
from tacit.core.learned_report import Learned as Learned
from tacit.core.pattern_counts import learned
from tacit.core.settling import settle_store
from tacit.core.texts import catch_up
from tacit.store.store import Store


def learn(
    store: Store,
    *,
    aliases: Mapping[str, str],
    rebuild: bool = False,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Learned:
    """Learn from what waits, or from everything anew; see :meth:`tacit.core.learner.Learner.learn`.

    ``aliases`` are those of the configuration; what they say otherwise than before is done first. A run that
    is cancelled leaves the review due too, so that whoever quits is not kept waiting for it.
    """
    started = time.monotonic()
    REGISTRY.extractor()  # what is wrong in patterns.toml is said before anything is done
    settle_store(store, aliases)
    if rebuild:
        from tacit.core.rebuilding import rebuild as again

        done = again(store, progress, cancelled)
    else:
        done = drain(store, progress=progress, cancelled=cancelled)
    skipped = REGISTRY.end_run()
    result = None
    if cancelled is None or not cancelled():
        result = review(store)
        catch_up(store, build=True, cancelled=cancelled or _never)
    with store.read() as read:
        left, patterns, failed = waiting(read), learned(read), failures(read)
    return Learned(
        episodes=done,
        waiting=left,
        new_patterns=0 if result is None else result.new,
        patterns=patterns,
        skipped={why: count for why, count in sorted(skipped.items()) if count},
        failed=failed,
        seconds=round(time.monotonic() - started, 3),
    )


def _never() -> bool:
    return False
