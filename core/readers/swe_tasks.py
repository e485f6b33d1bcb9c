"""What runs of benchmarks tell of their tasks: the issue inside a template, the repository inside an id.

SWE-agent and mini-swe-agent put an issue into a template of many words of their own, and name a run after
the repository and the number of the issue: ``django__django-11039``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

import msgspec
from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.readers.loose import FLAWS

_HOLE = re.compile(r"\{\{[-+]?.{0,500}?\}\}|\{%.{0,500}?%\}|(?<!\{)\{\w+\}(?!\})", re.DOTALL)
_TASK = re.compile(r"\{\{[-+]?\s*(?:task|problem_statement)\s*[-+]?\}\}|\{problem_statement\}")
_FORMS = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        r"<pr_description>\s*+(?:Consider the following PR description:)?+(.*?)</pr_description>",
        r"\nISSUE:\n(.*?)\n[ \t]*INSTRUCTIONS:\n",
        r"\APlease solve this issue: (.*?)\n\nYou can execute bash commands and edit files",
        r"\AYour task: (.*)\. Please reply with a single shell command in triple backticks\.",
    )
)
_STATE = re.compile(r"(?<!\s)\s*\(Open file: [^\n]*\)\s*\(Current directory: ([^\n]*)\)\s*(?:bash-)?\$\s*\Z")
_PLACE = re.compile(r"<uploaded_files>\s*(/\S*)\s*</uploaded_files>")
_INSTANCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)__([\w.-]+)-i?\d+")
_CLONE = re.compile(r"/([A-Za-z0-9][A-Za-z0-9-]*)__([\w.-]+)")


def issue_of(message: Excerpt, template: str = "") -> Excerpt:
    """The issue in the first message of a run; all of it where it is in no form that is known.

    Args:
        message: as the model got it.
        template: what it was made of, in Jinja or the older braces, where the file has it.
    """
    if message.skipped:
        return message
    plain = _STATE.sub("", message.head)
    found = _between(plain, template) if template else None
    if found is None:
        forms = (form.search(plain) for form in _FORMS)
        found = next((one[1] for one in forms if one), None)
    return Excerpt(plain.strip() if found is None or not found.strip() else found.strip())


def directory_in(message: Excerpt) -> str:
    """The working directory as the first message tells it; empty where it does not."""
    found = _STATE.search(message.tail if message.skipped else message.head) or _PLACE.search(message.head)
    return found[1] if found and found[1].startswith("/") else ""


def repository_of(instance: str, directory: str) -> str | None:
    """The repository on GitHub that a run is of.

    Args:
        instance: the id of the task: ``owner__name-123``, or ``owner__name-i1`` of an issue.
        directory: ``/owner__name``, as SWE-agent clones what it was given by URL, else nothing.
    """
    found = _INSTANCE.fullmatch(instance) or _CLONE.fullmatch(directory)
    return f"https://github.com/{found[1]}/{found[2]}.git" if found else None


def fingerprint(values: Iterable[Raw]) -> str:
    """A hash of JSON values, whatever their spacing and the order of their fields."""
    plain = blake2b(digest_size=8)
    for raw in values:
        try:
            plain.update(msgspec.json.encode(msgspec.json.decode(raw), order="deterministic"))
        except (*FLAWS, ValueError):
            plain.update(memoryview(raw))
    return plain.hexdigest()


def _between(text: str, template: str) -> str | None:
    """What stands in the place of the task: between the words around it in the template."""
    place = _TASK.search(template)
    if place is None:
        return None
    before = _HOLE.split(template[: place.start()])[-1]
    after = _HOLE.split(template[place.end() :])[0]
    start = text.find(before.strip()) if before.strip() else 0
    if start < 0:
        return None
    start += len(before.strip())
    end = text.find(after.strip(), start) if after.strip() else len(text)
    return text[start:end] if end >= 0 else None
