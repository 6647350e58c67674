"""Tools as they are written elsewhere, read into `ToolSchema`s: OpenAI tools, MCP `tools/list`, OpenAPI 3, plain lists.

Whatever comes in, the result is tools that can be compiled and diagnostics that say what was changed or left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gem_sim.errors import InputError
from gem_sim.records import ToolSchema
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.importers import mcp, openai, openapi, plain
from gem_sim.worlds.importers.found import Found, schemas
from gem_sim.worlds.importers.reading import read_file
from gem_sim.worlds.importers.words import shown, whole

EXPECTED = "OpenAI tools, an MCP tools/list, an OpenAPI 3 document, or a list of {name, description, parameters}"


@dataclass(frozen=True)
class Imported:
    """What was read: tools, what was changed or left out on the way, and what the source says it is."""

    tools: tuple[ToolSchema, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    title: str = ""


def read_tools(source: str | Path | dict[str, Any] | list[Any]) -> Imported:
    """The tools of a file (JSON, JSON Lines, YAML), or of data that was read already. The form is told by its shape.

    Raises InputError, one line, for a file that cannot be read and for what holds no tools in any form that is known.
    """
    where = str(source) if isinstance(source, (str, Path)) else "tools"
    data = read_file(Path(source)) if isinstance(source, (str, Path)) else source
    notes = Notes()
    document = _document(data, where)
    entries = openapi.read(document, notes) if "openapi" in document else _entries(_listed(document, where, notes), notes)
    found = list(entries)
    made = tuple(schemas(found, notes))
    if not made:
        notes.add("tools.none", where, f"{len(found)} entries and no tool")
    return Imported(made, notes.all(), _title(document))


def _document(data: Any, where: str) -> dict[str, Any]:
    """The input as one object: a list of tools under `tools`, one set of tools out of its line or envelope."""
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict) and "tools" in data[0]:
        data = data[0]
    if isinstance(data, list):
        sets = sum(isinstance(entry, dict) and "tools" in entry for entry in data)
        if sets:
            raise InputError(f"{where}: holds {sets} sets of tools; expected one, so put the one that is wanted into a file of its own")
        return {"tools": data}
    if not isinstance(data, dict):
        raise InputError(f"{where}: got {shown(data)}; expected {EXPECTED}")
    answer = data.get("result")
    if isinstance(answer, dict) and "tools" in answer:  # the answer of an MCP server as it comes over the wire
        return answer
    if "swagger" in data:
        raise InputError(f"{where}: Swagger {shown(data['swagger'])}; expected OpenAPI 3, to which converters bring it")
    if "openapi" in data and not str(data["openapi"]).startswith("3"):
        raise InputError(f"{where}: openapi {shown(data['openapi'])}; expected 3.0 to 3.2")
    if not {"openapi", "tools"} & data.keys() and _kind(data) is not None:
        return {"tools": [data]}
    return data


def _listed(document: dict[str, Any], where: str, notes: Notes) -> list[Any]:
    tools = document.get("tools")
    if not isinstance(tools, list):
        raise InputError(f"{where}: expected {EXPECTED}")
    if isinstance(document.get("nextCursor"), str):
        notes.add("tools.page", where, "this is one page of a longer list")
    return tools


def _kind(entry: Any) -> str | None:
    """The form of one entry, None for none that is known."""
    return next((name for name, form in (("openai", openai), ("mcp", mcp), ("plain", plain)) if form.is_one(entry)), None)


def _entries(entries: list[Any], notes: Notes) -> Iterator[Found]:
    for at, entry in enumerate(entries):
        where = f"tools[{at}]"
        found = {"openai": openai.read, "mcp": mcp.read, "plain": plain.read}[kind](entry, where) if (kind := _kind(entry)) else None
        if found is None:
            notes.add("tool.form", where, f"got {_described(entry)}")
        else:
            yield found


def _described(entry: Any) -> str:
    if isinstance(entry, dict) and isinstance(entry.get("type"), str):
        return f"a tool of type {entry['type'][:60]!r}, which is no function"
    return shown(entry) if not isinstance(entry, dict) else "an object without a name and parameters"


def _title(document: dict[str, Any]) -> str:
    info = document.get("info")
    title = info.get("title") if isinstance(info, dict) else document.get("title")
    return whole(title)[:200] if isinstance(title, str) else ""
