"""A command line in Rust."""

from __future__ import annotations

from tacit.core.demo.shape import Failure, Habit, Project, Remedy, Run

_COMPILER = """\

  --> {file}:{line}:{n}
   |
{line} |     {symbol}
   |     ^^^^

error: could not compile `quarry` (lib) due to 1 previous error"""

_UNRESOLVED = Failure(
    "error[E0432]: unresolved import `crate::{symbol}`" + _COMPILER,
    (Remedy("edit", (3, 5), (0.72, 0.95)), Remedy("cargo add {symbol}", (2, 0.6), (0.25, 0.3))),
    2.0,
    101,
)
_MISMATCH = Failure(
    "error[E0308]: mismatched types" + _COMPILER,
    (Remedy("edit", (3, 2), (0.6, 0.75)), Remedy("look", (1, 3), (0.75, 0.89))),
    2.0,
    101,
)
_BORROW = Failure(
    "error[E0502]: cannot borrow `{symbol}` as mutable because it is also borrowed as immutable" + _COMPILER,
    (Remedy("edit", works=(0.35, 0.55)), Remedy("look", works=(0.6, 0.8))),
    1.0,
    101,
)
_TEST = Failure(
    """\
running {n} tests
test {symbol}_roundtrip ... FAILED

failures:

---- {symbol}_roundtrip stdout ----
thread '{symbol}_roundtrip' panicked at {file}:{line}:9:
assertion `left == right` failed
  left: {n}
 right: {n}

test result: FAILED. {n} passed; 1 failed; 0 ignored; finished in 0.{n}s

error: test failed, to rerun pass `--lib`""",
    (Remedy("edit", (3, 1), (0.4, 0.5)), Remedy("look", (1, 3), (0.7, 0.85))),
    code=101,
)
_CLIPPY = Failure(
    """\
error: redundant clone
  --> {file}:{line}:{n}
   |
   = note: `-D clippy::redundant-clone` implied by `-D warnings`

error: could not compile `quarry` (lib) due to 1 previous error""",
    (
        Remedy("edit", (2, 3), (0.75, 0.89)),
        Remedy("cargo clippy --fix --allow-dirty", (2, 1), (0.55, 0.6), says="    Fixed {file} (1 fix)"),
    ),
    code=101,
)
_REJECTED = Failure(
    """\
To github.com:mirador/quarry.git
 ! [rejected]        main -> main (fetch first)
error: failed to push some refs to 'github.com:mirador/quarry.git'
hint: Updates were rejected because the remote contains work that you do not have locally.""",
    (
        Remedy(
            "git pull --rebase",
            (2, 6),
            (0.92, 0.97),
            says="Successfully rebased and updated refs/heads/main.",
        ),
        Remedy(
            "git push --force",
            (3, 0.4),
            (0.0, 0.0),
            refused="remote: error: GH006: Protected branch update failed for refs/heads/main.",
        ),
    ),
)

QUARRY = Project(
    directory="src/quarry",
    branches=("main", "main", "feat/columnar-scan", "fix/utf8-headers"),
    files=(
        "src/main.rs",
        "src/scan.rs",
        "src/reader/csv.rs",
        "src/reader/parquet.rs",
        "src/filter.rs",
        "src/output/table.rs",
        "tests/cli.rs",
    ),
    symbols=(
        "RowFilter",
        "scan_dir",
        "ColumnPlan",
        "read_header",
        "TableWriter",
        "parse_predicate",
        "BatchIter",
    ),
    code=(
        "use std::path::{Path, PathBuf};",
        "use anyhow::{Context, Result};",
        "pub struct {symbol} {",
        "    rows: usize,",
        "    path: PathBuf,",
        "}",
        "impl {symbol} {",
        "    pub fn open(path: &Path) -> Result<Self> {",
        '        let rows = std::fs::read(path).context("open")?.len();',
        "        Ok(Self { rows, path: path.into() })",
        "    }",
    ),
    runs={
        "check": Run(
            "cargo check --all-targets",
            """\
    Checking quarry v0.7.{n}
    Finished `dev` profile in 1.{n}s""",
            (_UNRESOLVED, _MISMATCH, _BORROW),
            (1, 9),
        ),
        "test": Run(
            "cargo test --quiet",
            """\
running {n} tests
test result: ok. {n} passed; 0 failed; 0 ignored; finished in 0.{n}s""",
            (_TEST,),
            (4, 40),
        ),
        "format": Run("cargo fmt", "", (), (0.2, 0.6)),
        "fix": Run(
            "cargo clippy --fix --allow-dirty",
            """\
    Checking quarry v0.9.{n} (/work/quarry)
       Fixed {file} ({n} fixes)
    Finished `dev` profile [unoptimized + debuginfo] target(s) in 2.{n}s""",
            (),
            (2, 8),
        ),
        "lint": Run(
            "cargo clippy --all-targets -- -D warnings",
            "    Finished `dev` profile in 2.{n}s",
            (_CLIPPY,),
            (2, 15),
        ),
        "commit": Run(
            'git add -A && git commit -m "Handle {symbol} in the scanner"',
            """\
[main 4f{n}ab] Handle {symbol} in the scanner
 2 files changed""",
            (),
            (0.1, 0.4),
        ),
        "push": Run(
            "git push",
            """\
To github.com:mirador/quarry.git
   41aa..90fe  main -> main""",
            (_REJECTED,),
            (1, 4),
        ),
    },
    habits=(
        Habit(("look", "edit", "fail:check", "run:check", "end:test"), (1.5, 5), (0.82, 0.96)),
        Habit(("look", "edit", "run:fix", "edit", "end:test"), (7, 5), (0.08, 0.08)),
        Habit(("look", "edit", "fail:test", "edit", "end:test"), (4, 3), (0.8, 0.9)),
        Habit(
            ("look", "edit", "run:format", "fail:lint", "run:lint", "run:commit"), (1, 3), (0.85, 0.95), 0.5
        ),
        Habit(("read", "edit", "run:format", "run:lint", "edit", "end:test"), (1, 2), (0.75, 0.9)),
        Habit(("blind", "edit", "end:check"), (2, 0.5), (0.6, 0.8)),
        Habit(("look", "twice", "fail:check", "end:test"), (1, 1), (0.7, 0.85)),
        Habit(("look", "edit", "run:commit", "run:push"), (1, 0.8), (0.6, 0.8), 0.5),
        Habit(("delegate", "edit", "write", "fail:check", "end:test"), (1, 1.8), (0.7, 0.9)),
        Habit(("look", "edit", "run:test", "run:commit", "fail:push"), (0.8, 1.2), (0.9, 0.95), 0.6),
    ),
    tasks=(
        "Fix the panic in {symbol} when a header has no closing quote",
        "Add a --limit flag that reaches {symbol}",
        "Implement predicate push-down for {symbol} in {file}",
        "Refactor {symbol} so that {file} no longer clones every row",
        "{symbol} is slow on directories with many small files, make it stream",
        "Write tests for {symbol} with empty and one-row files",
        "The build is red after the arrow upgrade, start with {file}",
    ),
    questions=(
        "How does {symbol} decide which reader to use?",
        "Explain what {file} does when a column is missing",
    ),
    areas=("scanner", "reader", "table output"),
    weight=(1.2, 1.4),
)
