"""How an episode ended, from the strongest evidence there is. All evidence found is kept.

The ladder: a mark by the person; an explicit label; the last test run after the last edit, else the
last build, type check or lint run; a commit after the last edit; the person's next prompt; a rejection
or interruption as the last thing; a failure as the last thing, unless the person spoke after it. Where
nothing says anything the outcome is ``unknown``. In an episode without any edit every run counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from tacit.core.drafts import EpisodeDraft
from tacit.core.learn.deeds import after_change, is_deed, last_change, main_steps
from tacit.core.learn.phrases import reaction, repeats
from tacit.core.marks import Mark
from tacit.core.model import SOURCES, Action, Episode, Evidence, Label, Outcome, Source, Step

SCORES: dict[Label, float | None] = {
    "success": 1.0,
    "partial": 0.5,
    "failure": 0.0,
    "abstained": None,
    "unknown": None,
}
_BUILDS = frozenset(("build", "check", "lint"))

MOST_RUNS = 1_000
"""So many runs or commits of each kind of evidence are kept, the newest; an episode keeps as many steps."""


def judge(draft: EpisodeDraft, steps: Sequence[Step]) -> Outcome:
    """The outcome of an episode with its evidence, the deciding one first."""
    found = list(_label(draft))
    found += _newest(_runs(steps))
    found += _prompt(draft)
    found += _tail(draft, main_steps(steps))
    return outcome_of(found)


def outcome_of(evidence: Sequence[Evidence]) -> Outcome:
    """The outcome that a set of evidence gives; among equals the first one decides."""
    ordered = sorted(evidence, key=lambda one: SOURCES.index(one.source))
    if not ordered:
        return Outcome()
    first = ordered[0]
    return Outcome(first.label, SCORES[first.label], first.source, tuple(ordered))


def overruled(episode: Episode, mark: Mark) -> Episode:
    """A telling as a person judged it; what judging found stands behind their word."""
    said = Evidence("mark", mark.label, "a person marked it")
    evidence = (said, *episode.outcome.evidence)
    return replace(episode, outcome=Outcome(mark.label, SCORES[mark.label], "mark", evidence))


def labelled(episode: Episode, said: Evidence) -> Episode:
    """A telling with what an agent said beside it, which stands before what the telling says itself."""
    return replace(episode, outcome=outcome_of((said, *episode.outcome.evidence)))


def as_judged(episode: Episode) -> Episode:
    """The telling behind the words of a person and of an agent beside it."""
    evidence = episode.outcome.evidence
    if not any(one.source == "mark" or one.told for one in evidence):
        return episode
    own = [one for one in evidence if one.source != "mark" and not one.told]
    return replace(episode, outcome=outcome_of(own))


def _label(draft: EpisodeDraft) -> Iterator[Evidence]:
    if draft.label is not None:
        yield Evidence("label", draft.label, draft.said or f"labelled {draft.label}")


def _newest(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """The first so many of each source."""
    seen: Counter[Source] = Counter()
    for one in evidence:
        seen[one.source] += 1
        if seen[one.source] <= MOST_RUNS:
            yield one


def _runs(steps: Sequence[Step]) -> Iterator[Evidence]:
    """Tests, builds and commits after the last edit, newest first; a run with a hidden end says nothing."""
    changed = last_change(steps)
    for step in reversed(main_steps(steps)):
        if step.n < changed:
            break
        actions = step.actions if step.n > changed else after_change(step)
        for action in reversed(actions):
            evidence = _run(step, action)
            if evidence is not None:
                yield evidence


def _run(step: Step, action: Action) -> Evidence | None:
    if action.status not in {"ok", "failed"}:
        return None
    ok = action.status == "ok"
    if action.intent == "commit":
        return Evidence("commit", "success", f"{action.name} after the last edit", step.n) if ok else None
    source: Source
    if action.intent == "test":
        source = "test"
    elif action.intent in _BUILDS:
        source = "build"
    else:
        return None
    cause = f": {step.error.line}" if step.error is not None and not ok else ""
    text = f"{action.name} {'passed' if ok else 'failed'}{cause}"
    return Evidence(source, "success" if ok else "failure", text, step.n)


def _prompt(draft: EpisodeDraft) -> Iterator[Evidence]:
    """The next prompt first, then the last acknowledgement that says thanks."""
    prompt = draft.next_prompt
    if prompt:
        if repeats(prompt, draft.prompt):
            yield Evidence("prompt", "failure", "the person asked for the same again")
        else:
            yield from _reaction(prompt, "the next prompt")
    for followup in reversed(draft.followups):
        if repeats(followup, draft.prompt):
            continue
        yield from _reaction(followup, "the person")


def _reaction(prompt: str, who: str) -> Iterator[Evidence]:
    found = reaction(prompt)
    if found is None:
        return
    kind, words = found
    if kind == "correction":
        yield Evidence("prompt", "failure", f"{who} corrects it: “{words}”")
    else:
        yield Evidence("prompt", "success", f"{who} is content: “{words}”")


def _tail(draft: EpisodeDraft, steps: Sequence[Step]) -> Iterator[Evidence]:
    """What the last thing that was done says: rejected, interrupted or failed."""
    at = len(steps) - 1
    while at >= 0 and steps[at].status == "cancelled":  # went down with the call beside it
        at -= 1
    last = steps[at] if at >= 0 else None
    if last is not None and last.status == "rejected":
        yield Evidence("rejection", "failure", f"the person rejected {_name(last)} at the end", last.n)
    if draft.interrupted or (last is not None and last.status == "interrupted"):
        step = last.n if last is not None else None
        yield Evidence("interruption", "failure", "the person interrupted at the end", step)
    deeds = [step for step in steps if is_deed(step)]
    if deeds and deeds[-1].error is not None and not draft.answered:
        error = deeds[-1].error
        text = f"{_name(deeds[-1])} failed at the end: {error.line}"
        yield Evidence("tail", "failure", text, deeds[-1].n)


def _name(step: Step) -> str:
    return step.actions[0].name if step.actions else step.tool
