"""How a server keeps the memory that native threads let go of."""

from __future__ import annotations

import os
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of <malloc.h>


def share_one() -> None:
    """Let all threads of this process take memory from one arena, where the C library is glibc.

    It gives threads up to eight arenas a core, and each keeps what was freed in it. The text index is
    written by new threads every time, so that 120 episodes with a search after each left 160 MB behind;
    with one arena 65 MB. ``MALLOC_ARENA_MAX`` in the environment is obeyed.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    with suppress(ImportError, OSError, AttributeError):
        from ctypes import CDLL

        CDLL(None).mallopt(_ARENA_MAX, 1)
