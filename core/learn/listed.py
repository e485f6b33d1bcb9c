"""A candidate as the pattern that is stored, and its place in the list."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.ids import content_key
from tacit.core.learn.candidates import Candidate
from tacit.core.learn.statistics import wilson
from tacit.core.learn.strata import OWN_JUDGEMENT
from tacit.core.learn.titles import specificity, title_of
from tacit.core.model import Pattern, Verdict
from tacit.store.keys import descending, f64, u32


def pattern_of(
    candidate: Candidate,
    verdict: Verdict,
    variants: tuple[str, ...],
    explained: Iterable[str],
    head: str | None = None,
) -> Pattern:
    """The pattern of a candidate; ``verdict`` is dropped where its kind has none."""
    uses, judged, successes, failures, partial, _ = candidate.counts
    low, high = wilson(successes, judged) if judged else (None, None)
    judgement = None if candidate.kind in OWN_JUDGEMENT else verdict
    return Pattern(
        id=candidate.id,
        kind=candidate.kind,
        title=title_of(candidate.kind, candidate.key),
        key=candidate.key,
        uses=uses,
        judged=judged,
        successes=successes,
        failures=failures,
        partial=partial,
        episodes=candidate.episodes,
        sessions=candidate.sessions,
        first_used=candidate.first,
        last_used=candidate.last,
        learned_at=candidate.learned,
        rank=_rank(candidate, judgement, low, high),
        verdict=judgement,
        rate=successes / judged if judged else None,
        low=low,
        high=high,
        expected=candidate.expected,
        projects=len(candidate.projects),
        project_names=candidate.projects,
        files=candidate.files,
        claim=candidate.claim,
        since=candidate.since,
        variants=len(variants),
        variant_ids=variants,
        explained=tuple(sorted(explained)),
        head=head,
        weeks=candidate.weeks,
        parts=candidate.parts,
    )


def _rank(candidate: Candidate, verdict: Verdict | None, low: float | None, high: float | None) -> bytes:
    """The place in the list as bytes, best first.

    What is proven first: what helps by the lower end of its interval, what harms by how far its upper
    end stays below 1. Then recoveries by what they resolved, then project facts by how far their
    interval keeps from one half, then routines by support and specificity; ties by the content of the
    key.
    """
    _, judged, successes, *_ = candidate.counts
    tie = content_key("rank", *candidate.key).to_bytes(8, "big")
    if verdict in {"helps", "harms"} and low is not None and high is not None:
        return b"\x00" + descending(f64(low if verdict == "helps" else 1 - high)) + tie
    if candidate.kind == "error_recovery":
        return b"\x01" + descending(u32(successes)) + descending(f64(low or 0.0)) + tie
    if candidate.kind == "heuristic":
        clear = -1.0 if low is None or high is None else max(low - 0.5, 0.5 - high)
        return b"\x02" + descending(f64(clear)) + descending(u32(judged)) + tie
    special = specificity(candidate.kind, candidate.key)
    return b"\x03" + descending(u32(candidate.episodes)) + descending(f64(float(special))) + tie
