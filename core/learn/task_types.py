"""What a prompt asks for: the type of a task by word-bounded phrases.

The first request in a prompt decides: "can you add …", "please fix …", "consider adding unit tests". A
request that only points ("take a look", "why") means the trouble the prompt tells of, if it tells of any,
and to be told something if not. Words count whole and in their place: "test failures" asks for no test,
"list" holds no "is". Code, quoted text and addresses are what is talked about and ask for nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from tacit.core.model import TaskType

_Ask = Literal[TaskType, "pointer"]

_LONGEST = 4000
_CODE = re.compile(r"```.*?(?:```|\Z)|\"\"\".*?(?:\"\"\"|\Z)|https?://\S+", re.DOTALL)
_QUOTES = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”|(?<!\w)'[^'\n]*'(?!\w)")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)


_POLITE = (
    r"(?:(?:please|now|also|then|and|so|ok|okay|hey|hi|first|next|just|again|maybe|finally|go ahead and)[, ]+"
    r"|[-*•\d.)]+ +)*"
)
_WISH = (
    r"(?:can|could|would|will) (?:you|we|i)|please|let's|let us|lets|should we"
    r"|(?:we|you|i)(?:'ll| will)?(?: also)? (?:should|need to|have to|must|want to|want you to|would like to"
    r"|would like you to)"
    r"|(?:i|we)'d like(?: you)? to|help(?: me)?(?: to)?|try to|time to|consider|task is to"
)
_LEAD = rf"(?:^{_POLITE}|\b(?:{_WISH}) {_POLITE})"


def _asking(*verbs: str) -> re.Pattern[str]:
    return _any(rf"{_LEAD}(?:{'|'.join(verbs)})(?![\w-])")


_ASKS: tuple[tuple[_Ask, re.Pattern[str]], ...] = (
    (
        "debugging",
        _asking(
            r"fix(?:ing)?|debug|repair|resolve|solve|troubleshoot|diagnose",
            r"make .{1,40} (?:work|pass) again",
        ),
    ),
    (
        "refactoring",
        _asking(
            r"refactor(?:ing)?|simplify|rename|renaming|extract|clean(?:ing)? up|cleanup|tidy(?: up)?",
            r"reorgani[sz]e|restructure|dedup(?:licate)?|inline|split|move|moving|rewrite|moderni[sz]e",
            r"decouple|consolidate|remove (?:the )?(?:dead|unused|duplicated?|redundant)",
        ),
    ),
    (
        "testing",
        _asking(
            r"test(?= (?:the|this|that|it|our|all|every|whether|if|with|on)\b)", r"cover(?= .*\btests?\b)"
        ),
    ),
    ("documentation", _asking(r"document|describe (?:in|for) the (?:readme|docs|pr)")),
    (
        "analysis",
        _asking(
            r"review|explain|analy[sz]e|compare|explore|audit|evaluate|assess|summari[sz]e|describe",
            r"tell me|show me|research|understand|list|profile|benchmark",
        ),
    ),
    (
        "code_generation",
        _asking(
            r"add(?:ing)?|implement(?:ing)?|create|creating|build|write|writing|make|support|update|change",
            r"extend|generate|introduce|integrate|develop|scaffold|set (?:it )?up|start with|replace",
            r"enable|allow|include|port|increase|improve|raise",
        ),
    ),
    (
        "pointer",
        _asking(
            r"(?:take |have )?(?:a )?(?:look|check|see)\b|find(?: out)?|figure out|determine|investigate",
            r"address|handle|deal with",
        ),
    ),
)
_ASKED_OTHERWISE: tuple[tuple[_Ask, re.Pattern[str]], ...] = (
    (
        "refactoring",
        _any(
            r"\b(?:should|could|can|must|needs? to) be (?:removed|renamed|extracted|moved|merged|split"
            r"|simplified|inlined|consolidated|refactored|deduplicated)\b"
        ),
    ),
    (
        "testing",
        _any(
            r"\b(?:lacks?|missing|without|needs?)(?: any| direct| more| some)*(?: unit| integration)?"
            r" tests?\b"
        ),
    ),
    (
        "code_generation",
        _any(r"\b(?:trying to achieve|i want|we want|i need|we need|(?:i'd|i would|we'd) like)\b"),
    ),
    (
        "pointer",
        _any(
            r"^(?:so |but |and )?(?:why|how come)\b",
            r"[-–,.] *why\?",
            r"\bto (?:determine|find out|figure out)\b",
        ),
    ),
)
_TESTS = _any(r"\b(?:tests?|test cases?|test coverage|coverage|testing|specs?|test suite)\b")
_OBJECT_END = _any(
    r"[,;:]", r"\b(?:for|to|that|which|so|when|where|in|into|with|from|of|because|if|and then)\b"
)
_DOCUMENTS = _any(
    r"\b(?:docs?|documentation|readme(?:\.md)?|docstrings?|changelog(?:\.md)?|release notes|comments"
    r"|tutorial|guide|summary|(?:pr|pull request) (?:body|description|message)|commit message|rfc|adr)\b"
)
_FOR_A_DOCUMENT = _any(r"\bfor (?:the |a |this |our )?(?:pr\b|pull request|readme|docs\b|changelog|release)")
_SUMMING = _any("summari[sz]e|describe")
_VERSION = _any(r"\b(?:update|upgrade|bump|downgrade|pin)\b.{0,80}\bto (?:version )?v?\d+(?:\.\d+)+\b")
_TROUBLE = _any(
    r"\b(?:fail(?:s|ed|ing|ures?)?|broken|breaks?|breaking|crash(?:es|ed|ing)?|bugs?|buggy)\b",
    r"\b(?:panic(?:s|ked)?|regressions?|traceback|stack ?trace|segfaults?|hangs|hanging|stuck)\b",
    r"\bexceptions? (?:is|are|was|thrown|raised)\b|\bblow(?:s|ing|n)? up\b",
    r"\b(?:memory leak|race condition)\b",
    r"\b(?:doesn't|does not|not|isn't) work(?:ing)?\b|\bwon't (?:start|build|compile|run)\b",
    r"\bcan(?:not|'t) (?:use|find|import|compile|build|run|open|load|connect)\b",
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|unexpected(?:ly)?|deadlock)\b|\bis (?:too |very |so )?slow\b",
    r"\berrors? (?:occurs?|messages?|when|while|out)\b",
    r"\b(?:an?|showing|get|getting|see|seeing|throws?|throwing|with|following|hitting(?: \w+){0,3})"
    r" errors?\b",
    r"\b(?:resulting in|causes?) (?:an? )?(?:invalid|corrupt)|\b(?:low|medium|high|critical) severity\b",
    r"\b\w*(?:Error|Exception)\b:|\berror\s*[:=]|\berror\[|\bexit code [1-9]",
)
_MENTIONS: tuple[tuple[TaskType, re.Pattern[str]], ...] = (
    ("refactoring", _any(r"\b(?:refactor\w*|simplifi(?:er|cation)|clean-?up|deduplication)\b")),
    ("documentation", _any(r"\b(?:documentation|readme|changelog)\b")),
    ("testing", _any(r"\b(?:unit|integration|e2e|regression) tests\b")),
)
_QUESTION = _any(
    r"\A(?:so |but |and |then )?(?:what|when|where|which|who|why|how|is|are|was|were|does|do|did|has|have"
    r"|should)\b"
)
_UNNAMED = _any(r"\b(?:address|handle|deal with)\b")


def task_type(prompt: str) -> TaskType:
    """What a prompt asks for; ``other`` where no phrase tells."""
    text = _CODE.sub(" ", prompt[:_LONGEST].replace("’", "'"))
    spoken = _QUOTES.sub("…", text)
    if _VERSION.search(spoken):
        return "other"
    ask = _first_ask(spoken)
    if ask is not None:
        kind, before = ask
        if kind == "pointer":
            return "debugging" if _TROUBLE.search(text) else _pointed(spoken)
        return "debugging" if kind == "code_generation" and _TROUBLE.search(before) else kind
    return _unasked(spoken, text)


def _first_ask(text: str) -> tuple[_Ask, str] | None:
    """The first request, and what stands before it."""
    before = ""
    for sentence in _SENTENCE.split(text):
        found = _ask_of(sentence.strip())
        if found is not None:
            kind, at = found
            return kind, f"{before} {sentence[:at]}"
        before += f" {sentence}"
    return None


def _ask_of(sentence: str) -> tuple[_Ask, int] | None:
    found: list[tuple[int, int, _Ask]] = []
    for rank, (kind, pattern) in enumerate(_ASKS):
        match = pattern.search(sentence)
        if match:
            found.append((match.start(), rank, _by_object(kind, sentence, match)))
    if not found:
        for rank, (kind, pattern) in enumerate(_ASKED_OTHERWISE):
            match = pattern.search(sentence)
            if match:
                found.append((match.start(), rank, _by_object(kind, sentence, match)))
    if not found:
        return None
    at, _, kind = min(found)
    return kind, at


def _by_object(kind: _Ask, sentence: str, match: re.Match[str]) -> _Ask:
    """Adding tests is testing, writing a summary for a pull request documentation."""
    if kind not in {"code_generation", "analysis"}:
        return kind
    rest = sentence[match.end() :]
    end = _OBJECT_END.search(rest)
    what = rest[: end.start()] if end else rest
    if kind == "analysis":
        summing = _SUMMING.search(match[0])
        return "documentation" if summing and _FOR_A_DOCUMENT.search(rest) else kind
    if _TESTS.search(what):
        return "testing"
    return "documentation" if _DOCUMENTS.search(what) or _FOR_A_DOCUMENT.search(rest) else kind


def _pointed(text: str) -> TaskType:
    """A request that only points, where no trouble is told: to find out, or nobody knows what."""
    return "other" if _UNNAMED.search(text) else "analysis"


def _unasked(spoken: str, text: str) -> TaskType:
    if _TROUBLE.search(text):
        return "debugging"
    for kind, pattern in _MENTIONS:
        if pattern.search(spoken):
            return kind
    asks = spoken.rstrip().endswith("?") or _QUESTION.match(spoken.strip())
    return "analysis" if asks else "other"
