"""GitHub Copilot CLI.

Servers stand in ``mcp-config.json`` of ``$COPILOT_HOME`` or ``~/.copilot``, of a project in its
``.github/mcp.json``
(https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers).
"""

from __future__ import annotations

from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import Entry
from tacit.app.setup.shapes import server


def _folder(scene: Scene) -> str:
    return scene.folder("COPILOT_HOME", ".copilot")


def _entries(scene: Scene) -> tuple[Entry, ...]:
    file, mode = f"{_folder(scene)}/mcp-config.json", 0o600
    if scene.project is not None:
        file, mode = f"{scene.project}/.github/mcp.json", 0o644
    return (server(file, mode=mode, type="local", tools=["*"]),)


AGENT = Agent(
    "copilot", "GitHub Copilot CLI", _folder, _entries, "Copilot takes it up when it is started anew."
)
