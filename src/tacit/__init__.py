"""Tacit: a self-learning memory for AI coding agents.

The public names load on first use, so that ``import tacit`` costs nothing::

    from tacit import Memory

    with Memory.open() as memory:
        for pattern in memory.patterns("kind:error_recovery", limit=10):
            print(pattern.title)
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of typing would be a third of what a short command loads
if TYPE_CHECKING:
    from tacit.core.errors import TacitError as TacitError
    from tacit.memory import Memory as Memory

__version__ = "0.1.0"
__all__ = ["Memory", "TacitError", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Memory":
        from tacit.memory import Memory

        return Memory
    if name == "TacitError":
        from tacit.core.errors import TacitError

        return TacitError
    raise AttributeError(f"module 'tacit' has no attribute {name!r}")
