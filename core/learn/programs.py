"""What a command is for, as far as its name tells."""

from __future__ import annotations

import re
from functools import lru_cache

from tacit.core.model import Intent

_EXACT: dict[str, Intent] = {}


def _learn(intent: Intent, names: str) -> None:
    for name in names.split(","):
        _EXACT[" ".join(name.split())] = intent


_learn(
    "test",
    "pytest, py.test, unittest, nosetests, nose2, tox, nox, trial, behave, jest, vitest, mocha, ava, tap, "
    "karma, cypress, cypress run, playwright test, vitest run, rspec, minitest, cucumber, phpunit, pest, "
    "ctest, bats, cargo test, cargo nextest run, cargo llvm-cov, go test, gotestsum, ginkgo, dotnet test, "
    "swift test, mix test, flutter test, dart test, npm test, npm t, pnpm test, pnpm t, yarn test, bun "
    "test, deno test, rails test, rake test, rake spec, mvn test, mvn verify, mvnw test, mvnw verify, "
    "gradle test, gradle check, gradlew test, gradlew check, sbt test, lein test, bazel test, cabal test, "
    "stack test, zig test, manage.py test, coverage run, hatch test, ng test, artisan test, xcodebuild "
    "test, meson test, busted, buck2 test, wtr, tsd",
)
_learn(
    "build",
    "cargo build, go build, go install, gcc, g++, clang, clang++, cc, javac, kotlinc, rustc, ninja, "
    "cmake, meson compile, npm pack, webpack, rollup, esbuild, vite build, tsup, swc, parcel, next build, "
    "nuxt build, astro build, ng build, nest build, hugo, mkdocs build, sphinx-build, mdbook build, "
    "dotnet build, dotnet publish, swift build, flutter build, mix compile, mvn compile, mvn package, mvn "
    "install, mvnw compile, mvnw package, mvnw install, gradle build, gradle assemble, gradlew build, "
    "gradlew assemble, sbt compile, bazel build, cabal build, stack build, zig build, docker build, "
    "docker buildx build, docker compose build, docker-compose build, podman build, poetry build, uv "
    "build, hatch build, build, flit build, pnpm build, yarn build, bun build, wasm-pack, make, make all, "
    "gmake, xcodebuild, xcodebuild build, buck2 build, pyinstaller, goreleaser, tinygo, protoc, buf "
    "generate, go generate, cargo bench",
)
_learn(
    "check",
    "tsc, vue-tsc, svelte-check, mypy, dmypy, pyright, basedpyright, pytype, pyre, ty, ty check, cargo "
    "check, go vet, flow, sorbet, srb, steep, phpstan, psalm, dialyzer, mix dialyzer, deno check, "
    "terraform validate, tofu validate, nix flake check",
)
_learn(
    "lint",
    "ruff, ruff check, flake8, pylint, pycodestyle, pydocstyle, bandit, vulture, eslint, oxlint, biome, "
    "biome check, biome lint, stylelint, tslint, standard, xo, cargo clippy, clippy-driver, "
    "golangci-lint, golangci-lint run, staticcheck, revive, golint, errcheck, shellcheck, hadolint, "
    "yamllint, markdownlint, markdownlint-cli2, actionlint, rubocop, reek, phpcs, ktlint, detekt, "
    "swiftlint, clang-tidy, cppcheck, hlint, credo, mix credo, pre-commit run, lint-imports, buf lint, "
    "sqlfluff, ansible-lint, tflint, helm lint, next lint, ng lint, deno lint, dart analyze, flutter "
    "analyze, lefthook run, codespell, vale, import-linter",
)
_learn(
    "format",
    "gofmt, goimports, gofumpt, go fmt, cargo fmt, rustfmt, black, isort, autopep8, yapf, ruff format, "
    "prettier, biome format, dprint, clang-format, shfmt, stylua, terraform fmt, tofu fmt, mix format, "
    "dart format, swiftformat, ktfmt, google-java-format, deno fmt, zig fmt, nixfmt, alejandra, ormolu, "
    "buf format, sqlfmt, taplo, dotnet format, php-cs-fixer",
)
_learn(
    "install",
    "pip install, pip3 install, pip uninstall, uv sync, uv add, uv pip install, uv tool install, uv lock, "
    "poetry install, poetry add, poetry lock, pdm install, pdm add, pipenv install, pipx install, conda "
    "install, conda create, mamba install, npm install, npm i, npm ci, npm add, pnpm install, pnpm i, "
    "pnpm add, yarn, yarn install, yarn add, bun install, bun add, cargo install, cargo add, cargo fetch, "
    "go get, go mod tidy, go mod download, gem install, bundle install, bundle, bundle add, composer "
    "install, composer require, apt install, apt-get install, yum install, dnf install, apk add, brew "
    "install, mise install, asdf install, rustup target, rustup component, dotnet restore, mix deps.get, "
    "flutter pub, dart pub, swift package, pod install, playwright install, pre-commit install, terraform "
    "init",
)
_learn(
    "run",
    "cargo run, go run, npm start, pnpm start, yarn start, pnpm dev, yarn dev, bun dev, docker run, "
    "docker compose up, docker-compose up, dotnet run, swift run, flutter run, dart run, mix phx.server, "
    "rails server, rails s, flask run, uvicorn, gunicorn, hypercorn, manage.py runserver, vite, next dev, "
    "next start, nodemon, streamlit, hatch run, gradle run, gradlew run, bazel run, zig run, stack run, "
    "cabal run, artisan serve, wrangler dev, expo start, mvn spring-boot:run, ng serve, mkdocs serve, "
    "air, foreman, honcho",
)
_learn("commit", "git commit, hg commit, jj commit, jj describe, svn commit, gt create, gt modify")

_RUNNERS = re.compile(
    r"(?:(?:npm|pnpm|yarn|bun|composer|turbo|nx|rushx) (?:run|run-script) |(?:mise|r) (?:run|r) "
    r"|deno task |make |gmake "
    r"|just |task |rake |invoke |inv |doit |turbo |nx |yarn |pnpm |bun |tox |nox "
    r"|(?:[\w./-]*/)?(?:bin|scripts?|tools|hack|ci|dev|\.ci)/)(.+)"
)
_TASK_WORDS: tuple[tuple[Intent, str], ...] = (
    ("test", "test tests spec specs e2e pytest unittest jest vitest integration unit smoke coverage cov"),
    ("build", "build compile dist bundle package pack webpack release assemble"),
    ("check", "typecheck types typing tsc mypy pyright check checks vet validate"),
    ("lint", "lint linter lints eslint clippy ruff golangci style shellcheck rubocop"),
    ("format", "fmt format prettier black gofmt formatting tidyfmt"),
    ("install", "install setup bootstrap deps dependencies sync provision"),
    ("run", "run start dev serve server watch up"),
)
_WORDS: dict[str, Intent] = {word: intent for intent, words in _TASK_WORDS for word in words.split()}


@lru_cache(maxsize=4096)
def intent_of(name: str) -> Intent:
    """The intent of a command by its name: ``mise run test:ci`` is a test, ``git status`` nothing."""
    known = _EXACT.get(name)
    if known is not None:
        return known
    task = _RUNNERS.fullmatch(name)
    if task:
        return _task_intent(task[1])
    first = _EXACT.get(" ".join(name.split()[:2]))
    if first is not None:
        return first
    program, _, script = name.partition(" ")
    if (script and "/" in script) or script.rpartition(".")[2] in {"py", "js", "ts", "sh", "rb", "mjs"}:
        return _task_intent(script.rpartition("/")[2].partition(".")[0])
    return _task_intent(program.partition(".")[0]) if program.endswith((".sh", ".bash")) else ""


def _task_intent(task: str) -> Intent:
    """The first word of a task's name that says what it is for; ``format-check`` lints."""
    words = [word for word in re.split(r"[^a-z0-9]+", task.lower()) if word]
    found = [_WORDS[word] for word in words if word in _WORDS]
    found = [intent for intent in found if intent != "run"] or found  # run_tests is a test
    if "format" in found and "check" in found:
        return "lint"
    return found[0] if found else ""
