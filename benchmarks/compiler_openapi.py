"""What compiled worlds do where the source is an OpenAPI document, which the compiler sees whole: methods, paths, places, answers.

    python benchmarks/compiler_openapi.py [--sets ID...] [--limit N] [--failures K]

For each set with an oracle (../shared/data/toolsets/http_oracle.jsonl) a document is put together from the tools and the oracle and read
by the importer as a user's would be. The effects are judged as in compiler_effects.py. Beside them: of the keys that the schema of the
answer requires, how many the answer to a success has (required_keys, the keys of objects and of first elements inside it included; top
are those of the answer itself), and how many answers fit that schema as a whole (fitting).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs
from common import show
from compiler_effects import Verdict, report, verdicts
from naming import HOUSEKEEPING, route
from probing import Probe
from toolsets import ToolSet, chosen, compiled, options, ratio, read, spread, tool_sets
from words import plain

from gem_sim.records import ToolSchema
from gem_sim.worlds.importers import read_tools

GOALS = dict.fromkeys(("GET", "DELETE", "PUT", "PATCH", "POST"), 1.0)
Schema = dict[str, Any]


class Answer(NamedTuple):
    """How the answer of one tool compares with its schema: required keys there are and should be, at the top and in all, and whether it fits."""

    where: str
    kind: str
    top: tuple[int, int]
    deep: tuple[int, int]
    fits: bool
    missing: str


class Found(NamedTuple):
    """What came of one document."""

    verdicts: list[Verdict]
    answers: list[Answer]
    lost: list[str]


def document(tools: ToolSet, operations: list[dict[str, Any]]) -> Schema:
    """An OpenAPI document whose operations are the tools of a set."""
    known = {tool.name: tool for tool in tools.tools}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation["path"], {})[operation["method"].lower()] = _operation(known[operation["name"]], operation)
    return {"openapi": "3.0.3", "info": {"title": tools.id, "version": "1"}, "paths": paths}


def _operation(tool: ToolSchema, operation: dict[str, Any]) -> Schema:
    required = set(tool.parameters.get("required", []))
    in_path = set(route(operation["path"]).parameters)
    listed, body = [], {}
    for name, about in tool.parameters.get("properties", {}).items():
        if operation["method"] in ("GET", "DELETE") or name in in_path or HOUSEKEEPING.match(plain(name)):
            listed.append({"name": name, "in": "path" if name in in_path else "query", "required": name in required or name in in_path, "schema": about})
        else:
            body[name] = about
    made: Schema = {"operationId": tool.name, "description": tool.description, "parameters": listed, "responses": _responses(operation["response"])}
    if body:
        schema = {"type": "object", "properties": body, "required": [name for name in body if name in required]}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return made


def _responses(response: dict[str, Any] | None) -> Schema:
    if not response:
        return {"204": {"description": "Done"}}
    schema = response.get("schema")
    content = {"content": {"application/json": {"schema": schema}}} if schema else {}
    return {str(response["status"]): {"description": "Done", **content}}


def examined(oracle: dict[str, Any]) -> Found:
    """One set as a document, read, compiled and examined."""
    tools = tool_sets()[oracle["toolset_id"]]
    imported = read_tools(document(tools, oracle["operations"])).tools
    named = {(tool.hints.method, tool.hints.path): tool.name for tool in imported if tool.hints}
    operations = [{**operation, "name": named[place]} for operation in oracle["operations"] if (place := (operation["method"], operation["path"])) in named]
    whole = ToolSet(tools.id, imported)
    lost = [f"{tools.id} {operation['name']}" for operation in oracle["operations"] if (operation["method"], operation["path"]) not in named]
    return Found(verdicts(whole, operations), list(_answers(whole)), lost)


def _answers(tools: ToolSet) -> Iterator[Answer]:
    made = compiled(tools).made
    probe = Probe(made) if made is not None else None
    for tool in tools.tools if probe is not None else ():
        arguments = probe.ok(tool.name) if probe is not None else None
        if probe is None or arguments is None or not tool.returns:
            continue
        value = probe.world.fork().call(tool.name, arguments).value
        wanted = list(_required(tool.returns, value, ""))
        top = [there for where, there in wanted if where.count(".") <= 1]
        missing = ", ".join(where for where, there in wanted if not there)
        deep = [there for _, there in wanted]
        fits = jsonschema_rs.validator_for(tool.returns).is_valid(value)
        yield Answer(f"{tools.id} {tool.name}", probe.tools[tool.name].kind, (sum(top), len(top)), (sum(deep), len(deep)), fits, missing)


def _required(schema: Any, value: Any, where: str) -> Iterator[tuple[str, bool]]:
    """(place, whether it is there) of each key that a schema requires, inside of what is there too."""
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "array" or "items" in schema:
        if isinstance(value, list) and value:
            yield from _required(schema.get("items"), value[0], where)
        elif not isinstance(value, list):
            yield f"{where}[]", False
        return
    for name in schema.get("required", ()):
        yield f"{where}.{name}", isinstance(value, dict) and name in value
    for name, part in (schema.get("properties") or {}).items():
        if isinstance(value, dict) and value.get(name) is not None:
            yield from _required(part, value[name], f"{where}.{name}")


def keys(answers: list[Answer], examples: int) -> dict[str, Any]:
    """How many of the required keys are there."""
    top, deep = (tuple(map(sum, zip(*(getattr(answer, part) for answer in answers), strict=True))) or (0, 0) for part in ("top", "deep"))
    short = [answer for answer in answers if answer.missing]
    return {
        "answers": len(answers),
        "required_keys_at_the_top": ratio(*top),
        "required_keys": ratio(*deep),
        "of": deep[1],
        "fitting": ratio(sum(answer.fits for answer in answers), len(answers)),
        "not_fitting_by_kind": dict(Counter(answer.kind for answer in answers if not answer.fits)),
        "missing": [f"{answer.where}: {answer.missing}"[:200] for answer in short[: examples * 4]],
        "not_fitting": [answer.where for answer in answers if not answer.fits][: examples * 4],
    }


if __name__ == "__main__":
    given = options(__doc__)
    oracles = {line["toolset_id"]: line for line in read("toolsets/http_oracle.jsonl")}
    results = list(spread(examined, [oracles[name] for name in chosen(oracles, given)]))
    effects = report([verdict for result in results for verdict in result.verdicts], GOALS, given.failures)
    lost = [name for result in results for name in result.lost]
    show({**effects, "lost_by_the_importer": lost, "answers": keys([answer for result in results for answer in result.answers], given.failures)})
