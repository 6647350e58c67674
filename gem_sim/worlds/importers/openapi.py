"""OpenAPI 3: every operation that a caller would make is a tool. Parameters and the fields of the body stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gem_sim.records import Hints
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.body import body_parameters, media
from gem_sim.worlds.importers.found import Found
from gem_sim.worlds.importers.schemas import Cleaner
from gem_sim.worlds.importers.words import shown, whole

METHODS = ("get", "put", "post", "delete", "patch")
"""Methods that are tools; HEAD, OPTIONS and TRACE tell nothing that a mock could."""
PLACES = ("path", "query", "header", "cookie")
_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI says are no parameters."""
_SUCCESS = ("200", "201", "202", "203", "206", "2XX", "2xx")


def read(document: dict[str, Any], notes: Notes) -> Iterator[Found]:
    """The operations of a document in the order of its paths."""
    paths = document.get("paths")
    if not isinstance(paths, dict):
        notes.add("openapi.part", "paths", f"expected an object, got {shown(paths)}")
        return
    reader = _Reader(document, notes)
    for path, value in paths.items():
        where = f"paths.{whole(str(path))[:200]}"
        item = reader.part(value, where)
        for method in METHODS:
            if method in item:
                yield reader.operation(str(path), method, item, f"{where}.{method}")


class _Reader:
    """Reads operations of one document."""

    def __init__(self, document: dict[str, Any], notes: Notes) -> None:
        self.document = document
        self.notes = notes
        self.cleaner = Cleaner(document, notes, hidden="readOnly")
        self.keys = set(self._keys())

    def _keys(self) -> Iterator[tuple[str, str]]:
        """(place, name) of parameters that say who is calling."""
        components = self.document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        for name, scheme in schemes.items() if isinstance(schemes, dict) else ():
            about = self.part(scheme, f"components.securitySchemes.{name}")
            if about.get("type") == "apiKey":
                yield str(about.get("in")), str(about.get("name"))

    def part(self, value: Any, where: str) -> dict[str, Any]:
        """An object of the document, looked up where it is a reference; an empty one with a diagnostic where it is none."""
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = self.cleaner.resolve(value["$ref"], where)
            if value is None:
                return {}
        if not isinstance(value, dict):
            self.notes.add("openapi.part", where, f"expected an object, got {shown(value)}")
            return {}
        return value

    def operation(self, path: str, method: str, item: dict[str, Any], where: str) -> Found:
        """One operation as a tool."""
        about = self.part(item[method], where)
        properties: dict[str, Any] = {}
        required: list[str] = []
        places: dict[str, str] = {}
        credentials: list[str] = []
        for name, place, schema, needed in (*self._parameters(path, item, about, where), *self._body(about, where)):
            if name in properties:
                self.notes.add("openapi.body", where, f"{name[:80]!r} in {places[name]} and {place}")
                continue
            properties[name], places[name] = schema, place
            required += [name] if needed else []
            credentials += [name] if (place, name) in self.keys else []
        status, answer = self._answer(about, where)
        hints = Hints(
            method=method.upper(),
            path=whole(path),
            places=places,  # type: ignore[arg-type]
            status=status,
            credentials=tuple(credentials),
            deprecated=about.get("deprecated") is True,
        )
        parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return Found(where, self._name(path, method, about, where), _described(about, item), parameters, answer, self.document, hints=hints)

    def _name(self, path: str, method: str, about: dict[str, Any], where: str) -> Any:
        if about.get("operationId") is not None:
            return about["operationId"]
        name = "_".join([method, *re.findall(r"[a-zA-Z0-9]+", path)])
        self.notes.add("openapi.unnamed", where, f"called {name[:80]!r}")
        return name

    def _parameters(self, path: str, item: dict[str, Any], about: dict[str, Any], where: str) -> Iterator[tuple[str, str, Any, bool]]:
        """(name, place, schema, required) of the declared parameters, those of the path first, and of what the path names beside them."""
        known: dict[tuple[str, str], dict[str, Any]] = {}
        for holder, place in ((item, where.rpartition(".")[0]), (about, where)):
            listed = holder.get("parameters", [])
            if not isinstance(listed, list):
                self.notes.add("openapi.part", f"{place}.parameters", f"expected a list, got {shown(listed)}")
                continue
            for at, entry in enumerate(listed):
                one = self.part(entry, f"{place}.parameters[{at}]")
                if one and (not isinstance(one.get("name"), str) or one.get("in") not in PLACES):
                    self.notes.add("openapi.part", f"{place}.parameters[{at}]", f"expected a name and one of {', '.join(PLACES)} as 'in'")
                elif one:
                    known[one["in"], whole(one["name"])] = one
        for name in re.findall(r"\{([^{}]+)\}", path):
            if ("path", name) not in known:
                self.notes.add("openapi.path", where, f"{name[:80]!r} of the path")
                known["path", name] = {"schema": {"type": "string"}}
        for (place, name), one in sorted(known.items(), key=lambda pair: PLACES.index(pair[0][0])):
            if place != "header" or name.lower() not in _IGNORED:
                yield name, place, self._schema(one), place == "path" or one.get("required") is True

    def _schema(self, one: dict[str, Any]) -> Any:
        """The schema of a parameter with what the parameter itself says of it."""
        schema = one.get("schema", media(one.get("content"))[1] or {"type": "string"})
        told: dict[str, Any] = {key: one[key] for key in ("description", "example") if key in one}
        if isinstance(one.get("examples"), dict) and "example" not in told:
            told["examples"] = [case["value"] for case in one["examples"].values() if isinstance(case, dict) and "value" in case]
        if one.get("deprecated") is True:
            told["deprecated"] = True
        return {**schema, **told} if isinstance(schema, dict) else schema

    def _body(self, about: dict[str, Any], where: str) -> Iterator[tuple[str, str, Any, bool]]:
        if "requestBody" in about:
            body = self.part(about["requestBody"], f"{where}.requestBody")
            yield from body_parameters(body, self.cleaner, f"{where}.requestBody", self.notes) if body else ()

    def _answer(self, about: dict[str, Any], where: str) -> tuple[str | None, Any]:
        """Status and schema of the answer that is given where all goes well."""
        given = about.get("responses")
        responses = {str(code): answer for code, answer in given.items()} if isinstance(given, dict) else {}
        code = next((code for code in (*_SUCCESS, *sorted(code for code in responses if code.startswith("2")), "default") if code in responses), None)
        answer = self.part(responses[code], f"{where}.responses.{code}") if code else {}
        form, schema = media(answer.get("content"))
        return code, schema if "json" in form else None


def _described(about: dict[str, Any], item: dict[str, Any]) -> str:
    """Summary and description, each once."""
    said = [text.strip() for holder in (about, item) for key in ("summary", "description") if isinstance(text := holder.get(key), str) and text.strip()]
    summary = said[0] if said else ""
    more = said[1] if len(said) > 1 and not said[1].startswith(summary) else ""
    if len(said) > 1 and not more:
        return said[1]
    return f"{summary}{'' if summary.endswith(('.', '!', '?')) else '.'} {more}" if more else summary
