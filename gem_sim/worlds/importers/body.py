"""Bodies of HTTP requests and answers: which of their forms counts, and the fields of a body as parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.found import one_object
from gem_sim.worlds.importers.schemas import Cleaner, Schema

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def media(content: Any) -> tuple[str, Any]:
    """(form, schema) of what counts among the forms of a body: JSON, then a form, then whatever is first. ("", None) where there is none."""
    if not isinstance(content, dict):
        return "", None
    forms = {str(form).lower().partition(";")[0].strip(): about for form, about in content.items() if isinstance(about, dict)}
    chosen = [form for form in forms if form == "application/json"] or [form for form in forms if "json" in form] or [form for form in _FORMS if form in forms]
    form = next(iter(chosen or forms), "")
    return form, forms[form].get("schema", {}) if form else None


def body_parameters(body: dict[str, Any], cleaner: Cleaner, where: str, notes: Notes) -> Iterator[tuple[str, str, Schema, bool]]:
    """(name, "body", schema, required): a parameter for each field of an object, else one that is called `body`."""
    form, schema = media(body.get("content"))
    needed = body.get("required") is True
    if not form:
        return
    if "json" not in form:
        notes.add("openapi.media", where, f"a body of the form {form[:80]!r}")
        if form not in _FORMS:
            yield "body", "body", {"type": "string", **_description(schema)}, needed
            return
    made = one_object(cleaner.clean(schema, where), where, notes)
    if not made.get("properties"):
        yield "body", "body", made, needed
        return
    asked = made.get("required", []) if needed else []
    for name, part in made["properties"].items():
        texts = form == "multipart/form-data" and not part.keys() & {"type", "enum", "anyOf", "oneOf"}
        yield name, "body", {**part, "type": "string"} if texts else part, name in asked


def _description(schema: Any) -> Schema:
    return {"description": schema["description"]} if isinstance(schema, dict) and isinstance(schema.get("description"), str) else {}
