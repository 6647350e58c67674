"""`gem-sim serve`, used by an MCP client over standard input and output and over HTTP on this machine."""

import json
import os
import re
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.load import load_mock, parse_world

anyio = pytest.importorskip("anyio")
mcp = pytest.importorskip("mcp")
httpx2 = pytest.importorskip("httpx2")
serving = pytest.importorskip("gem_sim.serving")

from mcp import Client, StdioServerParameters  # noqa: E402  (after the check that it is there)
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

COMMAND = [sys.executable, "-m", "gem_sim.cli", "serve", "tool_library"]
LOAN = {"loan_id": "LN-7001"}


def run(action, *arguments):
    return anyio.run(action, *arguments)


@asynccontextmanager
async def over_stdio(*options, mode="auto"):
    async with Client(StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], *options]), mode=mode) as client:
        yield client


@asynccontextmanager
async def over_http(url, mode="auto", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx2.AsyncClient(headers=named) as http, Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        yield client


def in_process():
    return Client(serving.mcp_server(load_mock("tool_library"), 0))


@contextmanager
def running(*options):
    with subprocess.Popen([*COMMAND, "--http", "127.0.0.1:0", *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split(" at ")[1].split(" ")[0]
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture(scope="module")
def url():
    with running() as address:
        yield address


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_works_over_standard_input_and_output(mode):
    async def use():
        async with over_stdio(mode=mode) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            done = await client.call_tool("return_tool", LOAN)
            again = await client.call_tool("return_tool", LOAN)
            return tools, done, again

    tools, done, again = run(use)
    spec = load_mock("tool_library")
    assert list(tools) == [*spec.tools, "reset_world"]
    assert tools["return_tool"].input_schema == spec.tools["return_tool"].parameters
    assert not done.is_error
    assert json.loads(done.content[0].text) == done.structured_content
    assert (again.is_error, again.structured_content["error"]["code"]) == (True, "conflict")


def test_answers_are_those_of_the_world():
    world = load_mock("tool_library").start(5)
    calls = [(name, world.propose(name)) for name in world.spec.tools]

    async def use():
        async with over_stdio("--seed", "5") as client:
            return [(await client.call_tool(name, arguments)).structured_content for name, arguments in calls if arguments is not None]

    assert run(use) == [world.call(name, arguments).content() for name, arguments in calls if arguments is not None]


@pytest.mark.parametrize("name", ["no_such_tool", "return_tool"])
def test_wrong_calls_are_errors_of_the_tool(name):
    async def use():
        async with in_process() as client:
            return await client.call_tool(name, {"bogus": 1})

    result = run(use)
    assert result.is_error
    assert result.structured_content["error"]["code"] in ("unknown_tool", "invalid_arguments")


def test_a_reset_puts_the_world_back_and_may_change_the_seed():
    async def use():
        async with in_process() as client:
            first = await client.call_tool("lend_tool", {"member_id": "M-301", "tool_id": "T-113", "days": 3})
            reset = await client.call_tool("reset_world", {"seed": 9})
            second = await client.call_tool("lend_tool", {"member_id": "M-301", "tool_id": "T-113", "days": 3})
            return first, reset, second, await client.call_tool("reset_world", {"seed": -1})

    first, reset, second, bad = run(use)
    assert reset.structured_content == {"seed": 9, "digest": load_mock("tool_library").start(9).digest}
    assert first.structured_content["loan_id"] != second.structured_content["loan_id"]
    assert bad.structured_content["error"]["code"] == "invalid_arguments"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_each_session_over_http_has_a_world_of_its_own(url, mode):
    async def use():
        async with over_http(url, mode) as one, over_http(url, mode) as other:
            return [(await client.call_tool("return_tool", LOAN)).is_error for client in (one, one, other)]

    assert run(use) == [False, True, False]


def test_clients_that_name_one_session_share_a_world(url):
    async def use():
        async with over_http(url, gem_sim_session="a") as one, over_http(url, gem_sim_session="a") as other, over_http(url, gem_sim_session="b") as third:
            return [(await client.call_tool("return_tool", LOAN)).is_error for client in (one, other, third)]

    assert run(use) == [False, True, False]


def test_a_header_gives_the_seed(url):
    async def use():
        async with over_http(url, gem_sim_seed="9") as client:
            return (await client.call_tool("lend_tool", {"member_id": "M-301", "tool_id": "T-113", "days": 3})).structured_content

    expected = load_mock("tool_library").start(9).call("lend_tool", {"member_id": "M-301", "tool_id": "T-113", "days": 3}).value
    assert run(use) == expected


def test_a_reset_keeps_the_seed_of_the_session(url):
    async def use():
        async with over_http(url, gem_sim_seed="9") as client:
            early = (await client.call_tool("reset_world", {})).structured_content
            await client.call_tool("reset_world", {"seed": 4})
            return early, (await client.call_tool("return_tool", LOAN)).is_error, (await client.call_tool("reset_world", {})).structured_content

    early, wrong, late = run(use)
    assert (early["seed"], wrong, late["seed"]) == (9, False, 4)


@pytest.mark.parametrize("seed", ["x", "-1", "1.5", "9" * 30])
def test_a_seed_that_is_none_is_refused(url, seed):
    async def use():
        async with over_http(url, gem_sim_seed=seed) as client:
            with pytest.raises(mcp.MCPError, match="gem-sim-seed"):
                await client.call_tool("return_tool", LOAN)

    run(use)


def test_a_protocol_without_sessions_needs_a_name_for_one(url):
    async def use():
        async with over_http(url, "2026-07-28", gem_sim_session="c") as named, over_http(url, "2026-07-28") as nameless:
            with pytest.raises(mcp.MCPError, match="gem-sim-session"):
                await nameless.call_tool("return_tool", LOAN)
            return [(await named.call_tool("return_tool", LOAN)).is_error for _ in range(2)]

    assert run(use) == [False, True]


def test_pages_of_other_sites_reach_nothing(url):
    async def use():
        async with httpx2.AsyncClient() as http:
            return [
                (await http.post(url, json={}, headers={name: value})).status_code
                for name, value in (("Host", "evil.example"), ("Origin", "http://evil.example"))
            ]

    assert all(status in (403, 421) for status in run(use))


BAD = ["0.0.0.0:80", "192.168.1.1:80", "example.org:80", "127.0.0.1", ":80", "127.0.0.1:x", "127.0.0.1:99999", ""]


@pytest.mark.parametrize("address", BAD)
def test_an_address_of_the_network_is_one_clear_line(address):
    result = CliRunner().invoke(app, ["serve", "tool_library", "--http", address])
    assert (result.exit_code, "expected HOST:PORT on this machine" in result.output) == (2, True)


def test_a_port_that_is_taken_is_one_clear_line(url):
    address = url.removeprefix("http://").removesuffix("/mcp")
    result = CliRunner().invoke(app, ["serve", "tool_library", "--http", address])
    assert (result.exit_code, "cannot be listened on" in result.output) == (2, True)


def small(**tools):
    plain = {"description": "x", "parameters": {"type": "object"}, "kind": "compute", "return": "1"}
    return parse_world({"name": "small", "entities": {}, "tools": {name: {**plain, **more} for name, more in tools.items()}}, "small")


def listed(spec):
    async def use():
        async with Client(serving.mcp_server(spec, 0)) as client:
            return (await client.list_tools()).tools, await client.call_tool(next(iter(spec.tools)), {})

    return run(use)


def test_the_reset_tool_takes_no_name_of_the_mock():
    assert serving.reset_name(small(a={})) == "reset_world"
    assert serving.reset_name(small(reset_world={}, gem_sim_reset_world={})) == "gem_sim_reset_world_2"


def test_an_agent_is_told_what_the_world_is_its_time_and_its_rules():
    async def use():
        async with in_process() as client:
            return client.instructions

    told, spec = run(use), load_mock("tool_library")
    assert told.startswith(spec.description)
    assert f"It is {spec.clock} here." in told
    assert all(f"- {rule.text}" in told for rule in spec.rules)


def test_tools_of_the_user_are_marked():
    tools, _ = listed(small(a={}, b={"side": "user"}))
    assert [tool.meta["gem_sim"]["side"] for tool in tools] == ["assistant", "user", "control"]
    assert "not for the assistant" in tools[1].description


def test_an_answer_that_is_no_object_stands_under_result():
    _, answer = listed(small(a={}))
    assert (answer.structured_content, answer.content[0].text) == ({"result": 1}, "1")


def test_imagined_answers_are_marked():
    _, answer = listed(small(a={"kind": "imagined", "returns": {"type": "string"}, "return": None}))
    assert answer.meta["gem_sim"] == {"imagined": True}


def test_what_is_served_can_be_imported():
    async def use():
        async with in_process() as client:
            return (await client.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)

    read = read_tools(run(use))
    spec = load_mock("tool_library")
    assert [tool.name for tool in read.tools][:-1] == list(spec.tools)
    assert read.tools[0].hints.read_only is (next(iter(spec.tools.values())).kind != "write")


PAGE = Path(__file__).resolve().parents[1] / "docs" / "own-tools.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not in the wheel")
def test_the_client_of_the_page_fetches_the_tools_of_a_server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    block = re.search(r"^```py\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[1]
    exec(compile(block, PAGE.name, "exec"), {})  # noqa: S102  (our own documentation)
    assert len(read_tools("server.json").tools) == len(load_mock("tool_library").tools) + 1
