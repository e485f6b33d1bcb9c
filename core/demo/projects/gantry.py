"""A deployment tool in Go."""

from __future__ import annotations

from tacit.core.demo.shape import Failure, Habit, Project, Remedy, Run

_UNDEFINED = Failure(
    """\
# github.com/mirador/gantry/internal/plan
{file}:{line}:{n}: undefined: {symbol}""",
    (Remedy("edit", (2, 3), (0.7, 0.87)), Remedy("look", (1, 1), (0.75, 0.89))),
    2.0,
)
_UNUSED = Failure(
    """\
# github.com/mirador/gantry/internal/plan
{file}:{line}:{n}: "context" imported and not used""",
    (Remedy("goimports -w {file}", (0.5, 3), (0.95, 0.98)), Remedy("edit", (3, 1), (0.75, 0.84))),
    1.0,
)
_CHECKSUM = Failure(
    """\
{file}:{line}:{n}: missing go.sum entry for module providing package golang.org/x/sync/errgroup; to add:
\tgo mod download golang.org/x/sync""",
    (
        Remedy("go mod tidy", (2, 4), (0.9, 0.96), says="go: downloading golang.org/x/sync v0.{n}.0"),
        Remedy("edit", (1, 0.3), (0.1, 0.1)),
    ),
    0.8,
)
_TEST = Failure(
    """\
--- FAIL: Test{symbol} (0.{n}s)
    plan_test.go:{line}: got {n} steps, want {n}
FAIL
FAIL\tgithub.com/mirador/gantry/internal/plan\t0.{n}s
ok  \tgithub.com/mirador/gantry/cmd/gantry\t0.{n}s
FAIL""",
    (Remedy("edit", (3, 1.5), (0.45, 0.55)), Remedy("look", (1, 3), (0.7, 0.85))),
    2.0,
)
_RACE = Failure(
    """\
==================
WARNING: DATA RACE
Write at 0x00c0000{n} by goroutine {n}:
  {symbol}()
      {file}:{line} +0x{n}
==================
--- FAIL: Test{symbol}Parallel (0.{n}s)
    testing.go:1465: race detected during execution of test
FAIL""",
    (Remedy("look", works=(0.35, 0.6)), Remedy("edit", works=(0.15, 0.25))),
    1.2,
)
_ERRCHECK = Failure(
    """\
{file}:{line}:{n}: Error return value of `{symbol}` is not checked (errcheck)
\t{symbol}(ctx)
\t^
1 issues:
* errcheck: 1
make: *** [Makefile:14: lint] Error 1""",
    (Remedy("edit", (2, 2), (0.78, 0.9)), Remedy("look", (1, 1), (0.8, 0.9))),
    2.0,
    2,
)
_GOFMT = Failure(
    """\
{file}:{line}: File is not properly formatted (gofmt)
1 issues:
* gofmt: 1
make: *** [Makefile:14: lint] Error 1""",
    (Remedy("gofmt -w .", (1, 4), (0.96, 0.99)), Remedy("edit", (2, 0.5), (0.4, 0.4))),
    1.5,
    2,
)
_REJECTED = Failure(
    """\
To github.com:mirador/gantry.git
 ! [rejected]        main -> main (fetch first)
error: failed to push some refs to 'github.com:mirador/gantry.git'
hint: Updates were rejected because the remote contains work that you do not have locally.""",
    (
        Remedy(
            "git pull --rebase",
            (3, 5),
            (0.93, 0.97),
            says="Successfully rebased and updated refs/heads/main.",
        ),
        Remedy("git pull", (3, 0.5), (0.45, 0.5), says="Merge made by the 'ort' strategy."),
    ),
)

GANTRY = Project(
    directory="src/gantry",
    branches=("main", "feat/canary", "feat/dry-run", "fix/timeouts"),
    files=(
        "cmd/gantry/main.go",
        "internal/plan/plan.go",
        "internal/plan/plan_test.go",
        "internal/rollout/canary.go",
        "internal/rollout/health.go",
        "internal/config/load.go",
    ),
    symbols=(
        "BuildPlan",
        "CanaryStep",
        "WaitHealthy",
        "LoadConfig",
        "RolloutState",
        "drainNode",
        "retryPolicy",
    ),
    code=(
        "package plan",
        "import (",
        '\t"context"',
        '\t"fmt"',
        ")",
        "func {symbol}(ctx context.Context, nodes []Node) (Plan, error) {",
        "\tif len(nodes) == 0 {",
        '\t\treturn Plan{}, fmt.Errorf("no nodes")',
        "\t}",
        "\treturn Plan{Steps: steps(nodes)}, nil",
        "}",
    ),
    runs={
        "build": Run("go build ./...", "", (_UNDEFINED, _UNUSED, _CHECKSUM), (1, 8)),
        "test": Run(
            "go test ./...",
            """\
ok  \tgithub.com/mirador/gantry/internal/plan\t0.{n}s
ok  \tgithub.com/mirador/gantry/internal/rollout\t1.{n}s""",
            (_TEST,),
            (2, 15),
        ),
        "race": Run(
            "make test",
            """\
go test -race ./...
ok  \tgithub.com/mirador/gantry/internal/plan\t2.{n}s
ok  \tgithub.com/mirador/gantry/internal/rollout\t4.{n}s""",
            (_RACE, _TEST),
            (8, 40),
        ),
        "lint": Run("make lint", "golangci-lint run ./...\n0 issues.", (_ERRCHECK, _GOFMT), (3, 12)),
        "commit": Run(
            'git commit -am "{symbol}: handle drained nodes"',
            """\
[main a1{n}f] {symbol}: handle drained nodes
 2 files changed""",
            (),
            (0.1, 0.5),
        ),
        "push": Run(
            "git push",
            """\
To github.com:mirador/gantry.git
   88ab..12cd  main -> main""",
            (_REJECTED,),
            (1, 4),
        ),
    },
    habits=(
        Habit(("look", "edit", "fail:build", "edit", "end:test"), (2, 3), (0.75, 0.9)),
        Habit(("look", "edit", "fail:lint", "edit", "end:race"), (1, 3), (0.7, 0.88)),
        Habit(("look", "edit", "fail:test", "end:test"), (2.5, 1.5), (0.6, 0.75)),
        Habit(("read", "edit", "fail:race", "end:race"), (1.5, 1), (0.35, 0.55)),
        Habit(("read", "edit", "fail:lint", "run:commit", "fail:push"), (1, 1.6), (0.85, 0.95), 0.5),
        Habit(("stale", "end:build"), (1.5, 0.5), (0.6, 0.75)),
        Habit(("look", "edit", "run:commit"), (1, 0.6), (0.6, 0.8), 0.5),
        Habit(("look", "reject", "edit", "end:test"), (1, 0.5), (0.6, 0.7)),
        Habit(("delegate", "edit", "end:test"), (1, 1.8), (0.7, 0.85)),
    ),
    tasks=(
        "{symbol} should stop when the context is cancelled",
        "Add a --dry-run flag that prints what {symbol} would do",
        "Fix the timeout in {symbol}: it waits for drained nodes",
        "Refactor {file}, {symbol} does three things",
        "Implement canary steps in {symbol}",
        "go vet complains about {file}, clean it up",
        "Add a table test for {symbol}",
    ),
    questions=(
        "Who calls {symbol} and with which context?",
        "Compare {symbol} with how the old scheduler did it",
    ),
    areas=("rollout", "plan", "health checks"),
    weight=(0.8, 1.1),
)
