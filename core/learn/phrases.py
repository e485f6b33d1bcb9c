"""What a person's next prompt says about the work before it: word-bounded phrases, never substrings.

Only the beginning of a prompt is a reaction; a long task description that happens to hold "wrong"
somewhere is none.
"""

from __future__ import annotations

import re
from typing import Literal

Reaction = Literal["correction", "thanks", "repeat"]

_OPENING = 160
_SPLIT = re.compile(r"[^\w']+")

_DECLINE = re.compile(
    r"^(?:no|nope|nah)[,.!;]* +(?:thanks|thank you|(?:that|this|it)(?:'s| is)(?: all)? (?:all|it|enough|fine"
    r"|good|ok|okay|alright|all right))"
    r"(?=[,.!;]|$| (?:for now|i|if|then|but|thanks|thank|for trying|the way|as it)\b)"
)
"""An answer to an offer of more ("No, that's all."), which says nothing against what was done."""

_CORRECTION = re.compile(
    r"^(?:no|nope|wrong|nah|stop|wait|hmm,? no)(?:[,.!:;]| +(?:that|this|it|you|don't|do not|not|the)\b)"
    r"|\b(?:that|this|it)(?:'s| is| was)(?: still)? (?:not right|not correct|not what|incorrect|wrong|broken)"
    r"|\b(?:isn't|is not|wasn't) (?:right|correct|what i|working)"
    r"|\bnot what i (?:asked|meant|want|wanted|said)\b"
    r"|\bi (?:didn't|did not|never) (?:ask|want|say|tell|mean)\b"
    r"|\b(?:still|it) (?:doesn't|does not|didn't|isn't|is not|won't) (?:work|working|build|compile"
    r"|pass|run|fix|fixed)\b"
    r"|\b(?:doesn't|does not|didn't|did not) (?:seem to )?(?:work|compile|build|pass)\b"
    r"|\bstill (?:failing|fails|broken|failed|the same (?:error|problem|issue)|getting|get|see"
    r"|seeing|wrong|an? error|errors)\b"
    r"|\b(?:you|that|this) (?:broke|forgot|missed|removed|deleted|ignored|messed)\b"
    r"|\b(?:why did you|you should(?:n't| not) have|you were supposed|that's a mistake|you made a mistake)\b"
    r"|\b(?:revert|undo|roll back|put back) (?:that|this|it|your|those|these|the (?:last|change|changes))\b"
    r"|^(?:fix (?:this|that|it)\b[:,!.]|there(?:'s| is| are)(?: still| now)* (?:an? )?(?:error"
    r"|errors|failure|failures)\b)"
    r"|^(?:now )?(?:i(?:'m| am)? (?:get|getting|see|seeing)) (?:this|an?|the|these|another"
    r"|a new) (?:\w+ )?(?:error|errors|failure|exception)\b"
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)?[,.! ]+|yes[,.! ]+|ah[,.! ]+)?"
    r"(?:(?:many )?thanks|thank you|thx|ty|cheers|perfect|great|awesome|excellent|amazing|wonderful"
    r"|brilliant|fantastic"
    r"|lgtm|nice(?= work|[,.!]|$| one| job)|cool|love it|well done|good (?:job|work|stuff)"
    r"|looks (?:good|great|perfect)|sounds good"
    r"|(?:that|it|this)(?: now| all)? (?:works|worked|did it|does it|fixed it|looks (?:good|great))"
    r"|works (?:now|great|well|perfectly)|works[.!]?$)\b"
    r"|\b(?:thanks|thank you|works (?:now|great|perfectly)|looks good to me|lgtm)\b(?! in advance)"
)
_NOT_THANKS = re.compile(
    r"\b(?:no thanks|not (?:great|perfect|good|nice|cool)|(?:thanks|thank you) (?:for nothing|in advance"
    r"|anyway|for trying)"
    r"|would be (?:great|nice|perfect|cool))\b"
    r"|^(?:great|cool|nice|perfect|awesome) (?:idea|question|point|if|to|catch)\b"
)


def reaction(prompt: str) -> tuple[Reaction, str] | None:
    """Whether a prompt corrects or thanks for the work before it, and by which words."""
    head = " ".join(prompt[: _OPENING * 2].lower().replace("’", "'").split())[:_OPENING]
    head = _DECLINE.sub("", head).lstrip(" ,.!;")
    found = _CORRECTION.search(head)
    if found:
        return "correction", found[0].strip(" ,.:;!")
    found = _THANKS.search(head)
    if found and not _NOT_THANKS.search(head):
        return "thanks", found[0].strip(" ,.:;!")
    return None


def repeats(prompt: str, before: str) -> bool:
    """Whether a prompt asks for the same again: the same text, or four of five of its words in both."""
    new, old = _words(prompt), _words(before)
    if min(len(new), len(old)) < 4:
        return bool(new) and prompt.strip().lower() == before.strip().lower()
    return len(new & old) >= 0.8 * len(new | old)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _SPLIT.split(text[:4000].lower()) if word)
