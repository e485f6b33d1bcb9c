"""A candidate as the pattern that is stored."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.learn.candidates import Candidate
from tacit.core.learn.place import rank_of
from tacit.core.learn.statistics import wilson
from tacit.core.learn.strata import OWN_JUDGEMENT
from tacit.core.learn.titles import title_of
from tacit.core.model import Pattern, Verdict


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
        rank=rank_of(candidate.kind, candidate.key, candidate.counts, judgement, (low, high)),
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
