"""`gem-sim serve`: a mock as an MCP server. Every session has a world of its own. Needs the extra `serve`."""

from __future__ import annotations

import socket
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import mcp_types as types
import orjson
import uvicorn
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from gem_sim import prompts
from gem_sim.errors import MockFailure, SettingsError
from gem_sim.settings import MAX_SEED, VERSION
from gem_sim.worlds.spec import ToolSpec, WorldSpec
from gem_sim.worlds.world import CallResult, World

SESSION = "gem-sim-session"
"""HTTP header that names a session; without it the session of the MCP connection is meant."""
SEED = "gem-sim-seed"
"""HTTP header with the seed of a world that begins with this request."""
MAX_SESSIONS = 1_000
_MCP_SESSION = "mcp-session-id"
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")

Context = ServerRequestContext[Any, Any]


class Worlds:
    """The worlds of all sessions. Those that nobody has asked for longest are given up when there are too many."""

    def __init__(self, spec: WorldSpec, seed: int) -> None:
        self.spec = spec
        self.seed = seed
        self._worlds: OrderedDict[str, World] = OrderedDict()

    def of(self, session: str, seed: int | None) -> World:
        """The world of a session, begun if it is not there."""
        if session not in self._worlds:
            return self.reset(session, seed)
        self._worlds.move_to_end(session)
        return self._worlds[session]

    def reset(self, session: str, seed: int | None) -> World:
        """A fresh world for a session."""
        world = self._worlds[session] = self.spec.start(self.seed if seed is None else seed)
        self._worlds.move_to_end(session)
        while len(self._worlds) > 2 * MAX_SESSIONS:
            self._worlds.popitem(last=False)
        return world


def mcp_server(spec: WorldSpec, seed: int) -> Server[Any]:
    """The server of a mock, for any transport."""
    worlds = Worlds(spec, seed)
    reset = reset_name(spec)
    tools = [*(_tool(name, tool) for name, tool in spec.tools.items()), _reset_tool(reset)]

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        session, begin = _session(ctx)
        if params.name == reset:
            return _reset(worlds, session, begin, params.arguments or {})
        try:
            return _result(worlds.of(session, begin).call(params.name, params.arguments or {}))
        except MockFailure as fault:
            raise MCPError(types.INTERNAL_ERROR, str(fault)) from None

    return Server(spec.name, version=VERSION, instructions=_instructions(spec), on_list_tools=list_tools, on_call_tool=call_tool)


def reset_name(spec: WorldSpec) -> str:
    """The name of the tool that resets a world: one that the mock has no tool of."""
    names = ("reset_world", "gem_sim_reset_world", *(f"gem_sim_reset_world_{number}" for number in range(2, len(spec.tools) + 3)))
    return next(name for name in names if name not in spec.tools)


def _instructions(spec: WorldSpec) -> str:
    """What an agent has to know beside the tools: what the world is, its time, policy and rules."""
    rules = [rule.text for rule in spec.rules]
    return prompts.render("serve/instructions", description=spec.description, now=spec.clock, policy=spec.policy, rules=rules)


def _tool(name: str, tool: ToolSpec) -> types.Tool:
    """A tool as MCP shows it; whose tool it is and its kind are in `_meta`."""
    about: dict[str, Any] = {"kind": tool.kind, "side": tool.side}
    described = tool.description if tool.side == "assistant" else f"{tool.description} (For the user to call, not for the assistant.)".strip()
    deletes = any(effect.delete is not None for effect in tool.do)
    annotations = types.ToolAnnotations(read_only_hint=tool.kind != "write", destructive_hint=deletes if tool.do else None)
    about |= {"returns": tool.returns} if tool.returns else {}
    return types.Tool(name=name, description=described, input_schema=tool.parameters, annotations=annotations, _meta={"gem_sim": about})


def _reset_tool(name: str) -> types.Tool:
    seed = {"type": "integer", "minimum": 0, "maximum": MAX_SEED, "description": "Other seed, other ids; without one the seed it has"}
    return types.Tool(
        name=name,
        description="Put the world of this session back to its start. For whoever runs the session, not for the assistant.",
        input_schema={"type": "object", "properties": {"seed": seed}, "additionalProperties": False},
        _meta={"gem_sim": {"kind": "session", "side": "control"}},
    )


def _reset(worlds: Worlds, session: str, begin: int | None, arguments: dict[str, Any]) -> types.CallToolResult:
    seed = arguments.get("seed", worlds.of(session, begin).seed)
    if arguments.keys() - {"seed"} or not _is_seed(seed):
        return _result(CallResult(False, None, {"code": "invalid_arguments", "message": f"seed: expected a whole number from 0 to {MAX_SEED}"}, []))
    world = worlds.reset(session, seed)
    return _result(CallResult(True, {"seed": world.seed, "digest": world.digest}, None, []))


def _is_seed(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SEED


def _result(result: CallResult) -> types.CallToolResult:
    """Text for models and the same as structured content, which is always an object: what is none stands under `result`."""
    content = result.content()
    structured = content if isinstance(content, dict) else {"result": content}
    return types.CallToolResult(
        content=[types.TextContent(text=orjson.dumps(content).decode())],
        structured_content=structured,
        is_error=not result.ok,
        _meta={"gem_sim": {"imagined": True}} if result.imagined else None,
    )


def _session(ctx: Context) -> tuple[str, int | None]:
    """The name of the session and the seed it asks for. Over standard input and output there is one session."""
    if ctx.request is None:
        return "", None
    headers = ctx.request.headers
    session = f"named {headers[SESSION]}" if SESSION in headers else headers.get(_MCP_SESSION)
    if session is None:
        raise MCPError(types.INVALID_REQUEST, f"no session; expected the header {SESSION} with a name, or a connection that begins with initialize")
    seed = headers.get(SEED)
    if seed is not None and not (seed.isascii() and seed.isdigit() and len(seed) < 20 and _is_seed(int(seed))):
        raise MCPError(types.INVALID_REQUEST, f"{SEED}: expected a whole number from 0 to {MAX_SEED}")
    return session, None if seed is None else int(seed)


def serve_stdio(spec: WorldSpec, seed: int) -> None:
    """Serve one session over standard input and output until the client closes it."""
    server = mcp_server(spec, seed)

    async def serve() -> None:
        async with stdio_server() as (receive, send):
            await server.run(receive, send, server.create_initialization_options())

    with suppress(KeyboardInterrupt):
        anyio.run(serve)


def serve_http(spec: WorldSpec, seed: int, address: str, *, started: Callable[[str], Any]) -> None:
    """Serve over streamable HTTP on an address of this machine until interrupted. `started` is told where.

    Raises SettingsError for an address of the network, or one that cannot be listened on.
    """
    host, port = _address(address)
    server = mcp_server(spec, seed)
    server.add_request_handler("server/discover", types.RequestParams, _handshake_only(server))
    app = server.streamable_http_app(host="127.0.0.1", json_response=True, max_sessions=MAX_SESSIONS)
    with _listening(host, port, address) as listener:
        shown = f"[{host}]" if ":" in host else host
        started(f"serving {spec.name} at http://{shown}:{listener.getsockname()[1]}/mcp (Ctrl-C ends it)")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on")).run(sockets=[listener])


def _handshake_only(server: Server[Any]) -> Callable[[Context, types.RequestParams | None], Any]:
    """Sends clients to the protocol versions that have sessions: in the later ones no two requests belong together."""

    async def discover(ctx: Context, _: types.RequestParams | None) -> types.DiscoverResult:
        capabilities = server.get_capabilities(protocol_version=ctx.protocol_version)
        return types.DiscoverResult(supported_versions=list(HANDSHAKE_PROTOCOL_VERSIONS), capabilities=capabilities, instructions=server.instructions)

    return discover


def _address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535 and host in _THIS_MACHINE):
        raise SettingsError(f"--http {address!r}: expected HOST:PORT on this machine, such as 127.0.0.1:8765")
    return host, int(port)


def _listening(host: str, port: int, address: str) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(f"--http {address!r}: cannot be listened on ({error.strerror})") from None
