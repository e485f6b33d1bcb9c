"""An episode in three lines: what was asked, how it ended, and the two strongest things to say about it."""

from __future__ import annotations

import re

from msgspec import Struct

from tacit.core.learn.remarks import Reflection, Remark
from tacit.core.learn.salient import salient
from tacit.core.model import Episode, Outcome

STRONGEST = 2
_LONGEST = 200
_FEWEST_WORDS = 3
_WORTH_TELLING = 35
_CODE = re.compile(r"```.*?(?:```|\Z)|\"\"\".*?(?:\"\"\"|\Z)", re.DOTALL)
_END = re.compile(r"(?<=[.!?])(?=\s|$)(?<!\be\.g\.)(?<!\bi\.e\.)|\n")
_LOG = re.compile(r"[•│⨯✖▶]|\[?\d{4}-\d\d-\d\d|Traceback |\w*(?:Error|Exception):")
_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")


class Summary(Struct, frozen=True):
    """``task`` is the first sentence of the prompt, ``outcome`` how it ended and by what it was judged."""

    task: str
    outcome: str
    remarks: tuple[Remark, ...]

    @property
    def told(self) -> str:
        """Task and outcome as two sentences."""
        task = f"{self.task}." if self.task[-1:].isalnum() or self.task[-1:] in "`)”\"'" else self.task
        return f"{task} {self.outcome}.".strip()

    @property
    def text(self) -> str:
        """All of it as one paragraph."""
        return " ".join([self.told, *(one.sentence for one in self.remarks)])


def summarise(episode: Episode, reflection: Reflection) -> Summary:
    """The summary of an episode with what was reflected on it."""
    remarks = [*reflection.successes, *reflection.improvements, *reflection.insights]
    news = [one for one in remarks if one.weight >= _WORTH_TELLING and not _repeats(one, episode.outcome)]
    ordered = sorted(news, key=lambda one: (-one.weight, one.steps, one.text))
    return Summary(first_sentence(episode.prompt), outcome_text(episode.outcome), tuple(ordered[:STRONGEST]))


def _repeats(remark: Remark, outcome: Outcome) -> bool:
    """Whether a remark only says again what the outcome rests on."""
    if not outcome.evidence:
        return False
    decided = outcome.evidence[0]
    return decided.text in remark.text or (remark.topic == "chain" and remark.steps == (decided.step,))


def first_sentence(prompt: str) -> str:
    """The first sentence of a prompt on one line, a heading of one or two words passed over.

    Of a pasted log it is the first line that reads like an error.
    """
    text = _REDACTED.sub(r"[REDACTED:\1]", prompt.strip())
    if _LOG.match(text):
        errors = salient(text).errors
        if errors:
            return errors[0].rstrip(":")
    said = [one for one in map(str.strip, _END.split(_CODE.sub("\n", text))) if one]
    plain = [" ".join(one.split()).lstrip("#*-• ") for one in said]
    at = next((n for n, one in enumerate(plain) if len(one.split()) >= _FEWEST_WORDS), 0)
    first = plain[at] if plain else ""
    if first.endswith(":") and said[at + 1 :] and said[at + 1].startswith("#"):
        first = f"{first} {plain[at + 1]}"
    first = first.rstrip(": ")
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1].rstrip() + "…"


def outcome_text(outcome: Outcome) -> str:
    """``Success: mise run test passed``; ``Unknown: nothing tells how it ended``."""
    if outcome.evidence:
        return f"{outcome.label.capitalize()}: {outcome.evidence[0].text}"
    return f"{outcome.label.capitalize()}: nothing tells how it ended"
