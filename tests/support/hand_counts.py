"""What the sample transcripts hold, counted by hand: by reading them and with plain JSON, not with Tacit.

How it was counted, where an agent's file leaves room for doubt:

- an *episode* is a prompt a person typed: not what the agent put in the place of one (notices, reminders,
  ``System: Please continue.``), nor a mere "yes" or "thanks";
- a *step* is a call, by its id: the same id again is the same call; those of sub-agents are apart;
- an *error* is a call that its file says did not go well: ``is_error``, an exit code, a refusal;
- *tokens* are those new to the model, of the agent itself: what was read from a cache counts nothing, and a
  message that is told twice counts once.
"""

from __future__ import annotations

from msgspec import Struct


class Hand(Struct, frozen=True):
    """One session. ``native`` is empty where it is a hash; ``beside`` are patterns of its other files."""

    native: str
    project: str
    episodes: int
    steps: int = 0
    errors: int = 0
    subagent: tuple[int, int] = (0, 0)
    tokens: int = 0
    copies: int = 0
    beside: tuple[str, ...] = ()


class Folder(Struct, frozen=True):
    """What a folder holds, by the path of its files below it.

    ``sessions`` may have more than one of a file; ``rejected``, ``cancelled`` and ``interrupted`` are among
    the errors of the agents themselves.
    """

    agent: str
    sessions: dict[str, tuple[Hand, ...]] = {}
    refused: dict[str, str] = {}
    lines: dict[str, int] = {}
    drift: dict[str, int] = {}
    rejected: int = 0
    cancelled: int = 0
    interrupted: int = 0


NO_TRANSCRIPT, NOTHING = "not a transcript", "no prompt or call in it"
LICENSE = {"LICENSE": NO_TRANSCRIPT}
HASH = {"7e89": "gemini-7e8989f71805", "0b7d": "gemini-0b7dfb1274ee", "2050": "gemini-205016864bd1"}
_DEVENV = "Work/entire/devenv/cli"

_CLAUDE = (
    ("01", "7744721d-0ad2-4529-8b08-3b18561c6c36", _DEVENV, 1, 15, 2, (0, 0), 54_847),
    ("02", "559081d6-534c-40b9-afeb-5eb72cd84309", _DEVENV, 2, 9, 2, (0, 0), 70_106),
    ("03", "0c97beba-bfcb-4f84-9950-e0354bfc808b", "workspace/cli", 1, 13, 2, (0, 0), 64_276),
    ("04", "c93f3533-0f6b-4a61-99bd-7b788208ad61", _DEVENV, 2, 9, 0, (0, 0), 68_839),
    (
        "05",
        "3de15637-3629-4423-bfe4-8b85e135c885",
        "wks/dev/improve-status-cmd-output",
        1,
        9,
        2,
        (0, 0),
        19_687,
    ),
    ("06", "d19ec7f9-dfaf-4c65-a9ad-ab56240f23d8", "workspace/cli", 1, 16, 1, (0, 0), 36_394),
    ("07", "bc3bf53b-19fe-4209-b30a-a1acffaf6703", _DEVENV, 1, 10, 2, (0, 0), 27_113),
    ("08", "07d86da7-2e39-4276-a0d5-7b46a85b8750", "src/entireio/cli", 2, 44, 3, (22, 4), 46_644),
    ("09", "ccc58457-00a5-4a2f-82a9-175e4473c60b", _DEVENV, 6, 31, 2, (0, 0), 208_744),
    ("10", "97007e37-53bd-4456-9a49-c0f8081081a7", _DEVENV, 2, 38, 2, (0, 0), 87_138),
    ("11", "b9bdbf44-cc66-4b63-bf50-e2ace00d58e7", _DEVENV, 1, 33, 4, (0, 0), 79_367),
    ("12", "2b945d54-dd2b-4f60-b3b0-7b0252349003", "workspace/cli", 1, 12, 0, (0, 0), 53_511),
    ("13", "d64b50bb-125b-4b54-867a-e59841e553d8", "wks/cli", 5, 27, 5, (5, 0), 161_780),
    ("14", "f736da47-b2ca-4f86-bb32-a1bbe582e464", _DEVENV, 4, 52, 11, (0, 0), 213_899),
)
"""Number, session, project, episodes, calls, those with ``is_error``, the same of sub-agents, tokens.

In 09 the fourth prompt is "yes". In 13 two of seven are ``[Request interrupted by user for tool use]``. The
worktree ``workspace/cli/.worktrees/2`` of 06 and 12 is the project of 03.
"""

_AIRLINE = (
    (1, ((0, 0), (5, 0), (1, 0), (0, 0))),
    (7, ((5, 0), (0, 0), (5, 0), (7, 0))),
    (11, ((10, 1), (11, 1), (14, 4), (7, 1))),
    (15, ((3, 1), (7, 2), (3, 1), (5, 1))),
)
"""Task, and of each trial the tool calls and the results that begin with ``Error``."""

SAMPLES: dict[str, Folder] = {
    "claude-code": Folder(
        "claude-code",
        {f"session-{row[0]}.jsonl": (Hand(*row[1:]),) for row in _CLAUDE},
        LICENSE | {"labels.json": NO_TRANSCRIPT},
        rejected=6,  # "The user doesn't want to proceed": 1 in 03 and in 06, 2 in 08 and in 13
        cancelled=1,  # "Sibling tool call errored" in 08
        interrupted=1,  # the Task of 13
    ),
    "claude-code-subagents": Folder(
        "claude-code",
        {
            # three prompts beside notices of tasks, four slash commands and an interruption
            "0ccf1a04-1b4c-43b6-8aa5-79e41db43a68.jsonl": (
                Hand(
                    "0ccf1a04-1b4c-43b6-8aa5-79e41db43a68",
                    "tmp/claude-code-sessions",
                    3,
                    7,
                    1,
                    (5, 0),
                    46_584,
                    beside=("0ccf1a04-1b4c-43b6-8aa5-79e41db43a68/subagents/*",),
                ),
            ),
            "4b2030ed-5563-49ea-b703-6a002f2d3cc8.jsonl": (
                Hand(
                    "4b2030ed-5563-49ea-b703-6a002f2d3cc8",
                    "git/moredip/session-share",
                    1,
                    1,
                    0,
                    (1, 0),
                    6_704,
                    beside=("4b2030ed-5563-49ea-b703-6a002f2d3cc8/subagents/*",),
                ),
            ),
        },
        LICENSE,
    ),
    "gemini-cli": Folder(
        "gemini",
        {
            # tokens: the total of each message without what was cached
            "session-1.json": (
                Hand(
                    "faff42ab-6ea5-4f78-b8c4-f7dd6272af08",
                    HASH["7e89"],
                    2,
                    2,
                    tokens=12_923 + 247 + 352 + 415,
                ),
            ),
            "session-2.json": (
                Hand("fa4593e0-f7e1-4dd1-b656-da95fb4d60fa", HASH["7e89"], 1, 1, tokens=12_151 + 343),
            ),
            "session-3.json": (
                Hand("f7633853-6663-4dbb-bbf4-6159afa29df8", HASH["7e89"], 1, 9, tokens=19_333),
            ),
        },
        LICENSE | {"session-4.json": NOTHING},  # nothing but a warning that a hook failed
    ),
    "swe-agent": Folder(
        "swe-agent",
        {
            # actions; errors: edits that were refused, and a traceback; tokens received
            "gpt4__swe-agent__test-repo__default_from__swe-agent__test-repo-i1.traj": (
                Hand("", "github.com/klieret/swe-agent-test-repo", 1, 5, tokens=326),
            ),
            "gpt4__swe-bench-dev-easy_first_only__def__pydicom__pydicom-1458.traj": (
                Hand("", "github.com/pydicom/pydicom", 1, 12, 4, tokens=1_369),
            ),
            "replay__marshmallow-code__marshmallow-18__marshmallow-code__marshmallow-1867.traj": (
                Hand(
                    "marshmallow-code__marshmallow-1867",
                    "github.com/marshmallow-code/marshmallow",
                    1,
                    11,
                    1,
                ),
            ),
        },
        LICENSE,
    ),
    "tau-bench": Folder(
        "tau-bench",
        {
            "gpt-4o-airline.sample.json": tuple(
                Hand(f"task-{task}-trial-{trial}", "airline", 1, calls, errors)
                for task, trials in _AIRLINE
                for trial, (calls, errors) in enumerate(trials)
            )
        },
        LICENSE,
    ),
}
