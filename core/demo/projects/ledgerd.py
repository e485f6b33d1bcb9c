"""A service in Python, whose tests run through a script of its own."""

from __future__ import annotations

from tacit.core.demo.shape import Failure, Habit, Project, Remedy, Run

_TRACE = """\
Traceback (most recent call last):
  File "{file}", line {line}, in <module>
    import {symbol}
"""

_BARE = Failure(
    """\
==================================== ERRORS ====================================
ImportError while importing test module 'tests/test_{symbol}.py'.
E   ModuleNotFoundError: No module named 'ledgerd'
=========================== short test summary info ============================
ERROR tests/test_{symbol}.py
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
=============================== 1 error in 0.{n}s ===============================""",
    (
        Remedy("instead:test", (1.5, 6), (0.85, 0.93)),
        Remedy("pip install -e .", (3, 0.4), (0.08, 0.1), says="Successfully installed ledgerd-1.{n}"),
        Remedy("edit", (1, 0.3), (0.05, 0.05)),
    ),
    code=2,
)
_ASSERTION = Failure(
    """\
bin/test: postgres is up
.......F....
=================================== FAILURES ===================================
E       AssertionError: assert Decimal('{n}.00') == Decimal('{n}.50')
{file}:{line}: AssertionError
=========================== short test summary info ============================
FAILED tests/test_{symbol}.py::test_{symbol}_balances - AssertionError
========================= 1 failed, {n} passed in 3.{n}s =========================""",
    (Remedy("edit", (3, 1.5), (0.5, 0.6)), Remedy("look", (1, 3), (0.75, 0.88))),
    2.0,
)
_DATABASE = Failure(
    """\
bin/test: cannot reach postgres
E   psycopg.OperationalError: connection failed: connection to server at "127.0.0.1", port 5432 \
failed: Connection refused""",
    (
        Remedy("docker compose up -d db", (2, 4), (0.88, 0.95), says=" Container ledgerd-db-1  Started"),
        Remedy("instead:bare", (2, 0.3), (0.02, 0.02)),
    ),
    1.2,
)
_MISSING = Failure(
    _TRACE + "ModuleNotFoundError: No module named 'structlog'",
    (
        Remedy(
            "uv add structlog",
            (2, 5),
            (0.93, 0.97),
            says="Resolved {n} packages in 12ms\n + structlog==25.{n}",
        ),
        Remedy(
            "pip install structlog", (4, 0.5), (0.15, 0.2), says="Successfully installed structlog-25.{n}"
        ),
    ),
)
_RUFF = Failure(
    """\
F401 [*] `{symbol}` imported but unused
 --> {file}:{line}:{n}

Found 1 error.
[*] 1 fixable with the `--fix` option.""",
    (
        Remedy(
            "uv run ruff check --fix .", (1, 4), (0.95, 0.98), says="Found 1 error (1 fixed, 0 remaining)."
        ),
        Remedy("edit", (3, 1), (0.7, 0.79)),
    ),
)
_MYPY = Failure(
    """\
{file}:{line}: error: Incompatible return value type (got "Decimal | None", expected "Decimal")  \
[return-value]
Found 1 error in 1 file (checked {n} source files)""",
    (Remedy("edit", (2, 2), (0.7, 0.8)), Remedy("look", (1, 2), (0.75, 0.89))),
)
_HOOK = Failure(
    """\
ruff format..............................................................Failed
- hook id: ruff-format
- files were modified by this hook

1 file reformatted""",
    (
        Remedy("git add -A", (2, 4), (0.93, 0.97)),
        Remedy("git commit --no-verify -m wip", (2, 0.3), (0.2, 0.2), says="[main 3a{n}] wip"),
    ),
)

LEDGERD = Project(
    directory="work/ledgerd",
    branches=("main", "main", "feat/statements", "fix/rounding"),
    files=(
        "ledgerd/app.py",
        "ledgerd/accounts.py",
        "ledgerd/postings.py",
        "ledgerd/statements.py",
        "ledgerd/db.py",
        "tests/test_postings.py",
        "tests/test_statements.py",
    ),
    symbols=(
        "post_entry",
        "Statement",
        "round_half_even",
        "open_account",
        "Balance",
        "reconcile",
        "currency_of",
    ),
    code=(
        "from decimal import Decimal",
        "from ledgerd.db import session",
        "def {symbol}(account: str, amount: Decimal) -> Decimal:",
        "    with session() as db:",
        '        rows = db.execute(SELECT_POSTINGS, {"account": account})',
        "        total = sum((row.amount for row in rows), Decimal())",
        "    return (total + amount).quantize(CENT)",
        "class {symbol}Error(ValueError):",
        "    account: str",
    ),
    runs={
        "test": Run(
            "bin/test",
            """\
bin/test: postgres is up
............
============================== {n} passed in 3.{n}s ==============================""",
            (_ASSERTION, _DATABASE),
            (3, 25),
        ),
        "bare": Run("pytest -q", "{n} passed in 2.{n}s", (_BARE,), (0.5, 3)),
        "serve": Run("uv run python -m ledgerd --check", "configuration ok", (_MISSING,), (0.5, 3)),
        "lint": Run("uv run ruff check .", "All checks passed!", (_RUFF,), (0.1, 0.6)),
        "format": Run("uv run ruff format .", "{n} files left unchanged", (), (0.1, 0.4)),
        "types": Run("uv run mypy ledgerd", "Success: no issues found in {n} source files", (_MYPY,), (1, 9)),
        "commit": Run(
            'git add -A && git commit -m "fix: {symbol}"',
            "[main 3b{n}c1] fix: {symbol}\n 2 files changed",
            (_HOOK,),
            (0.4, 2),
        ),
    },
    habits=(
        Habit(("look", "edit", "fail:bare", "end:test"), (4, 0.7), (0.6, 0.75)),
        Habit(("look", "edit", "run:types", "edit", "end:test"), (4, 6), (0.97, 0.98)),
        Habit(("look", "edit", "fail:test", "run:format", "edit", "end:test"), (2, 2), (0.4, 0.5)),
        Habit(("read", "edit", "end:bare"), (3, 0.2), (0.1, 0.15)),
        Habit(("look", "edit", "fail:types", "end:test"), (1, 2), (0.75, 0.9)),
        Habit(("look", "edit", "fail:serve", "run:serve"), (1, 1.2), (0.75, 0.9), 0.3),
        Habit(("read", "edit", "fail:lint", "fail:commit"), (1, 2), (0.85, 0.92), 0.4),
        Habit(("blind", "fail:test", "end:test"), (1.5, 0.8), (0.3, 0.4)),
        Habit(("delegate", "write", "edit", "fail:test", "end:test"), (1, 1.8), (0.45, 0.55)),
    ),
    tasks=(
        "Statements are off by a cent, find out why {symbol} rounds twice",
        "Add an endpoint that returns {symbol} for a month",
        "Fix the race between {symbol} and the nightly job",
        "Refactor {symbol} to take the currency explicitly",
        "Implement idempotency keys for {symbol} in {file}",
        "Write tests for {symbol} with negative amounts",
        "Bug: {symbol} raises when an account was closed the same day",
    ),
    questions=(
        "What happens in {file} when two postings share a key?",
        "Explain how {symbol} is called from the scheduler",
    ),
    areas=("postings", "statements", "rounding"),
    weight=(1.7, 1.8),
)
