"""Making USearch and ONNX Runtime bear each other in one process.

USearch 2.26 brings a copy of the C++ library along. Where it is loaded first, ONNX Runtime takes parts of
that copy for its own, and the process dies as soon as it is imported; the other way round all is well. So
the system's library is made known to all before USearch is, which takes less than a millisecond.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache


@cache
def make_way() -> None:
    """Call this before importing anything of USearch."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError):  # a system without it has nothing to mix up
        ctypes.CDLL("libstdc++.so.6", mode=ctypes.RTLD_GLOBAL)
