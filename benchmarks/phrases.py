"""Made-up texts about programming, as varied as what people ask of an agent, and always the same."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_DOES = (
    "fix", "rewrite", "speed up", "test", "document", "remove", "split", "rename", "debug", "review",
    "simplify", "port", "cache", "log", "validate", "encrypt", "retry", "roll back", "migrate", "deploy",
    "mock", "profile", "lint", "upgrade", "parallelise", "throttle", "paginate", "translate", "revert",
    "benchmark",
)  # fmt: skip
_WHAT = (
    "login form", "payment webhook", "database migration", "Docker image", "search index", "CSV import",
    "date parser", "invoice PDF", "rate limiter", "user avatar upload", "GraphQL resolver",
    "session cookie", "email template", "background worker", "feature flag", "audit log", "password reset",
    "release pipeline", "mobile menu", "websocket client", "currency rounding", "file watcher",
    "command line parser", "unit tests", "integration tests", "error page", "type hints", "memory leak",
    "race condition", "retry loop", "S3 bucket policy", "nginx configuration", "Kubernetes probe",
    "Terraform module", "OAuth callback", "API documentation", "dark theme", "accessibility labels",
    "shopping cart", "tax calculation", "sitemap", "Redis cache", "message queue", "cron job",
    "health check", "dependency lock file", "regular expression", "React hook", "Vue component",
    "Rust borrow error", "Go module", "Python package", "SQL query", "foreign key", "JSON schema",
    "protobuf message", "metrics dashboard", "alert rule", "backup script", "license header",
)  # fmt: skip
_WHEN = (
    "", "on Windows", "after the merge", "before the release", "in the staging environment",
    "for large files", "when the network is down", "with Python 3.12", "that fails on CI",
    "for anonymous visitors", "without a restart", "as the reviewer asked", "because it times out",
    "since the last upgrade", "for right-to-left languages", "in the monorepo", "behind the proxy",
    "at midnight", "when two users save at once", "for the German customers", "with an empty table",
    "under heavy load", "that leaks file handles", "in the legacy code", "with strict types",
    "for the mobile app", "after a cold start", "when the disk is full", "in read-only mode",
    "for the admin area", "with a million rows", "in the nightly build", "that nobody understands",
    "in dark mode", "over IPv6", "for old browsers", "with unicode names", "when the token expires",
    "during a rolling update", "on a slow laptop", "for the public API", "in the payment team's service",
    "with a circular import", "that prints nothing", "when time zones differ", "for trial accounts",
    "in the sidebar", "on ARM machines", "with two monitors", "when the clock jumps", "for the sandbox",
    "in the plugin", "with nested transactions", "on first use", "while offline", "at startup",
    "on every commit", "in the docs",
)  # fmt: skip
_ASKED = (
    "how did we {} the {} {}", "what went wrong when I tried to {} the {} {}", "best way to {} our {} {}",
    "did anybody {} a {} {}", "steps to {} the {} {}", "please {} the {} {} again",
)  # fmt: skip


def phrases(count: int) -> list[str]:
    """Different texts, the first of them the same however many there are; 104,400 at most."""
    every = [f"{does} the {what} {when}".rstrip() for does in _DOES for what in _WHAT for when in _WHEN]
    Random(7).shuffle(every)
    if count > len(every):
        raise ValueError(f"there are only {len(every):,} phrases")
    return every[:count]


def questions(count: int) -> list[str]:
    """Different questions about such things."""
    rng = Random(11)
    found: dict[str, None] = {}
    while len(found) < count:
        form, does, what, when = (rng.choice(words) for words in (_ASKED, _DOES, _WHAT, _WHEN))
        found[form.format(does, what, when).rstrip()] = None
    return list(found)


def paragraphs(count: int) -> list[str]:
    """Texts of one to twelve phrases, as prompts are: most short, some long."""
    rng = Random(13)
    parts: Sequence[str] = phrases(4_000)
    return [". ".join(rng.choices(parts, k=min(12, int(rng.paretovariate(1.0))))) for _ in range(count)]
