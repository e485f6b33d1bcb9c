"""What turns text into vectors, whoever does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

Role = Literal["query", "document"]
"""What a text is to the search: what is asked, or what may be found. Some models tell them apart."""


class EmbeddingError(TacitError):
    """A model or a remote provider cannot answer; searches go on by words alone."""

    exit_code: ClassVar[int] = 1


class Provider(Protocol):
    """A source of unit vectors.

    ``space`` names what its vectors can be compared with: the same space for the same model and
    version of its compiled form, another for any other. ``dimensions`` is the length of a vector.
    """

    @property
    def space(self) -> str:
        """The name of the vector space, as ``local/all-minilm-l6-v2/3f9k2m7q``."""
        ...

    @property
    def dimensions(self) -> int:
        """How long a vector is."""
        ...

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:
        """The unit vectors of some texts, one row each, in their order.

        Raises:
            EmbeddingError: it cannot be done now; the message says why, the hint what to do.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds. Closing twice is harmless."""
        ...
