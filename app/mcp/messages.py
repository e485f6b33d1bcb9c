"""From a line to a message of JSON-RPC, or to the error that answers it."""

from __future__ import annotations

import mcp_types as types
import msgspec
from pydantic import ValidationError

from tacit.app.mcp.limits import LINE_BYTES
from tacit.app.mcp.lines import TooLong
from tacit.app.mcp.refusals import refused


def message_of(line: bytes | TooLong) -> types.JSONRPCMessage:
    """The message of a line. What is none is refused in the log and becomes the error that answers it."""
    if isinstance(line, TooLong):
        refused("-", "TooLong")
        request = msgspec.json.decode(line.id, type=int | str) if line.id else None
        said = f"The message is longer than {LINE_BYTES:,} bytes (limit LINE_BYTES)."
        return _error(types.INVALID_REQUEST, said, request)
    try:
        message: types.JSONRPCMessage = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        return _no_message(line)
    if isinstance(message, types.JSONRPCNotification) and _has_id(line):
        return _no_message(line)  # a request whose id is none, of which whoever sent it awaits an answer
    return message


def _has_id(line: bytes) -> bool:
    try:
        return "id" in msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # not all that the SDK takes is JSON
        return False


def _no_message(line: bytes) -> types.JSONRPCError:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        refused("-", "ParseError")
        return _error(types.PARSE_ERROR, "This line is no JSON.", None)
    refused("-", "InvalidRequest")
    request = found.get("id") if isinstance(found, dict) else None
    if isinstance(request, bool) or not isinstance(request, int | str):
        request = None
    return _error(types.INVALID_REQUEST, "This is no message of JSON-RPC 2.0.", request)


def _error(code: int, message: str, request: int | str | None) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=request, error=types.ErrorData(code=code, message=message))
