"""What a secret looks like: tokens with a known beginning, passwords in addresses, headers.

Rules stand in groups behind a gate, a cheap search that most texts do not pass; then each rule's needle
must occur before its pattern is tried at all: that is what makes redaction fast. Patterns fit plain
text and JSON text alike; no match begins or ends inside an escape. None may read a long run of letters
again for each beginning in it: texts are hostile.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """One kind of secret. The pattern's group ``s`` is the secret, or the whole match without one.

    ``needle`` occurs in every match. ``word``: the group ``begins``, which is the whole match if not said,
    must not be the middle of a longer word.
    """

    kind: str
    needle: str
    pattern: re.Pattern[str]
    word: bool = True
    begins: int | str = 0


def _rule(kind: str, needle: str, pattern: str) -> Rule:
    return Rule(kind, needle, re.compile(pattern))


class Group(NamedTuple):
    """Rules that are tried only where the gate occurs.

    A gate begins with a literal character that is rare, and looks back from it: one such search costs
    what one search for a needle does.
    """

    gate: re.Pattern[str]
    rules: tuple[Rule, ...]


def _group(gate: str, *rules: Rule) -> Group:
    return Group(re.compile(gate), rules)


_L = r"[A-Za-z0-9_-]"
_END = r"(?![A-Za-z0-9])"
_DIGIT_AHEAD = r"(?=[A-Za-z_-]{0,200}[0-9])"  # no key is without one for longer
_QUOTE = r"[\\\"']{0,4}"


def _header(kind: str, value: str) -> Rule:
    pattern = rf"authorization{_QUOTE} ?[:=] ?{_QUOTE}{value}"
    return Rule(kind, "authorization", re.compile(pattern))


_URL_PASSWORD = re.compile(
    r"://[^\s/:@\"'`<>\\()\[\]]{0,100}:(?P<s>(?![$%{<\[*])[^\s/:@\"'`<>\\${}]{1,200})@(?=[\w.\[$-])"
)
_CURL_USER = re.compile(
    r"curl [^\n|;\\]{0,300}?(?:-u|--user)[ =][\"']?[^\s:\"'\\$]{1,80}:(?P<s>[^\s\"'\\$<>{}]{4,200})"
)

_JWT = Rule(
    "jwt",
    "eyJ",
    re.compile(rf"(?<!{_L})(?:(?!eyJ){_L})*+(?P<s>eyJ{_L}{{8,}}+\.eyJ{_L}{{8,}}+\.{_L}{{8,}})"),
    begins="s",
)

_TOKENS_WITH_UNDERSCORE = (
    _rule("github-token", "gh", rf"gh[posur]_[A-Za-z0-9]{{30,251}}{_END}"),
    _rule("github-token", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,251}"),
    _rule("stripe-key", "k_live_", rf"[sr]k_live_[A-Za-z0-9]{{10,}}{_END}"),
    _rule("stripe-key", "k_test_", rf"[sr]k_test_[A-Za-z0-9]{{10,}}{_END}"),
    _rule("stripe-key", "whsec_", r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    _rule("npm-token", "npm_", rf"npm_[A-Za-z0-9]{{36}}{_END}"),
    _rule("huggingface-token", "hf_", rf"hf_[A-Za-z0-9]{{30,}}{_END}"),
    _rule("digitalocean-token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _rule("shopify-token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _rule("linear-key", "lin_api_", r"lin_api_[A-Za-z0-9]{32,}"),
    _rule("notion-token", "ntn_", r"ntn_[A-Za-z0-9]{40,}"),
    _rule("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{40,}"),
)
_TOKENS_WITH_DASH = (
    _rule("gitlab-token", "glpat-", rf"glpat-{_L}{{18,}}"),
    _rule("anthropic-key", "sk-ant-", rf"sk-ant-{_L}{{20,}}"),
    _rule("openrouter-key", "sk-or-v1-", r"sk-or-v1-[0-9a-f]{32,}"),
    _rule(
        "openai-key",
        "sk-",
        rf"sk-(?:(?:proj|svcacct|admin)-{_L}{{20,}}|{_DIGIT_AHEAD}[A-Za-z0-9]{{20,}}{_END})",
    ),
    _rule("slack-token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    _rule("slack-token", "xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{10,}"),
    _rule("google-key", "GOCSPX-", rf"GOCSPX-{_L}{{20,}}"),
    _rule("pypi-token", "pypi-AgE", rf"pypi-AgE{_L}{{30,}}"),
    _rule("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
)
_TOKENS_WITH_DOT = (
    _rule("google-oauth", "ya29.", rf"ya29\.{_L}{{20,}}"),
    _rule("sendgrid-key", "SG.", rf"SG\.{_L}{{16,32}}\.{_L}{{32,64}}"),
    _rule("vault-token", "hvs.", rf"hvs\.{_L}{{24,}}"),
    _JWT,
)
_TOKENS_WITH_A = (
    _rule("aws-access-key", "IA", rf"A(?:KIA|SIA)[A-Z0-9]{{16}}{_END}"),
    _rule("google-key", "AIza", rf"AIza{_L}{{35}}(?!{_L})"),
)
_PARAMETERS = (
    _rule("azure-key", "Key=", r"(?:Account|SharedAccess)Key=(?P<s>[A-Za-z0-9+/]{30,}={0,2})"),
    _rule("azure-sas", "sig=", r"sig=(?P<s>[A-Za-z0-9%+/]{40,})"),
)
_ADDRESSES = (
    _rule(
        "slack-webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[\w/+-]{20,})",
    ),
    Rule(
        "discord-webhook",
        "/api/webhooks/",
        re.compile(rf"/api/webhooks/(?P<s>[0-9]{{10,}}/{_L}{{30,}})"),
        False,
    ),
    Rule("url-password", "@", _URL_PASSWORD, word=False),
)
_TELEGRAM = Rule(
    "telegram-token", ":AA", re.compile(rf":(?P<s>AA{_L}{{33}})(?!{_L})(?<=[0-9]{{8}}.{{36}})"), word=False
)

GROUPS: tuple[Group, ...] = (
    _group("A(?:KIA|SIA|Iza)", *_TOKENS_WITH_A),
    _group("_[A-Za-z0-9+/]{10}", *_TOKENS_WITH_UNDERSCORE),
    _group(r"-(?:(?<=sk-)|(?<=xox.-)|(?<=lpat-|xapp-|pypi-)|(?<=AGE-)|(?<=OCSPX-))", *_TOKENS_WITH_DASH),
    _group(r"\.(?:eyJ|(?<=ya29\.)|(?<=hvs\.)|(?<=SG\.))", *_TOKENS_WITH_DOT),
    _group("=(?:(?<=Key=)|(?<=sig=))", *_PARAMETERS),
    _group("SK[0-9a-f]{32}", _rule("twilio-key", "SK", rf"SK{_DIGIT_AHEAD}[0-9a-f]{{32}}{_END}")),
    _group(":AA", _TELEGRAM),
    _group("://", *_ADDRESSES),
    _group("curl ", Rule("basic-auth", "curl ", _CURL_USER)),
)
"""In the order of how specific they are: where two find the same place, the first names it."""

HEADERS: tuple[Group, ...] = (
    _group(
        "bearer ",
        _rule("bearer", "bearer ", r"bearer +(?P<s>(?=[a-z._~+/=-]*[0-9])[a-z0-9._~+/-]{16,}={0,2})"),
    ),
    _group(
        "authorization",
        _header("basic-auth", r"basic +(?P<s>[a-z0-9+/]{8,}={0,2})"),
        _header("authorization", r"(?:token +)?(?P<s>(?=[a-z._-]*[0-9])[a-z0-9._~+/-]{16,}={0,2})"),
    ),
)
"""Tried on the text in lower case."""
