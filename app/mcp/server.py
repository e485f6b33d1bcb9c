"""The server: what the SDK asks, answered from one memory. Which transport carries it is not known here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from tacit import __version__
from tacit.app.mcp import prompts, resources
from tacit.app.mcp.answering import Answering
from tacit.app.mcp.clients import UNKNOWN, agent_of
from tacit.app.mcp.instructions import INSTRUCTIONS
from tacit.app.mcp.refusals import refused
from tacit.app.mcp.tools.table import TOOLS, listed

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

    from tacit.app.mcp.open_memory import Held

    Context = ServerRequestContext[Any, Any]
    Page = types.PaginatedRequestParams | None

_HOUR = CacheHint(ttl_ms=3_600_000, scope="public")


def make_server(held: Held) -> Server[Any]:
    """A server that answers from a memory, for any transport; it touches the memory when a call needs it."""
    asked = _Asked(held)
    server: Server[Any] = Server(
        "tacit",
        version=__version__,
        title="Tacit",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": _HOUR, "prompts/list": _HOUR, "resources/templates/list": _HOUR},
        on_list_tools=asked.list_tools,
        on_call_tool=asked.call_tool,
        on_list_resources=asked.list_resources,
        on_list_resource_templates=asked.list_templates,
        on_read_resource=asked.read_resource,
        on_list_prompts=asked.list_prompts,
        on_get_prompt=asked.get_prompt,
    )
    server.middleware[:] = [_log_unknown]  # in place of the SDK's tracing: nothing here reports anywhere
    return server


class _Asked:
    """What the SDK calls, one method for each request of the protocol."""

    def __init__(self, held: Held) -> None:
        self._answering = Answering(held)

    async def list_tools(self, _: Context, __: Page) -> types.ListToolsResult:
        return _list_tools()

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            refused("-", "UnknownTool")
            known = ", ".join(TOOLS)
            raise MCPError(types.INVALID_PARAMS, f"There is no such tool. There are: {known}.")
        result = await self._answering.call(tool, params.arguments, *_who(context))
        return types.CallToolResult.model_validate(result)

    async def list_resources(self, _: Context, __: Page) -> types.ListResourcesResult:
        found = await self._answering.plain("resources", resources.listed)
        return types.ListResourcesResult.model_validate(found)

    async def list_templates(self, _: Context, __: Page) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult.model_validate({"resourceTemplates": resources.TEMPLATES})

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        agent, _ = _who(context)
        found = await self._answering.plain("resource", resources.read, str(params.uri), agent)
        return types.ReadResourceResult.model_validate(found)

    async def list_prompts(self, _: Context, __: Page) -> types.ListPromptsResult:
        return types.ListPromptsResult.model_validate({"prompts": prompts.PROMPTS})

    async def get_prompt(
        self, context: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        agent, _ = _who(context)
        given = params.arguments or {}
        found = await self._answering.plain("prompt", prompts.get, params.name, given, agent)
        return types.GetPromptResult.model_validate(found)


@cache
def _list_tools() -> types.ListToolsResult:
    return types.ListToolsResult.model_validate({"tools": listed()})


def _who(context: Context) -> tuple[str, str]:
    """The agent, and its version as it says it."""
    params = context.session.client_params
    if params is None:
        return UNKNOWN, ""
    return agent_of(params.client_info.name), params.client_info.version[:400]


async def _log_unknown(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Note methods that are not served."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        if error.error.code == types.METHOD_NOT_FOUND:
            refused("-", "UnknownMethod")
        raise
