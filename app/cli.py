"""The door for commands: runs one and turns whatever happens into an exit code and at most a few lines.

Exit codes: 0 done, 1 not found or nothing usable, 2 usage or no terminal, 3 the store cannot be used,
130 interrupted. A traceback is shown only with ``--verbose``; otherwise the log has it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code.

    Collecting garbage while modules load and taking the interpreter down piece by piece would cost a
    short command a sixth of its time: the first is put off, the second left out.
    """
    gc.set_threshold(20_000, 20, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 gets ? for →
    try:
        code = run(sys.argv[1:] if args is None else args)
    except KeyboardInterrupt:  # once more, while the first was being told
        code = 130
    leave(code)


def run(args: Sequence[str]) -> int:
    """Run one command and return the exit code; nothing is raised."""
    from tacit.app.commands.trouble import handle

    try:
        code = _invoke(args)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BaseException as error:  # the one place where everything ends
        return handle(error, args)
    return code


def _invoke(args: Sequence[str]) -> int:
    """The command's own exit code.

    click's ``main`` would also do, but it turns a closed pipe and Ctrl-C into exits of its own.
    """
    from click.exceptions import Exit

    from tacit.app.commands.root import memory

    if "_MEMORY_COMPLETE" in os.environ:
        memory.main(args=list(args), prog_name="memory", standalone_mode=False)
    try:
        with memory.make_context("memory", list(args)) as context:
            code = memory.invoke(context)
    except Exit as done:
        return done.exit_code
    return code if isinstance(code, int) else 0


def leave(code: int) -> NoReturn:
    """End the process after what was registered to run at its end, without the interpreter's teardown."""
    import atexit

    try:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BaseException:  # also a signal once more, where the terminal is gone
        code = code or 1
    os._exit(code)
