from tacit.core.learn.extractors.base import Extractor
from tacit.core.learn.extractors.heuristic import HeuristicExtractor
from tacit.core.learn.extractors.hybrid import HybridExtractor
from tacit.core.learn.extractors.registry import extract


def test_every_run_of_a_projects_commands_is_a_use(steps, episode):
    made = steps(
        ("Bash", "make lint && make test", "make: *** [Makefile:1: lint] Error 1", "error"),
        ("Bash", "make test; ls"),
        ("Bash", "git commit -m x"),
        ("Bash", "make test", "", "rejected"),
        ("Bash", "make test", "", "ok", {"left": True}),
        ("Bash", "make test", "", "ok", {"agent": "a", "parent": 1}),
    )
    _, built = episode(made)
    uses = HeuristicExtractor().extract(built, made)
    assert [(use.key, use.result, use.first, use.last, use.at) for use in uses] == [
        (("app", "lint", "make lint"), "failure", 1, 1, 1000),
        (("app", "test", "make test"), "unknown", 2, 2, 2000),
        (("app", "test", "make test"), "success", 6, 6, 6000),
    ]


def test_the_hybrid_asks_every_extractor(steps, episode):
    made = steps(
        ("Edit", "/home/dev/app/a.go", "not unique", "error"),
        ("Read", "/home/dev/app/a.go"),
        ("Bash", "make test"),
    )
    _, built = episode(made)
    assert isinstance(HybridExtractor(()), Extractor)
    assert HybridExtractor(()).extract(built, made) == []
    assert {use.kind for use in extract(built, made)} == {"error_recovery", "heuristic"}
