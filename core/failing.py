"""How an unforeseen failure is told: its type and its place, never its text, which may quote a transcript."""

from __future__ import annotations

from pathlib import Path


def place_of(error: BaseException) -> str:
    """Where an exception was raised: ``ValueError in my_package/late_tests.py:12``.

    Args:
        error: as it was caught; one that was never raised has no place.
    """
    kind = type(error).__name__
    trace = error.__traceback__
    if trace is None:
        return kind
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename).name
    package = trace.tb_frame.f_globals.get("__package__") or ""
    return f"{kind} in {'/'.join([*package.split('.'), file] if package else [file])}:{trace.tb_lineno}"
