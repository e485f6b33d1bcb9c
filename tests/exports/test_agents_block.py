"""The block in somebody else's file: put in, replaced and taken out, every other byte as it was."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tacit.exports.agents_block import BEGIN, END, block, has_block, put_in, taken_out

OLD, NEW = block("- `a` went well"), block("- `b` went well\n- `c` did not")
LINE_ENDS = ("\n", "\r\n", "\r")
PIECES = ("", "a", "# Title", "- b  ", "\ufeff", "```", "~~~~", " ```py", "\x0c", "\u2028", "<!-- tacit: -->")


def texts() -> st.SearchStrategy[str]:
    """Files of all line ends, also mixed, with and without one at their end."""
    lines = st.tuples(st.sampled_from(PIECES) | st.text(max_size=8), st.sampled_from((*LINE_ENDS, "")))
    return st.lists(lines, max_size=8).map(lambda pairs: "".join(line + end for line, end in pairs))


@given(texts())
@example("")
@example("\ufeff")
@example("\n")
@example("a\n\n\n")
@example("a\r\nb\n")
@example("a\r")
@example("a\nb\r")
def test_taken_out_it_leaves_the_very_file_that_was_there(text: str) -> None:
    try:
        with_block = put_in(text, OLD)
    except ValueError:  # it ends within a fence
        assume(False)
    assert has_block(with_block)
    assert with_block.startswith(text)
    assert put_in(with_block, OLD) == with_block
    assert taken_out(with_block) == text
    assert taken_out(put_in(with_block, NEW)) == text
    assert taken_out(text) == text


def test_a_file_of_its_own_is_a_block_and_goes_with_it() -> None:
    assert put_in(None, OLD) == OLD
    assert put_in(OLD, NEW) == NEW
    assert taken_out(OLD) is None


@pytest.mark.parametrize("end", LINE_ENDS)
def test_the_block_has_the_line_ends_of_the_file(end: str) -> None:
    text = put_in(f"one{end}two{end}", NEW)
    assert text == f"one\ntwo\n\n{NEW}".replace("\n", end)
    assert put_in(text, OLD) == f"one\ntwo\n\n{OLD}".replace("\n", end)


def test_what_was_written_around_it_later_stays() -> None:
    text = put_in("# Mine\n", OLD) + "\nMore.\n"
    assert put_in(text, NEW) == f"# Mine\n\n{NEW}\nMore.\n"
    assert taken_out(text) == "# Mine\n\nMore.\n"


def test_lines_that_stand_close_to_it_are_not_joined() -> None:
    assert taken_out(f"above\n{OLD}below\n") == "above\nbelow\n"
    assert taken_out(f"above\n{OLD}".rstrip("\n")) == "above\n"
    assert taken_out(f"{OLD}below\n") == "below\n"


def test_a_block_that_was_moved_stays_where_it_is() -> None:
    assert put_in(f"one\n\n{OLD}\ntwo\n", NEW) == f"one\n\n{NEW}\ntwo\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{BEGIN}\ntext\n", "begin marker stands alone"),
        (f"text\n{END}\n", "end marker stands alone"),
        (f"{END}\n{BEGIN}\n", "end marker stands before"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n{END}\n", "more than once, or inside"),
        (f"{OLD}\n{OLD}", "more than once, or inside"),
        (f"```\n{OLD}```\n", "begin marker stands inside a code fence"),
        (f"~~~~ md\n~~~\n{OLD}~~~~\n", "inside a code fence"),
        (f"```\n{OLD}", "inside a code fence"),
        (f"{BEGIN}\n```\n{END}\n```\n", "end marker stands inside a code fence"),
        (f"- item\n\n    {BEGIN}\n    {END}\n", "beginning of its line"),
        ("<!-- tacit:begin\n-->\n" + END, "is not closed on its line"),
    ],
)
def test_markers_that_cannot_be_trusted_are_told_and_nothing_is_done(text: str, why: str) -> None:
    for change in (has_block, taken_out, lambda given: put_in(given, NEW)):
        with pytest.raises(ValueError, match=why):
            change(text)


def test_nothing_is_put_behind_a_fence_that_is_never_closed() -> None:
    with pytest.raises(ValueError, match="never closed"):
        put_in("```sh\nmake\n", NEW)
    assert has_block(put_in("```sh\nmake\n```\n", NEW))
    assert has_block(put_in("``` a`b\n", NEW)), "no fence: its words hold a backtick"


def test_markers_that_are_only_spoken_of_are_none() -> None:
    text = f"The block stands between `{BEGIN}` and the end.\n\n<!-- tacit:beginning -->\n"
    assert not has_block(text)
    assert taken_out(put_in(text, NEW)) == text
