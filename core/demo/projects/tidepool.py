"""A web application in TypeScript."""

from __future__ import annotations

from tacit.core.demo.shape import Failure, Habit, Project, Remedy, Run

_TYPES = Failure(
    """\
> tidepool@2.4.0 build
> tsc -b && vite build

{file}({line},{n}): error TS2345: Argument of type 'string | undefined' is not assignable to \
parameter of type 'string'.""",
    (Remedy("edit", (2, 2), (0.7, 0.85)), Remedy("look", (1, 2), (0.75, 0.89))),
    2.0,
    2,
)
_PROPERTY = Failure(
    """\
> tidepool@2.4.0 build
> tsc -b && vite build

{file}({line},{n}): error TS2339: Property '{symbol}' does not exist on type 'Props'.""",
    (Remedy("edit", works=(0.75, 0.9)), Remedy("look", works=(0.7, 0.86))),
    1.0,
    2,
)
_MODULE = Failure(
    """\
> tidepool@2.4.0 build
> tsc -b && vite build

{file}({line},{n}): error TS2307: Cannot find module '@tidepool/{symbol}' or its corresponding type \
declarations.""",
    (
        Remedy("npm install", (2, 4), (0.75, 0.9), says="added {n} packages in 3s"),
        Remedy("edit", (2, 1), (0.3, 0.3)),
    ),
    0.8,
    2,
)
_TEST = Failure(
    """\
> tidepool@2.4.0 test
> vitest run

 FAIL  src/{symbol}.test.tsx > {symbol} > renders the empty state
AssertionError: expected '{n} items' to be 'No items'

 Test Files  1 failed | {n} passed ({n})
      Tests  1 failed | {n} passed ({n})""",
    (Remedy("edit", (3, 2), (0.4, 0.55)), Remedy("look", (1, 3), (0.7, 0.85))),
    2.0,
)
_SNAPSHOT = Failure(
    """\
> tidepool@2.4.0 test
> vitest run

 FAIL  src/{symbol}.test.tsx > {symbol} > matches the snapshot
Error: Snapshot `{symbol} > matches the snapshot 1` mismatched

 Test Files  1 failed | {n} passed ({n})
      Tests  1 failed | {n} passed ({n})""",
    (
        Remedy(
            "npx vitest run -u", (1, 3), (0.9, 0.95), says=" Snapshots  1 updated\n Tests  {n} passed ({n})"
        ),
        Remedy("edit", (3, 1), (0.3, 0.4)),
    ),
    1.5,
)
_LINT = Failure(
    """\
> tidepool@2.4.0 lint
> eslint src

{file}
  {line}:{n}  error  React Hook useEffect has a missing dependency: '{symbol}'  \
react-hooks/exhaustive-deps

✖ 1 problem (1 error, 0 warnings)""",
    (Remedy("edit", works=(0.7, 0.85)), Remedy("npx eslint src --fix", (2, 0.5), (0.15, 0.15))),
)
_PORT = Failure(
    """\
> tidepool@2.4.0 e2e
> playwright test

Error: http://localhost:5173 is already used, make sure that nothing is running on the port/url""",
    (
        Remedy("npx kill-port 5173", (1, 3), (0.85, 0.95), says="Process on port 5173 killed"),
        Remedy("instead:test", (2, 1), (0.5, 0.5)),
    ),
)

TIDEPOOL = Project(
    directory="work/tidepool",
    branches=("main", "feat/saved-views", "feat/keyboard", "fix/empty-state"),
    files=(
        "src/App.tsx",
        "src/views/List.tsx",
        "src/views/Detail.tsx",
        "src/api/client.ts",
        "src/hooks/useQuery.ts",
        "src/store/views.ts",
        "src/components/Filter.tsx",
    ),
    symbols=("SavedViews", "useQuery", "FilterBar", "fetchPage", "EmptyState", "shortcuts", "viewStore"),
    code=(
        "import { useEffect, useState } from 'react'",
        "import { fetchPage } from '../api/client'",
        "export function {symbol}({ id }: Props) {",
        "  const [rows, setRows] = useState<Row[]>([])",
        "  useEffect(() => {",
        "    fetchPage(id).then(setRows)",
        "  }, [id])",
        "  return <ul>{rows.map((row) => <li key={row.id}>{row.name}</li>)}</ul>",
        "}",
    ),
    runs={
        "build": Run(
            "npm run build",
            """\
> tidepool@2.4.0 build
> tsc -b && vite build

✓ {n} modules transformed.
✓ built in 2.{n}s""",
            (_TYPES, _PROPERTY, _MODULE),
            (4, 15),
        ),
        "test": Run(
            "npm test",
            """\
> tidepool@2.4.0 test
> vitest run

 Test Files  {n} passed ({n})
      Tests  {n} passed ({n})""",
            (_TEST, _SNAPSHOT),
            (3, 20),
        ),
        "lint": Run(
            "npm run lint",
            """\
> tidepool@2.4.0 lint
> eslint src
""",
            (_LINT,),
            (2, 8),
        ),
        "e2e": Run(
            "npm run e2e",
            """\
> tidepool@2.4.0 e2e
> playwright test

  {n} passed (21.{n}s)""",
            (_PORT,),
            (15, 60),
        ),
        "commit": Run(
            'git add -A && git commit -m "feat: {symbol}"',
            "[feat 7c{n}de] feat: {symbol}\n 3 files changed",
            (),
            (0.5, 3),
        ),
    },
    habits=(
        Habit(("look", "edit", "fail:build", "run:lint", "edit", "end:test"), (2, 4), (0.7, 0.88)),
        Habit(("look", "edit", "end:test"), (3, 2), (0.5, 0.65)),
        Habit(("look", "write", "edit", "fail:test", "end:build"), (2, 2), (0.65, 0.8)),
        Habit(("read", "edit", "fail:lint", "run:commit"), (1, 2), (0.8, 0.9), 0.4),
        Habit(("read", "edit", "edit"), (3, 1), (0.3, 0.45), 0.25),
        Habit(("look", "reject", "edit", "end:build"), (2.5, 0.8), (0.5, 0.7)),
        Habit(("read", "edit", "run:commit", "edit", "run:commit"), (1, 0.6), (0.5, 0.7), 0.5),
        Habit(("read", "stale", "end:build"), (1.5, 0.8), (0.55, 0.7)),
        Habit(("look", "edit", "fail:e2e"), (0.8, 1), (0.7, 0.8), 0.2),
        Habit(("delegate", "edit", "fail:build", "end:test"), (1, 1.8), (0.75, 0.9)),
    ),
    tasks=(
        "Add a {symbol} component to the sidebar",
        "Fix the flicker when {symbol} reloads",
        "{file} should debounce what is typed before it calls {symbol}",
        "Refactor {symbol} into a hook that {file} can share",
        "Implement keyboard navigation in {file}",
        "The empty list shows a spinner for ever, look at {symbol}",
        "Write tests for {symbol}",
        "Update the docs comment on {symbol} and its props",
    ),
    questions=("Where does {symbol} get its data from?", "Why is {file} rendered twice in development?"),
    areas=("saved views", "filter bar", "keyboard"),
    weight=(1.3, 1.0),
)
