"""Pages of Markdown as a parser of the flavour that hosts use reads them, and texts that try to be markup."""

from __future__ import annotations

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("gfm-like", {"html": True})

_WORDS = r"""
` `` ``` ~~~ | \| \ *a* __b__ ~~c~~ <b> <!-- --> &lt; &#124; [x](http://a.b) ![y](z) $m$ @who :+1: --- ===
http://a.b www.a.com a@b.cc
"""
_ODD = (
    *_WORDS.split(),
    *("[r]: /u", "# h", "> q", "- l", "1. n", "\n", "\n\n", "\r", "\t", "    "),
    *("\x1b[31m", "\x00", "\u202e", "\x9b", "\u2028"),
)
HOSTILE = st.lists(st.sampled_from(_ODD) | st.text(max_size=4), max_size=8).map("".join)


def parsed(text: str) -> tuple[list[Token], list[Token]]:
    """(every token of a page, every token inside of its lines)."""
    tokens = _PARSER.parse(text)
    return tokens, [child for token in tokens for child in token.children or ()]


def links(text: str) -> list[str]:
    """Where the links of a page lead."""
    return [str(token.attrGet("href")) for token in parsed(text)[1] if token.type == "link_open"]


def codes(text: str) -> list[str]:
    """What a reader sees of the page as code inside of a line."""
    return [token.content for token in parsed(text)[1] if token.type == "code_inline"]
