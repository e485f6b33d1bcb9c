"""Texts made to keep redaction busy: the time it takes grows as they do, and it finds what plain rules find.

No clock is looked at: a process may use so much of the processor and no more, many times what it needs, and
by far not what it would need if anything were read again for each beginning in it.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tacit.core.redaction import Redactor
from tacit.core.redaction_keys import key_blocks, key_tails
from tacit.core.redaction_rules import GROUPS

SECONDS = 20
"""Of the processor, for what takes less than one."""

REDACTED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
from tacit.core.redaction import Redactor
piece, size, end = sys.argv[2], int(sys.argv[3]), sys.argv[4]
Redactor(b"")(piece * (size // len(piece)) + end)
"""
_NAME = r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"(?:[\s?|>+*0-9]|\\{1,8}[nrt])"
_BODY = r"(?:[A-Za-z0-9+/=\s:,.?|>*-]|\\{1,8}[nrt])"
PLAIN_BLOCK = re.compile(
    rf"-----BEGIN {_NAME}(?:{_BODY}{{40,20000}}?-----END {_NAME}|(?:{_GAP}*[A-Za-z0-9+/=]{{16,}})+)"
)
PLAIN_TAIL = re.compile(
    r"(?:(?=[A-Za-z0-9+/=]{16})[A-Za-z0-9+/]+={0,2}(?:[\s?|>]|\\{1,8}[nrt])+)*"
    r"[A-Za-z0-9+/]+={0,2}\n-----END PRIVATE KEY-----"
)
_L = r"[A-Za-z0-9_-]"
PLAIN_JWT = re.compile(rf"eyJ{_L}{{8,}}\.eyJ{_L}{{8,}}\.{_L}{{8,}}")
BEGIN, OTHER_BEGIN = "-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"
END, OTHER_END = "-----END PRIVATE KEY-----", "-----END PGP PRIVATE KEY BLOCK-----"
PARTS = (
    *(BEGIN, OTHER_BEGIN, END, OTHER_END, BEGIN[5:], END[5:], "-----", "-", "\n", "\\n", "\\\\n", "\\"),
    *("\\" * 8 + "n", "\\" * 9 + "n", "A" * 16, "b" * 15, "1" * 16, "1234\n", "ab/+=", "?| ", ":", '"', "é"),
)
WORDS = ("eyJ", "eyJabcdefgh", ".eyJabcdefgh.", "abcdefgh", "x", ".", "_", "-", " ", "\\n", "xeyJ")


@pytest.mark.parametrize(
    ("piece", "size", "end"),
    [
        pytest.param(f"{OTHER_BEGIN}\n", 8_000_000, "", id="first lines of keys"),
        pytest.param(f"{OTHER_BEGIN}\n", 8_000_000, f"{{{END}", id="first lines and one last"),
        pytest.param(f"{END}\n\n\n\n", 8_000_000, "", id="last lines of keys"),
        pytest.param("eyJ", 1_000_000, " .eyJ", id="beginnings of web tokens"),
        pytest.param("-eyJ", 1_000_000, " .eyJ", id="beginnings of words that are web tokens"),
        pytest.param("sk-", 1_000_000, "", id="beginnings of keys"),
        pytest.param(f"sk-{'a' * 20}-", 2_000_000, "", id="keys without a digit"),
        pytest.param("SK", 1_000_000, f" SK{'0' * 32}", id="beginnings in capitals"),
        pytest.param("[REDACTED:jwt:0a1b] AKIA0123456789ABCDEF ", 4_000_000, "", id="marks and secrets"),
    ],
)
def test_no_text_takes_redaction_longer_than_its_length_does(piece: str, size: int, end: str) -> None:
    given = [str(SECONDS), piece, str(size), end]
    done = subprocess.run([sys.executable, "-c", REDACTED, *given], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join))
@example(f"{BEGIN}{'A' * 16}-----END PRIVATE KEY{END}")
@example(f"{BEGIN}{'A' * 20_000}{END}")
@example(f"{BEGIN}{'A' * 20_001}{END}")
@example(f"{BEGIN}{(chr(92) * 8 + 'n') * 19_999}A{END}{BEGIN}")
@example(f"{BEGIN}{'A' * 30_000}{END}{BEGIN}{'A' * 20}\\n\\n{'A' * 18}{END}{END}")
def test_keys_are_those_that_the_plain_rule_finds(text: str) -> None:
    assert list(key_blocks(text)) == [found.span() for found in PLAIN_BLOCK.finditer(text)]


@given(
    st.lists(st.sampled_from(("A" * 16, "b" * 20, "c" * 15, "=", "\n", " ", "\\n", "-", ".")), max_size=40)
)
def test_the_rest_of_a_key_reaches_back_over_whole_lines(parts: list[str]) -> None:
    text = f"{''.join(parts)}\n{'z' * 8}\n{END}"
    ((start, stop),) = key_tails(text)
    assert stop == len(text)
    assert PLAIN_TAIL.fullmatch(text, start)
    assert "-" not in text[start : -len(END)]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_web_tokens_are_those_that_the_plain_rule_finds(text: str) -> None:
    rule = next(rule for group in GROUPS for rule in group.rules if rule.kind == "jwt")
    found = [one.span("s") for one in rule.pattern.finditer(text)]
    assert found == [one.span() for one in PLAIN_JWT.finditer(text)]


def test_a_key_without_a_digit_near_its_beginning_is_a_word() -> None:
    words = "sk-circleloadinganimationwords"
    redact = Redactor(b"")
    assert redact(f"{words}{'a' * 180}") == f"{words}{'a' * 180}"
    assert redact(f"{words}7") != f"{words}7"
