"""Sessions that leave upkeep something to do: near-duplicates, a habit that fails, old ones."""

from __future__ import annotations

from pathlib import Path

from transcript import START, Transcript

DAY = 86_400_000
LAST = START + 14 * DAY
"""After the last of them."""


def changed(folder: Path, name: str, ending: str, day: int) -> Path:
    """A change that a check stops once, with tests that pass at the end."""
    one = Transcript(f"{name}{day}", start=START + day * DAY)
    one.prompt(f"change {name}")
    one.edit(f"src/a.{ending}")
    one.bash("make check", "error: it broke", error=True)
    one.edit(f"src/a.{ending}")
    one.tests_pass()
    return one.save(folder)


def spoiled(folder: Path, day: int) -> Path:
    """A change with a tool that leads to nothing."""
    one = Transcript(f"spoiled{day}", start=START + day * DAY)
    one.prompt("move the tables")
    one.edit("db/a.sql")
    one.bash("psql -f db/a.sql", "done")
    one.edit("db/a.sql")
    one.tests_fail()
    return one.save(folder)


def story(folder: Path) -> Path:
    """All of them; the rows of one leave another one in its place."""
    for day in range(4):
        changed(folder, "left", "py", day)
        changed(folder, "right", "rs", 4 + day)
    for day in range(8, 11):
        spoiled(folder, day)
    return folder
