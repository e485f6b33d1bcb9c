"""What other memories told is marked wherever the inspector shows it, and never passes for a rate of here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, habit, habits

from tacit import Memory
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.pattern.detail import pattern_detail
from tacit.app.inspector.pattern.known import Shown, read_beside, read_near
from tacit.app.inspector.views.rows import pattern_row
from tacit.core.model import Pattern
from tacit.core.query import Plan
from tacit.widgets.ink import plain

NOW = START + 30 * 86_400_000


@pytest.fixture
def bob(tmp_path: Path) -> Iterator[Memory]:
    """A memory that saw one session and took in what another one shares."""
    habits(tmp_path / "alices", 6)
    habit("b0").save(tmp_path / "bobs")
    with (
        Memory.open(tmp_path / "alice", clock=lambda: NOW) as alice,
        Memory.open(tmp_path / "bob", clock=lambda: NOW) as memory,
    ):
        alice.import_path(tmp_path / "alices")
        memory.import_path(tmp_path / "bobs")
        content = alice.share(name="alice", with_project=True).content
        memory.import_shared(io.BytesIO(content))
        yield memory


def detail(memory: Memory, row: Pattern) -> str:
    known = read_near(memory, row, None)._replace(beside=read_beside(memory, row))
    shown = Shown(Plan(), 0, 1)
    lines = pattern_detail(known, NOW, shown)(80)
    return " ".join(" ".join(plain(line.line) for line in lines).split())


@pytest.mark.parametrize("width", [60, 76, 120])
def test_a_row_says_that_it_is_shared_and_how_it_went_there(bob: Memory, width: int) -> None:
    rows = bob.patterns("verdict:shared")
    assert rows
    for row in rows:
        line = plain(pattern_row(row, width, NOW))
        assert " shared " in line
        assert f"there {row.elsewhere[0].successes} of {row.elsewhere[0].judged}" in line
        assert "n=" not in line
        assert "1970" not in line


def test_the_detail_tells_both_memories_apart(bob: Memory) -> None:
    rows = bob.patterns("verdict:shared")
    told = detail(bob, next(row for row in rows if row.uses))
    assert "told by another memory, and not seen here often enough" in told
    assert "Support 1 use" in told
    assert "Elsewhere alice: " in told
    assert "what came from elsewhere and was not learned here stands last" in told
    assert "Learned" not in told
    bob.delete([bob.sessions()[0].id])
    unseen = detail(bob, bob.patterns()[0])
    assert "Seen here not yet Elsewhere alice: " in unseen
    assert "1970" not in unseen


async def test_they_stand_in_the_list_and_their_page_opens(bob: Memory, see, calm) -> None:
    app = Inspector(bob)
    async with app.run_test(size=(120, 40)) as pilot:
        await calm(pilot)
        assert "shared" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "alice: " in see(app)
