"""Text of records on a page: it says what it said, and nothing of it is markup."""

from __future__ import annotations

from hypothesis import example, given
from marked_up import HOSTILE, codes, links, parsed

from tacit.core.text import one_line
from tacit.exports.page_text import cell, code, fenced

INNER = {"code_inline", "text", "link_open", "link_close", "strong_open", "strong_close"}


@given(HOSTILE)
@example("a\\|b`")
@example("``` x")
@example("`")
def test_code_says_what_was_typed_and_is_nothing_but_code(text):
    shown = one_line(text).strip()
    for frame in ("{}", "- {}", "# {}", "[{}](x.md)", "**a** {}"):
        line = frame.format(code(text))
        tokens, inside = parsed(line)
        assert codes(line) == ([shown] if shown else [])
        assert {token.type for token in inside} <= INNER
        assert not [token for token in tokens if token.type.startswith(("html", "fence", "code_block"))]


@given(HOSTILE, HOSTILE)
def test_a_cell_of_a_table_stays_one_cell(first, second):
    rows = f"| a | b |\n|---|---|\n| {cell(first)} | [{cell(second)}](x.md) |\n"
    assert [token.type for token in parsed(rows)[0]].count("td_open") == 2
    expected = [one_line(one).strip().replace("\\|", "\\¦") for one in (first, second)]
    assert codes(rows) == [one for one in expected if one]
    assert links(rows) == ["x.md"]


@given(HOSTILE)
def test_a_block_of_code_is_not_left(text):
    tokens, _ = parsed("\n".join((*fenced(text), "", "behind")))
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
