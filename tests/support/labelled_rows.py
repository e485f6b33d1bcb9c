# ruff: noqa: E501 - a pair is one line
"""Pairs of rows of one list, labelled by hand: whether one of the two would be enough.

The question asked of each pair: would a person who reads both rows say that they are the same way of working
told twice? Written before the rule was first measured on them; ``—`` parts the two rows, ``|`` the parts of a
key. A recovery is followed by its uses, and ``apart`` says that the exact error has uses that its class
has not.
"""

SAME = """
tool_sequence: edit *.py | make check failed | edit *.py — edit *.rs | make check failed | edit *.rs
tool_sequence: read *.ts | edit *.ts | npm test — read *.tsx | edit *.tsx | npm test
tool_sequence: edit *.go | mise run lint — edit *.md | mise run lint
tool_sequence: edit *.go failed | edit *.go — edit *.yml failed | edit *.yml
tool_sequence: edit *.py | python3.11 failed | python3.11 — edit *.py | python3.12 failed | python3.12
tool_sequence: search | read *.rs | edit *.rs | git commit — search | read *.toml | edit *.toml | git commit
tool_sequence: write *.ts | npm run build failed | edit *.ts — write *.tsx | npm run build failed | edit *.tsx
tool_sequence: edit *.py | ruff check failed | edit *.py — edit *.pyi | ruff check failed | edit *.pyi
tool_sequence: edit *.js | npm run build — edit *.jsx | npm run build
tool_sequence: read *.h | edit *.h | make failed — read *.c | edit *.c | make failed
tool_sequence: edit *.css | npm run e2e failed | edit *.css — edit *.ts | npm run e2e failed | edit *.ts
tool_sequence: search | read *.py | edit *.py | mypy | edit *.py — search | read *.pyi | edit *.pyi | mypy | edit *.pyi
tool_sequence: edit *.mjs | node18 failed | edit *.mjs — edit *.mjs | node20 failed | edit *.mjs
tool_sequence: agent | read *.py | edit *.py | make check — search | read *.rs | edit *.rs | make check
tool_sequence: search | read *.py | edit *.py | make check | edit *.py — agent | read *.rs | edit *.rs | make check | edit *.rs
tool_sequence: read *.py | read *.toml | edit *.py | make | git commit — read *.rs | read *.lock | edit *.rs | make | git commit
tool_sequence: search | read *.ts | edit *.ts | npm test failed | edit *.ts — read *.tsx | edit *.tsx | npm test failed | edit *.tsx
decision_point: python3.11 failed | edit — python3.12 failed | edit
decision_point: node18 failed | read — node20 failed | read
error_recovery: class | edit refused | read | edit = 20 — exact | File has not been read yet. | read | edit = 17
error_recovery: class | file missing | search | read = 10 — exact | File does not exist. | search | read = 9
error_recovery: class | lint | edit | lint = 15 — exact | F401 <name> imported but unused | edit | lint = 12
error_recovery: class | usage | read | run = 5 — exact | unknown option <name> | read | run = 4
error_recovery: exact | <path>(<n>): error TS2345: Argument of type <name> is not assignable to <name> | edit | check = 6 — exact | <path>:<n> - error TS2345: Argument of type <name> is not assignable to <name> | edit | check = 5
error_recovery: exact | ModuleNotFoundError: No module named <name> | uv add | test = 7 — exact | E ModuleNotFoundError: No module named <name> | uv add | test = 3
error_recovery: exact | error[E0432]: unresolved import <name> | edit | check = 6 — exact | error[E0432]: unresolved imports <name>, <name> | edit | check = 2
"""

OTHER = """
tool_sequence: edit *.go | mise run fmt | mise run lint — read *.rs | edit *.rs | mise run lint | mise run fmt
tool_sequence: edit *.py | pytest — edit *.py | mypy
tool_sequence: search | read *.py | edit *.py | pytest | edit *.py — search | read *.ts | edit *.ts | eslint | edit *.ts
tool_sequence: edit *.py | make check failed | edit *.py — edit *.rs | make check failed | edit *.rs | make check
tool_sequence: edit *.go | go vet failed | edit *.go | go vet — edit *.mod | go vet failed | edit *.mod | go vet | git commit
tool_sequence: read *.py | edit *.py failed | read *.py | edit *.py — read *.ts | edit *.ts | read *.ts | edit *.ts failed
tool_sequence: npm test failed | edit *.ts — npm test | edit *.ts
tool_sequence: cargo check failed | edit *.rs | cargo check — cargo test failed | edit *.rs | cargo test
tool_sequence: cargo build | cargo test — cargo build | cargo clippy
tool_sequence: edit *.tf | terraform plan — edit *.tf | terraform apply
tool_sequence: git add | git commit — git add | git push
tool_sequence: edit *.py | bin/test failed | edit *.py | bin/test | git commit — edit *.rb | bin/lint failed | edit *.rb | bin/lint | git commit
tool_sequence: search | read *.rs | edit *.rs | cargo fmt | git commit — search | read *.toml | edit *.toml | cargo update | git commit
tool_sequence: read *.ts | edit *.ts | npm run build failed | edit *.ts | npm run build — read *.tsx | edit *.tsx | npm run build | edit *.tsx | npm run build
tool_sequence: read *.py | edit *.py | make test failed | edit *.py | make test — search | read *.rs | edit *.rs | make test failed | edit *.rs
tool_sequence: edit *.md | git commit — edit *.py | git commit
tool_sequence: docker compose up failed | edit *.yml — docker compose up failed | edit *.env
tool_sequence: docker build failed | edit *.yml — docker build failed | edit *.py
tool_sequence: read *.go | edit *.go | go test failed | edit *.go — read *.mod | edit *.mod | go test failed | edit *.mod
tool_sequence: uv sync failed | edit *.toml | uv sync — uv lock failed | edit *.toml | uv lock
tool_sequence: python2 failed | python3 — python3 failed | python3
tool_sequence: python3 | edit *.py — node18 | edit *.py
tool_sequence: read *.py | edit *.ts | make — read *.go | edit *.go | make
decision_point: npm run build failed | edit — npm run build failed | read
decision_point: npm run build failed | edit — npm test failed | edit
decision_point: cargo test failed | edit — cargo test | edit
decision_point: bin/test failed | docker compose up — bin/test failed | edit
context: alder | python | debugging | explore → edit → check — alder | python | refactoring | explore → edit → check
context: alder | python | debugging | explore → edit → check — birch | python | debugging | explore → edit → check
context: alder | python | debugging | explore → edit → check — alder | rust | debugging | explore → edit → check
context: alder | python | debugging | explore → edit → check — alder | python | debugging | test → commit
file_group: alder | core/a.py | tests/a.py — alder | core/b.py | tests/b.py
file_group: alder | core/a.py | tests/a.py — birch | core/a.py | tests/a.py
heuristic: alder | test | pytest — alder | test | bin/test
heuristic: alder | test | go test — birch | test | go test
heuristic: alder | test | mise run test — alder | lint | mise run lint
heuristic: alder | run | python3.11 — alder | run | python3.12
custom: mended — custom-fixed
custom: release 1 — release 2
error_recovery: class | edit refused | read | edit = 20 — exact | String to replace not found in file. | read | edit = 3
error_recovery: class | test | edit | test = 20 — exact | AssertionError: expected <name> to be <name> | edit | test = 10
error_recovery: class | test | edit | test = 10 — exact | thread <name> panicked at <path>:<n>: | edit | test = 9 apart
error_recovery: class | test | edit | test = 12 — exact | AssertionError: expected <name> | read | test = 10
error_recovery: class | test | read | test = 18 — class | test | edit | test = 16
error_recovery: class | build | edit | check = 15 — exact | error: linker failed | edit | build = 13
error_recovery: class | edit refused | read | edit = 15 — class | file missing | read | edit = 14
error_recovery: exact | ModuleNotFoundError: No module named <name> | uv add | test = 7 — exact | ModuleNotFoundError: No module named <name> | pip install | test = 7
error_recovery: exact | error[E0432]: unresolved import <name> | edit | check = 6 — exact | error[E0433]: failed to resolve: use of undeclared type <name> | edit | check = 4
error_recovery: exact | <path>(<n>): error TS2345: Argument of type <name> is not assignable to <name> | edit | check = 6 — exact | <path>(<n>): error TS2322: Type <name> is not assignable to type <name> | edit | check = 5
error_recovery: exact | F401 <name> imported but unused | edit | lint = 6 — exact | F841 <name> assigned to but never used | edit | lint = 4
error_recovery: exact | <path>:<n>: got <n> steps, want <n> | read | test = 3 — exact | <path>:<n>: got <n> errors, want <n> | read | test = 3
"""
