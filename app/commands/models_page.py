"""The list of models, as a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tacit.app.commands.table import Cell
    from tacit.core.embedding.shelf import Known

_STYLES = {"damaged": "red", "half built": "yellow", "not built": "dim"}


def listed(form: str) -> None:
    """Print all models."""
    from tacit.app.commands.output import say, write, write_rows
    from tacit.core.embedding.shelf import known

    found, chosen, held = known(), _chosen(), _held()
    if form != "table":
        forms = [
            form_of(one, one.name == chosen and one.state == "built", *_rows(one, held)) for one in found
        ]
        write_rows(form, "models", forms)
        return
    if found:
        write(_table(found, chosen, held))
    for one in found:
        if one.why:
            say(f"{one.why} `memory models build {one.name}` builds it again.", "yellow")
    if not any(one.state == "built" for one in found):
        more = "" if found else " It needs the extra: pip install 'tacit[models]'"
        say(f"No model is built, so searches go by words: `memory models build`.{more}", "dim")


def form_of(one: Known, used: bool, embedded: int | None, waiting: int | None) -> dict[str, Any]:
    """A model as JSON; see ``exports/schema/model.json``."""
    card = one.card
    checks = None if card is None else card.checks
    return {
        "name": one.name,
        "state": one.state,
        "in_use": used,
        "source": one.source or None,
        "space": None if card is None else card.space,
        "dimensions": None if card is None else card.dimensions,
        "tokens": None if card is None else card.tokens,
        "weights": None if card is None else card.weights,
        "bytes": None if card is None else card.bytes,
        "texts": None if checks is None else checks.texts,
        "worst": None if checks is None else checks.worst,
        "mean": None if checks is None else checks.mean,
        "neighbours": None if checks is None else checks.neighbours,
        "built": None if card is None else card.made,
        "embedded": embedded,
        "waiting": waiting,
        "problem": one.why or None,
    }


def _table(found: tuple[Known, ...], chosen: str | None, held: dict[str, tuple[int, int]]) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import NONE, percent, size

    columns = (
        Column("model"),
        Column("state"),
        Column("weights", drop=5),
        Column("size", right=True, drop=2),
        Column("worst", right=True, drop=4),
        Column("same", right=True, drop=4),
        Column("embedded", right=True),
        Column("waiting", right=True),
        Column("source", drop=6),
    )
    rows: list[list[Cell | str]] = []
    for one in found:
        used = one.name == chosen and one.state == "built"
        state = Cell("in use", "green") if used else Cell(one.state, _STYLES.get(one.state, ""))
        figures = [NONE] * 4
        if one.card is not None:
            checks = one.card.checks
            same = percent(checks.neighbours)
            figures = [one.card.weights, size(one.card.bytes), f"{checks.worst:.3f}", same]
        numbers = [NONE if number is None else f"{number:,}" for number in _rows(one, held)]
        rows.append([one.name, state, *figures, *numbers, _origin(one)])
    return table(columns, rows)


def _origin(one: Known) -> str:
    from tacit.core.embedding.packaged import packaged_folder
    from tacit.core.places import short

    return "packaged" if one.source and one.source == packaged_folder() else short(one.source)


def _rows(one: Known, held: dict[str, tuple[int, int]]) -> tuple[int | None, int | None]:
    """(vectors in the store, records that wait), where that is known."""
    return (None, None) if one.card is None else held.get(one.card.space, (None, None))


def _chosen() -> str | None:
    """The model that the settings name, else the one that was taken into use."""
    from tacit.core.config import load
    from tacit.core.embedding.registry import in_use

    settings = load()
    return (settings.model or in_use()) if settings.provider in (None, "local") else None


def _held() -> dict[str, tuple[int, int]]:
    """By space what the store holds of it; nothing where there is no store to be read."""
    from tacit.app.commands.door import door
    from tacit.core.errors import StoreError

    found = door()
    found.command = "models list"
    try:
        with found.read() as memory:
            holding = memory.embedding()
    except StoreError:
        return {}
    return {holding.space: (holding.rows, holding.waiting)} if holding.space else {}
