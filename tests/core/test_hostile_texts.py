"""Texts made to be read for ever: readers and learning need a time that grows as they do.

As in ``test_redaction_hostile``, a process may use so much of the processor and no more.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.readers.prompts import typed_part

SECONDS = 20
LIMITED = (
    "import resource, sys\nresource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))\n"
)
TYPED = "from tacit.core.readers.prompts import typed_part as read\n"
LINKS = "from tacit.core.notes.markdown import _links as read\n"
ASKED = "from tacit.core.readers.aider.chat import _CONFIRMED\nread = _CONFIRMED.match\n"
COUNTED = "from tacit.core.readers.aider.chat import _TOKENS\nread = _TOKENS.findall\n"
NAMED = (
    "from tacit.core.learn.salient import salient\nread = lambda told: [salient(told) for _ in range(60)]\n"
)
READ = "read(sys.argv[2] + sys.argv[3] * (int(sys.argv[4]) // len(sys.argv[3])) + sys.argv[5])\n"
PLAIN = re.compile(r"<(system-reminder|ide_\w+)>.*?</\1>", re.DOTALL)
NAMES = ("system-reminder", "ide_a", "ide_b", "other")
PARTS = (*(f"<{name}>" for name in NAMES), *(f"</{name}>" for name in NAMES), "words ", "<", "\n")


@pytest.mark.parametrize(
    ("read", "begin", "piece", "size", "end"),
    [
        pytest.param(TYPED, "", "<system-reminder>", 8_000_000, "", id="reminders without an end"),
        pytest.param(LINKS, "[[a]]", "\n", 2_000_000, "x", id="empty lines of a note"),
        pytest.param(LINKS, "[[a]]\n- ", " ", 100_000, "x", id="a line of a note that is blank"),
        pytest.param(ASKED, "", "? (Y)es/(N)o", 8_000_000, "", id="questions on one line"),
        pytest.param(COUNTED, "", "1.,", 1_000_000, "", id="a number without an end"),
        pytest.param(NAMED, "", "+/+", 10_000, "!", id="a path without a name"),
    ],
)
def test_no_text_takes_longer_than_its_length_does(
    read: str, begin: str, piece: str, size: int, end: str
) -> None:
    given = [str(SECONDS), begin, piece, str(size), end]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED + read + READ, *given], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_what_is_attached_is_what_the_plain_rule_takes_out(text: str) -> None:
    assert typed_part(text) == PLAIN.sub("", text).strip()
