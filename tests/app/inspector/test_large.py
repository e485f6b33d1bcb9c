"""In a large memory a deed answers at once, and everything else is weighed anew in another process."""

from __future__ import annotations

import pytest
from awaited import until

from tacit.app.inspector.application import Inspector
from tacit.core.learn import state


async def test_a_delete_is_told_at_once_and_the_review_runs_apart(demo, see, calm, monkeypatch) -> None:
    monkeypatch.setattr(state, "QUICK", 0)
    monkeypatch.setattr(demo, "review", lambda: pytest.fail("a review on the keys' time"))
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        gone = app.screen.list.row
        await pilot.press("d", "y")
        await until(pilot, lambda: "Deleted: " in see(app))
        assert gone.id not in {one.id for one in demo.patterns()}
        await until(pilot, lambda: not demo.review_due())
        assert app.screen.list.row.id != gone.id
    assert all(finding.level == "ok" for finding in demo.doctor())
