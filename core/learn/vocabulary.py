"""What is known of shell programs by name: wrappers, interpreters, and programs with subcommands."""

from __future__ import annotations

from msgspec import Struct


class Wrapper(Struct, frozen=True):
    """A program that only runs another.

    ``options`` take a value; ``verbs`` such as ``run`` must follow; ``positional`` words and, where
    ``duration`` is set, a time limit stand before the program that is run.
    """

    options: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    positional: int = 0
    duration: bool = False


class Multi(Struct, frozen=True):
    """A program whose next words say what is done.

    ``depth`` words belong to the name, or ``deeper[first]`` of them where the first word is one of those.
    ``options`` take a value; ``assignments`` such as ``CC=gcc`` stand between the words.
    """

    depth: int = 1
    deeper: dict[str, int] = {}
    options: frozenset[str] = frozenset()
    assignments: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RUN = _words("run")

WRAPPERS: dict[str, Wrapper] = {
    "sudo": Wrapper(_words("-u -g -h -p -C -D")),
    "doas": Wrapper(_words("-u")),
    "env": Wrapper(_words("-u -C --unset --chdir")),
    "time": Wrapper(_words("-o -f")),
    "nohup": Wrapper(),
    "setsid": Wrapper(),
    "command": Wrapper(),
    "builtin": Wrapper(),
    "exec": Wrapper(_words("-a")),
    "caffeinate": Wrapper(_words("-t -w")),
    "nice": Wrapper(_words("-n")),
    "ionice": Wrapper(_words("-c -n")),
    "stdbuf": Wrapper(_words("-i -o -e")),
    "unbuffer": Wrapper(),
    "chronic": Wrapper(),
    "timeout": Wrapper(_words("-k -s --signal --kill-after"), duration=True),
    "gtimeout": Wrapper(_words("-k -s --signal --kill-after"), duration=True),
    "xvfb-run": Wrapper(_words("-s -n -e")),
    "npx": Wrapper(_words("-p --package -c")),
    "bunx": Wrapper(_words("-p --package")),
    "uvx": Wrapper(_words("--from --with --python -p")),
    "pipx": Wrapper(_words("--spec --python"), verbs=_RUN),
    "poetry": Wrapper(_words("-C --directory -P --project"), verbs=_RUN),
    "pdm": Wrapper(_words("-p --project"), verbs=_RUN),
    "rye": Wrapper(verbs=_RUN),
    "pipenv": Wrapper(verbs=_RUN),
    "uv": Wrapper(
        _words(
            "--directory --project --with --with-requirements --with-editable --python -p --extra --group"
            " --only-group --env-file --package --index-url --index --from --color --config-file --cache-dir"
        ),
        verbs=_RUN,
    ),
    "hatch": Wrapper(_words("-e --env"), verbs=_RUN),
    "conda": Wrapper(_words("-n --name -p --prefix"), verbs=_RUN),
    "micromamba": Wrapper(_words("-n --name -p --prefix"), verbs=_RUN),
    "bundle": Wrapper(verbs=_words("exec")),
    "direnv": Wrapper(verbs=_words("exec"), positional=1),
    "dotenv": Wrapper(_words("-e -f -c")),
    "mise": Wrapper(_words("-C --cd"), verbs=_words("exec x")),
    "asdf": Wrapper(verbs=_words("exec")),
}

INTERPRETERS: dict[str, frozenset[str]] = {
    "python": _words("-X -W -c -Q"),
    "python2": _words("-X -W -c"),
    "python3": _words("-X -W -c"),
    **{f"python3.{minor}": _words("-X -W -c") for minor in range(7, 16)},
    "pypy3": _words("-X -W -c"),
    "node": _words("-r --require -e --eval -p --print --import --loader"),
    "tsx": _words("-r -e"),
    "ts-node": _words("-r -e -P --project"),
    "deno": frozenset(),
    "ruby": _words("-e -I -r"),
    "perl": _words("-e -I -M"),
    "php": _words("-r -d -c"),
    "bash": _words("-c -o"),
    "sh": _words("-c -o"),
    "zsh": _words("-c -o"),
    "dash": _words("-c -o"),
    "fish": _words("-c"),
    "Rscript": _words("-e"),
    "julia": _words("-e"),
    "lua": _words("-e"),
}
del INTERPRETERS["deno"]

_PLAIN = (
    "apt apt-get yum dnf apk pacman brew port snap systemctl service journalctl launchctl"
    " pip pip3 pipx poetry pdm rye pipenv hatch conda mamba micromamba coverage"
    " cargo rustup go gofumpt dotnet swift flutter dart mix stack cabal zig nix"
    " gem bundle rake rails cap composer artisan symfony"
    " terraform tofu helm minikube kind k3d skaffold vagrant packer pulumi"
    " mvn mvnw gradle gradlew sbt lein ant bazel bazelisk buck2 pants ninja meson"
    " just task invoke inv doit earthly devbox make gmake rushx moon"
    " ruff biome pre-commit lefthook husky alembic flask celery airflow dbt"
    " wrangler vercel netlify fly flyctl heroku firebase supabase serverless sls cdk sam"
    " manage.py hg svn jj gt git-lfs playwright cypress expo eas ng nest vue vite vitest next astro nuxt"
    " prisma changeset lerna buf xcodebuild xcrun pod fastlane adb avdmanager emulator tmux"
    " golangci-lint"
)

_JS_OPTIONS = "--prefix -C --cwd --dir -w --workspace --filter -F --loglevel"
_JS_RUNNER = Multi(1, {"run": 2, "run-script": 2, "workspace": 3, "--filter": 2}, _words(_JS_OPTIONS))

TOOLS: dict[str, Multi] = {
    **{name: Multi() for name in _PLAIN.split()},
    "git": Multi(
        1,
        {"stash": 2, "worktree": 2, "submodule": 2, "lfs": 2},
        _words("-C -c --git-dir --work-tree --namespace"),
    ),
    "gh": Multi(2, {"api": 1, "browse": 1, "status": 1}, _words("-R --repo")),
    "glab": Multi(2, {"api": 1}, _words("-R --repo")),
    "cargo": Multi(1, {"nextest": 2, "llvm-cov": 1}, _words("--manifest-path --config -Z --color -C")),
    "go": Multi(1, {"mod": 2, "work": 2, "tool": 2}, _words("-C")),
    "npm": _JS_RUNNER,
    "pnpm": _JS_RUNNER,
    "yarn": _JS_RUNNER,
    "bun": Multi(1, {"run": 2}, _words("--cwd --filter -r --config")),
    "deno": Multi(1, {"task": 2}),
    "turbo": Multi(1, {"run": 2}, _words("--filter --concurrency")),
    "nx": Multi(1, {"run": 2}),
    "mise": Multi(1, {"run": 2, "r": 2, "tasks": 2}, _words("-C --cd -E --env")),
    "composer": Multi(1, {"run": 2, "run-script": 2}),
    "make": Multi(3, {}, _words("-C -f -I -o -W --directory --file -j"), assignments=True),
    "gmake": Multi(3, {}, _words("-C -f -I -o -W --directory --file -j"), assignments=True),
    "just": Multi(1, {}, _words("-f --justfile -d --working-directory --set"), assignments=True),
    "task": Multi(1, {}, _words("-d --dir -t --taskfile"), assignments=True),
    "rake": Multi(1, {}, _words("-f")),
    "uv": Multi(1, {"pip": 2, "tool": 2, "python": 2}, _words("--directory --project --color")),
    "docker": Multi(
        1,
        dict.fromkeys(_words("compose container image volume network buildx system context builder"), 2),
        _words("-H --host --context --config -l -f --file -p --project-name --profile --env-file"),
    ),
    "docker-compose": Multi(1, {}, _words("-f --file -p --project-name --profile --env-file")),
    "podman": Multi(1, dict.fromkeys(_words("container image volume network pod compose"), 2)),
    "kubectl": Multi(
        1,
        dict.fromkeys(_words("rollout config auth create set top"), 2),
        _words("-n --namespace --context --kubeconfig --cluster --user"),
    ),
    "oc": Multi(1, {}, _words("-n --namespace --context")),
    "aws": Multi(2, {}, _words("--profile --region --output --endpoint-url")),
    "gcloud": Multi(2, {}, _words("--project --region --zone --format --account")),
    "az": Multi(2),
    "dotnet": Multi(1, {"tool": 2, "ef": 3, "add": 2}),
    "nix": Multi(1, {"flake": 2}),
    "mvn": Multi(2, {}, _words("-f -pl -P -T -s --file")),
    "mvnw": Multi(2, {}, _words("-f -pl -P -T -s --file")),
    "gradle": Multi(2, {}, _words("-p -b -x -I --project-dir --tests")),
    "gradlew": Multi(2, {}, _words("-p -b -x -I --project-dir --tests")),
    "apt": Multi(1, {}, _words("-o -t")),
    "apt-get": Multi(1, {}, _words("-o -t")),
    "bazel": Multi(1, {}, _words("--config")),
}

SILENT = _words(
    "cd pushd popd echo printf true false : sleep wait exit return set shopt export unset local declare"
    " typeset readonly alias trap ulimit umask test [ [[ read eval source . break continue shift hash clear"
)
"""Programs that prepare, wait or only speak: no deeds where another one stands beside them."""

FEEDERS = _words("echo printf yes true : [")
"""Programs that only feed a pipe: the deed is what they feed."""
