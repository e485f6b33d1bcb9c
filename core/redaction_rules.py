"""What a secret looks like: tokens with a known beginning, key blocks, passwords in addresses, headers.

Every rule has a needle that must occur before its pattern is tried at all, and every pattern begins
with a literal: that is what makes redaction fast. Patterns fit plain text and JSON text alike; no
match begins or ends inside an escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Rule(NamedTuple):
    """One kind of secret. The pattern's group ``s`` is the secret, or the whole match without one.

    ``word``: the match must not be the middle of a longer word.
    """

    kind: str
    needle: str
    pattern: re.Pattern[str]
    word: bool = True


def _tokens(kind: str, *forms: tuple[str, str]) -> Iterator[Rule]:
    """Rules for tokens of one kind: how they begin, and the pattern of what follows."""
    for start, rest in forms:
        yield Rule(kind, start, re.compile(re.escape(start) + rest))


_L = r"[A-Za-z0-9_-]"
_END = r"(?![A-Za-z0-9])"
_DIGIT_AHEAD = r"(?=[A-Za-z_-]*[0-9])"
KEY_NAME = r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"(?:[\s→│|>+*0-9]|\\[nrt])"
_BODY = r"(?:[A-Za-z0-9+/=\s:,.→│|>*-]|\\[nrt])"
_QUOTE = r"[\\\"']{0,4}"

_PRIVATE_KEY = re.compile(
    rf"-----BEGIN {KEY_NAME}(?:{_BODY}{{40,20000}}?-----END {KEY_NAME}|(?:{_GAP}*[A-Za-z0-9+/=]{{16,}})+)"
)
_URL_PASSWORD = re.compile(
    r"://[^\s/:@\"'`<>\\()\[\]]{0,100}:(?P<s>(?![$%{<\[*])[^\s/:@\"'`<>\\${}]{1,200})@(?=[\w.\[$-])"
)
_CURL_USER = re.compile(
    r"curl [^\n|;\\]{0,300}?(?:-u|--user)[ =][\"']?[^\s:\"'\\$]{1,80}:(?P<s>[^\s\"'\\$<>{}]{4,200})"
)

RULES: tuple[Rule, ...] = (
    Rule("private-key", "PRIVATE KEY", _PRIVATE_KEY, word=False),
    *_tokens("aws-access-key", ("AKIA", rf"[A-Z0-9]{{16}}{_END}"), ("ASIA", rf"[A-Z0-9]{{16}}{_END}")),
    *_tokens("github-token", *((f"gh{kind}_", rf"[A-Za-z0-9]{{30,251}}{_END}") for kind in "posur")),
    *_tokens("github-token", ("github_pat_", r"[A-Za-z0-9_]{30,251}")),
    *_tokens("gitlab-token", *((start, rf"{_L}{{18,}}") for start in ("glpat-", "gldt-", "glrt-", "glptt-"))),
    *_tokens("anthropic-key", ("sk-ant-", rf"{_L}{{20,}}")),
    *_tokens("openai-key", *((f"sk-{kind}-", rf"{_L}{{20,}}") for kind in ("proj", "svcacct", "admin"))),
    *_tokens("openrouter-key", ("sk-or-v1-", r"[0-9a-f]{32,}")),
    *_tokens("openai-key", ("sk-", rf"{_DIGIT_AHEAD}[A-Za-z0-9]{{20,}}{_END}")),
    *_tokens("slack-token", *((f"xox{kind}-", r"[A-Za-z0-9-]{10,}") for kind in "abeoprs")),
    *_tokens("slack-token", ("xapp-", r"[0-9]-[A-Za-z0-9-]{10,}")),
    *_tokens("slack-webhook", ("hooks.slack.com/", r"(?:services|workflows|triggers)/(?P<s>[\w/+-]{20,})")),
    *_tokens("discord-webhook", ("discord.com/api/webhooks/", rf"(?P<s>[0-9]{{10,}}/{_L}{{30,}})")),
    *_tokens("stripe-key", *((f"{kind}_live_", rf"[A-Za-z0-9]{{10,}}{_END}") for kind in ("sk", "rk"))),
    *_tokens("stripe-key", *((f"{kind}_test_", rf"[A-Za-z0-9]{{10,}}{_END}") for kind in ("sk", "rk"))),
    *_tokens("stripe-key", ("whsec_", r"[A-Za-z0-9+/]{24,}={0,2}")),
    *_tokens("google-key", ("AIza", rf"{_L}{{35}}(?!{_L})"), ("GOCSPX-", rf"{_L}{{20,}}")),
    *_tokens("google-oauth", ("ya29.", rf"{_L}{{20,}}")),
    *_tokens("npm-token", ("npm_", rf"[A-Za-z0-9]{{36}}{_END}")),
    *_tokens("pypi-token", ("pypi-", rf"AgE{_L}{{30,}}")),
    *_tokens("huggingface-token", ("hf_", rf"[A-Za-z0-9]{{30,}}{_END}")),
    *_tokens("sendgrid-key", ("SG.", rf"{_L}{{16,32}}\.{_L}{{32,64}}")),
    *_tokens("twilio-key", ("SK", rf"{_DIGIT_AHEAD}[0-9a-f]{{32}}{_END}")),
    *_tokens("digitalocean-token", *((f"do{kind}_v1_", r"[0-9a-f]{64}") for kind in "opr")),
    *_tokens("shopify-token", *((f"shp{kind}_", r"[0-9a-fA-F]{32}") for kind in ("at", "ca", "pa", "ss"))),
    *_tokens("databricks-token", ("dapi", rf"[0-9a-f]{{32}}{_END}")),
    *_tokens("linear-key", ("lin_api_", r"[A-Za-z0-9]{32,}")),
    *_tokens("notion-token", ("ntn_", r"[A-Za-z0-9]{40,}")),
    *_tokens("groq-key", ("gsk_", r"[A-Za-z0-9]{40,}")),
    *_tokens("vault-token", ("hvs.", rf"{_L}{{24,}}")),
    *_tokens("age-key", ("AGE-SECRET-KEY-1", r"[0-9A-Z]{58}")),
    *_tokens(
        "azure-key",
        *((f"{name}=", r"(?P<s>[A-Za-z0-9+/]{30,}={0,2})") for name in ("AccountKey", "SharedAccessKey")),
    ),
    *_tokens("azure-sas", ("sig=", r"(?P<s>[A-Za-z0-9%+/]{40,})")),
    *_tokens("jwt", ("eyJ", rf"{_L}{{8,}}\.eyJ{_L}{{8,}}\.{_L}{{8,}}")),
    Rule(
        "telegram-token",
        ":AA",
        re.compile(rf":(?P<s>AA{_L}{{33}})(?!{_L})(?<=[0-9]{{8}}.{{36}})"),
        word=False,
    ),
    Rule("url-password", "://", _URL_PASSWORD, word=False),
    Rule("basic-auth", "curl ", _CURL_USER),
)
"""In the order of how specific they are: where two find the same place, the first names it."""

HEADERS: tuple[Rule, ...] = (
    Rule("bearer", "bearer ", re.compile(r"bearer +(?P<s>(?=[a-z._~+/=-]*[0-9])[a-z0-9._~+/-]{16,}={0,2})")),
    Rule(
        "basic-auth",
        "authorization",
        re.compile(rf"authorization{_QUOTE} ?[:=] ?{_QUOTE}basic +(?P<s>[a-z0-9+/]{{8,}}={{0,2}})"),
        word=False,
    ),
    Rule(
        "authorization",
        "authorization",
        re.compile(
            rf"authorization{_QUOTE} ?[:=] ?{_QUOTE}(?:token +)?(?P<s>(?=[a-z._-]*[0-9])[a-z0-9._~+/-]{{16,}}={{0,2}})"
        ),
        word=False,
    ),
)
"""Tried on the text in lower case."""

_BODY_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LINE_END = re.compile(r"(?:[\s→│|>]|\\[nrt])+")
_KEY_END = re.compile(rf"-----END {KEY_NAME}")
_LONGEST_BODY = 8_192


def key_tails(text: str) -> Iterator[tuple[int, int]]:
    """Bodies of private keys whose beginning was cut off, with their end line."""
    for end in _KEY_END.finditer(text):
        start = end.start()
        begin = _first_body_line(text, max(0, start - _LONGEST_BODY), start)
        if begin < start:
            yield begin, end.end()


def _first_body_line(text: str, floor: int, end: int) -> int:
    """Where the unbroken run of base64 lines before ``end`` begins."""
    pieces: list[tuple[int, int]] = []
    at = floor
    for gap in _LINE_END.finditer(text, floor, end):
        pieces.append((at, gap.start()))
        at = gap.end()
    pieces.append((at, end))
    begin = end
    for start, stop in reversed(pieces):
        if start == stop or text[start:stop].isdigit():
            continue
        if not _BODY_LINE.fullmatch(text, start, stop) or (begin != end and stop - start < 16):
            break
        begin = start
    return begin
