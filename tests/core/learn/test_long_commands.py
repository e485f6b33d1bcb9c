"""Commands far longer than a person types: what is done is still seen, and none takes for ever to read."""

from __future__ import annotations

import pytest

from tacit.core.learn.grammar import read


@pytest.mark.parametrize("mark", ["<", "|", "|<", "a=(", "<<EOF\n", "(", "'"])
def test_a_million_marks_in_a_row_are_not_parsed(mark: str) -> None:
    command = f"make && {mark * (1_000_000 // len(mark))}"
    assert [part.name for part in read(command)][:1] in ([], ["make"])


@pytest.mark.parametrize("begin", ["<<EOF", "<<'EOF'", '<<- "EOF"'])
def test_what_stands_behind_a_long_here_document_is_read(begin: str) -> None:
    body = "x = (1, 2)  # it's\n" * 5_000
    command = f"cd /x && cat > a.py {begin}\n{body}EOF\npytest -q tests && git commit -m x"
    assert [part.name for part in read(command)] == ["cd", "cat >", "pytest", "git commit"]
