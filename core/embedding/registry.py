"""Which models are compiled here, and which one is in use.

They lie in the cache, each in a folder of its name; the file ``in_use`` beside them holds the name of
one. Nothing heavy is read or imported.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from tacit.core.embedding.card import CARD, Card, damaged, read_card
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.errors import NotFound, Usage
from tacit.core.places import Places

IN_USE = "in_use"
BUILDING = ".building-"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class BuiltModel(Struct, frozen=True):
    """A compiled model: its folder, the space of its vectors and how long one is."""

    name: str
    folder: str
    space: str
    dimensions: int
    card: Card


def models_folder(places: Places | None = None) -> Path:
    """Where compiled models lie; the folder may not exist."""
    return Path((places or Places()).cache) / "models"


def named(text: str) -> str:
    """The name a model gets here: of a folder or a path its last part, in small letters.

    Raises:
        Usage: nothing usable is left.
    """
    last = text.rstrip("/").rpartition("/")[2].lower()
    if not _NAME.fullmatch(last):
        hint = "Letters, digits, dots, dashes and low lines, 64 at most: --as my-model"
        raise Usage(f"“{last or text}” cannot be the name of a model.", hint)
    return last


def built(name: str | None = None, places: Places | None = None) -> BuiltModel | None:
    """The compiled model of a name, or the one in use; ``None`` when it is not there.

    Raises:
        EmbeddingError: it is there but its card cannot be read.
    """
    folder = models_folder(places)
    wanted = name or in_use(places)
    if not wanted or not _NAME.fullmatch(wanted):
        return None
    place = folder / wanted
    try:
        card = read_card(place)
    except FileNotFoundError:
        return None
    if card.name != wanted:
        raise damaged(wanted, f"its card is that of {card.name}")
    return BuiltModel(card.name, str(place), card.space, card.dimensions, card)


def compiled(places: Places | None = None) -> tuple[str, ...]:
    """The names of all compiled models; whether their files are whole is seen when one is used."""
    try:
        found = sorted(one.parent.name for one in models_folder(places).glob(f"*/{CARD}"))
    except OSError:
        return ()
    return tuple(name for name in found if _NAME.fullmatch(name))


def in_use(places: Places | None = None) -> str | None:
    """The name that ``memory models use`` wrote; its model may not be there."""
    try:
        text = (models_folder(places) / IN_USE).read_text("utf-8", "replace").strip()
    except OSError:
        return None
    return text or None


def use(name: str, places: Places | None = None) -> BuiltModel:
    """Make a compiled model the one in use.

    Raises:
        NotFound: it is not built.
        EmbeddingError: its card cannot be read, or the choice cannot be written.
    """
    model = built(name, places)
    if model is None:
        raise NotFound(f"There is no compiled model “{name}”.", "`memory models list` shows which there are.")
    folder = models_folder(places)
    new = folder / f".{IN_USE}.new"
    try:
        new.write_text(f"{model.name}\n", "utf-8")
        new.replace(folder / IN_USE)
    except OSError as error:
        raise EmbeddingError(
            f"{folder / IN_USE} cannot be written: {error.strerror}.", "Check its permissions."
        ) from None
    return model
