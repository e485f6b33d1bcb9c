"""Records of a tree with every free text put through a redactor once more.

What an export wrote was redacted before it was stored; what a person put into a tree was not. Ids,
names of tools and numbers are left alone.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tacit.core.model import Episode, Session, Signature, Step

Redact = Callable[[str], str]


def redacted_session(session: Session, redact: Redact) -> Session:
    """The session with its texts redacted."""
    return replace(
        session,
        project=redact(session.project),
        told_project=redact(session.told_project),
        title=redact(session.title),
        directory=redact(session.directory),
        repository=session.repository and redact(session.repository),
        branch=session.branch and redact(session.branch),
    )


def redacted_episode(episode: Episode, redact: Redact) -> Episode:
    """The episode with its texts redacted, those of its evidence included."""
    evidence = tuple(replace(one, text=redact(one.text)) for one in episode.outcome.evidence)
    return replace(
        episode,
        project=redact(episode.project),
        prompt=redact(episode.prompt),
        followups=tuple(redact(text) for text in episode.followups),
        context=redact(episode.context),
        language=episode.language and redact(episode.language),
        files=tuple(redact(path) for path in episode.files),
        commits=tuple(replace(one, subject=redact(one.subject)) for one in episode.commits),
        pulls=tuple(replace(one, url=redact(one.url)) for one in episode.pulls),
        outcome=replace(episode.outcome, evidence=evidence),
    )


def redacted_step(step: Step, redact: Redact) -> Step:
    """The step with its texts redacted, its actions and its signature included."""
    error = step.error
    return replace(
        step,
        parameters=redact(step.parameters),
        observation=redact(step.observation),
        target=step.target and redact(step.target),
        actions=tuple(replace(action, name=redact(action.name)) for action in step.actions),
        error=error and Signature(line=redact(error.line), family=error.family),
    )
