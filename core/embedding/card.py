"""The card of a compiled model: the small file beside it that says what it is and how well it fits."""

from __future__ import annotations

import os
from hashlib import blake2b, sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from tacit.core.embedding.provider import EmbeddingError

CARD, MODEL, TOKENIZER = "card.json", "model.onnx", "tokenizer.json"
"""The three files of a compiled model."""

FILES = (CARD, MODEL, TOKENIZER)


class Checks(Struct, frozen=True):
    """How near the compiled model is to its original, on the ``texts`` fixed texts.

    ``worst`` and ``mean`` are cosines between the vectors of one text by both; ``neighbours`` is the mean
    share of the ten nearest texts that are the same for both.
    """

    texts: int
    worst: float
    mean: float
    neighbours: float


class Card(Struct, frozen=True):
    """What a compiled model is.

    ``weights`` is ``int8``, or ``float32`` where int8 came too far from the original; ``refused`` holds
    the checks of that int8 form. ``model_sum`` and ``tokenizer_sum`` are SHA-256 of the two files.
    ``prompts`` are put before the texts of a role; longer texts than ``tokens`` are cut.
    """

    name: str
    source: str
    dimensions: int
    tokens: int
    pad: int
    weights: str
    bytes: int
    model_sum: str
    tokenizer_sum: str
    prompts: dict[str, str]
    checks: Checks
    versions: dict[str, str]
    made: str
    refused: Checks | None = None

    @property
    def space(self) -> str:
        """The name of the vector space: other for every compiled form that can give other vectors."""
        parts = (self.model_sum, self.tokenizer_sum, self.tokens, sorted(self.prompts.items()))
        return f"local/{self.name}/{blake2b(repr(parts).encode(), digest_size=4).hexdigest()}"


def read_card(folder: Path) -> Card:
    """The card in a folder.

    Raises:
        FileNotFoundError: there is none.
        EmbeddingError: it is not what was written.
    """
    try:
        return msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    except msgspec.DecodeError:
        raise damaged(folder.name, "its card cannot be read") from None
    except NotADirectoryError:
        raise FileNotFoundError(folder) from None
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise damaged(folder.name, f"its card cannot be read ({error.strerror})") from None


def write_card(folder: Path, card: Card) -> None:
    """Write the card of a folder."""
    with (folder / CARD).open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(card)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def checked(folder: Path, card: Card) -> tuple[bytes, bytes]:
    """(model, tokenizer): the bytes of both files, found to be those that were written.

    Raises:
        EmbeddingError: one is missing, cannot be read or is not what was written.
    """
    found = []
    for file, wanted in ((MODEL, card.model_sum), (TOKENIZER, card.tokenizer_sum)):
        try:
            content = (folder / file).read_bytes()
        except OSError as error:
            raise damaged(card.name, f"{file} cannot be read ({error.strerror})") from None
        if digest(content) != wanted:
            raise damaged(card.name, f"{file} is not what was built")
        found.append(content)
    return found[0], found[1]


def digest(content: bytes) -> str:
    """The sum that the card keeps of a file."""
    return sha256(content).hexdigest()


def damaged(name: str, why: str) -> EmbeddingError:
    """The error of a compiled model that cannot be used as it is."""
    return EmbeddingError(
        f"The compiled model {name} is damaged: {why}.",
        f"`memory models build {name} --again` builds it anew.",
    )
