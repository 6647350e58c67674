"""Laws from create to delete: what was written is shown, what was deleted is gone, and a second deletion fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, Place, Seen
from gem_sim.worlds.laws.surface import World, properties
from gem_sim.worlds.laws.views import Row, listed, pages, shown

_TRIES = 30
_ASKING = 3
_PER_TOOL = 3
_WALKS = 3
_MISSES = 3
"""A tool that did not show so many rows of a kind is no tool for them."""
_NEVER = 1000
_DELETES = ("delete", "remove", "erase", "destroy", "drop")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
"""Arguments that name no row: to empty what is empty is no second deletion."""
_WRITES = ("create", "add", "new", "insert", "update", "edit", "set", "change", "modify", "rename", "patch", "register")


def row_of(lab: Lab, change: dict[str, Any]) -> Row:
    """What a change of a diff says about the row to look for."""
    entity, key = change["entity"], change["key"] if isinstance(change["key"], list) else [change["key"]]
    fields = change.get("row") or {name: pair[1] for name, pair in change.get("fields", {}).items()}
    about = declared.entities(lab.mock).get(entity)
    if about is None or not declared.shows_keys(lab.mock, entity):
        return Row(entity, key, (), fields)
    if not key:
        return Row(entity, key, tuple(about.fields), fields, _rivals(lab, entity, set()))
    names = tuple(about.own_keys) or about.keys[-1:]
    inner = {name: value for name, value in fields.items() if name in about.fields}
    return Row(entity, key, names, inner, _rivals(lab, entity, set(names)))


def _rivals(lab: Lab, entity: str, names: set[str]) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """What tells rows from others that hold the same key: a job with a `plot_id` is no plot."""
    known = declared.entities(lab.mock)
    mine = known[entity].fields.keys()
    others = [about.fields.keys() for name, about in known.items() if name != entity and about.fields.keys() >= names]
    return tuple((frozenset(theirs - mine), frozenset(mine - theirs)) for theirs in others)


def views(lab: Lab, world: World, row: Row) -> Iterator[dict[str, Any]]:
    """Objects of reading tools that show a row, one for each tool that does so within a bounded number of calls."""
    near = {**lab.key_fields(row.entity, row.key), **_held(lab, world, row.entity, row.key), **row.fields}
    for tool, about in lab.tools.items():
        if about.kind != "read" or lab.misses[tool, row.entity] >= _MISSES:
            continue
        found = next(_seen_by(lab, Place(world, (near,)), tool, row), None)
        lab.misses[tool, row.entity] += 1 if found is None else -_NEVER
        if found is not None:
            yield found


def _seen_by(lab: Lab, place: Place, tool: str, row: Row) -> Iterator[dict[str, Any]]:
    """On first pages; then, as that takes longer, on all pages of a few of the lists. The first calls ask for what the row holds."""
    stream = lab.stream("views", tool, row.entity)
    tried: list[dict[str, Any]] = []
    lists: list[dict[str, Any]] = []
    for at in range(_TRIES):
        if at < _ASKING:
            arguments = lab.draw.asking(stream, tool, row.entity, *place.recent, named=at % 2 == 1)
        else:
            arguments = lab.draw.arguments(stream, tool, place.recent)
        if arguments in tried:
            continue
        tried.append(arguments)
        result = lab.call(place.world.fork(), tool, arguments)
        yield from shown(result.value, row, arguments) if result.ok else ()
        lists += [arguments] if result.ok and listed(result.value) else []
    for arguments in sorted(lists, key=len)[:_WALKS]:
        whole = pages(lab, place.world, tool, arguments)
        yield from shown(whole.rows, row, arguments) if whole is not None else ()


def _writes(lab: Lab, op: str) -> Iterator[tuple[Seen, dict[str, Any]]]:
    """Some changes of each tool by kind of row, all changes of one call together."""
    for tool in lab.tools:
        left: dict[str, int] = {}
        for seen in lab.of(tool, ok=True):
            for change in seen.result.diff:
                if change["op"] == op and left.setdefault(change["entity"], _PER_TOOL) > 0:
                    left[change["entity"]] -= 1
                    yield seen, change


def created_rows_are_shown(lab: Lab) -> Iterator[Flaw]:
    """A row that was created is shown by a reading tool."""
    for seen, change in _writes(lab, "insert"):
        lab.checked("create.unseen")
        row = row_of(lab, change)
        if next(views(lab, seen.after, row), None) is None:
            code = "create.unseen" if _others_are_shown(lab, row) else "entity.unseen"
            where = seen.tool if code == "create.unseen" else row.entity
            yield flaw(code, where, f"after {seen.said} no reading tool shows {row.entity} {change['key']!r}")


def _others_are_shown(lab: Lab, row: Row) -> bool:
    """Whether a reading tool shows one of the rows that the world starts with."""
    about = declared.entities(lab.mock).get(row.entity)
    if about is None:
        return True
    for fields in lab.start.world.rows(row.entity)[:3]:  # type: ignore[attr-defined]
        key = [fields.get(name) for name in about.keys]
        if next(views(lab, lab.start.world, row._replace(key=key, fields=fields)), None) is not None:
            return True
    return False


def updated_fields_are_shown(lab: Lab) -> Iterator[Flaw]:
    """A field that was written is shown with its new value."""
    for seen, change in _writes(lab, "set"):
        row = row_of(lab, change)
        found = list(views(lab, seen.after, row))
        if not found and row.key:
            yield flaw("entity.unseen", row.entity, f"after {seen.said} no reading tool shows {row.entity} {change['key']!r}")
            continue
        found = [view for view in found if not _is_of_another(lab, seen.after, row, view)]
        hidden = _volatile(lab, row.entity)
        for name, value in row.fields.items() if found else ():
            held = [view[name] for view in found if name in view]
            lab.checked("update.stale" if held else "update.unseen")
            if not held and name not in hidden and not isinstance(value, (list, dict)):
                yield flaw("update.unseen", f"{row.entity}.{name}", f"{seen.said} wrote {name}, and no reading tool shows it")
            elif held and not any(same(item, value) for item in held):
                yield flaw("update.stale", f"{row.entity}.{name}", f"{seen.said} wrote {value!r:.80}, reading tools show {held[0]!r:.80}")


def _is_of_another(lab: Lab, world: Any, row: Row, view: dict[str, Any]) -> bool:
    """Whether an object shows a row of another entity that is told apart by the same key, and holds all that is shown."""
    rivals = [name for name, about in declared.entities(lab.mock).items() if name != row.entity and row.names and {*row.names} <= about.fields.keys()]
    inner = {name: value for name, value in view.items() if name not in row.names}
    rows = (other for name in rivals for other in world.rows(name) if all(same(other.get(name), view[name]) for name in row.names if name in view))
    return bool(inner) and any(all(name in other and same(other[name], value) for name, value in inner.items()) for other in rows)


def _volatile(lab: Lab, entity: str) -> set[str]:
    """Fields that are kept for the world itself: counters and stamps."""
    about = declared.entities(lab.mock).get(entity)
    return {name for name, field in about.fields.items() if field.volatile} if about is not None else set()


def deleted_rows_are_gone(lab: Lab) -> Iterator[Flaw]:
    """A row that was deleted is shown no more."""
    for seen, change in _writes(lab, "delete"):
        row = row_of(lab, change)
        lab.checked("delete.shown")
        if row.names != ("#",) and any(_agrees(view, row) for view in views(lab, seen.after, row)):
            yield flaw("delete.shown", seen.tool, f"after {seen.said} a reading tool still shows {row.entity} {change['key']!r}")


def _agrees(view: dict[str, Any], row: Row) -> bool:
    """Whether an object holds most of what the row held, apart from its key, which others may refer to."""
    rest = [same(view[name], value) for name, value in row.fields.items() if name in view and name not in row.names]
    return 2 * sum(rest) > len(rest) or len(row.fields) <= len(row.names)


def deletions_delete_once(lab: Lab) -> Iterator[Flaw]:
    """A tool that deletes the row it is told takes it away, and fails when it is told again."""
    for tool in lab.tools:
        named = tool.split("_")[0].lower() in _DELETES
        idle = not any(seen.result.diff for seen in lab.of(tool, ok=True))
        for seen in lab.of(tool, ok=True):
            gone = [change for change in seen.result.diff if change["op"] == "delete" and _names(seen, change)]
            if named or gone:
                lab.checked("delete.twice")
            if named and idle:
                yield flaw("delete.kept", tool, f"{seen.said} worked and changed nothing")
            elif named and not gone and any(change["op"] == "delete" for change in seen.result.diff) and _named_row_stays(lab, seen):
                yield flaw("delete.kept", tool, f"{seen.said} deleted another row than the one it names")
            again = lab.attempt(Place(seen.after), tool, seen.arguments).result if named or gone else None
            if again is not None and again.ok and (again.diff or any(value not in _NOTHING for value in seen.arguments.values())):
                yield flaw("delete.twice", tool, f"{seen.said} worked a second time")


def _names(seen: Seen, change: dict[str, Any]) -> bool:
    key = change["key"][-1:] if isinstance(change["key"], list) else [change["key"]]
    return bool(key) and any(same(value, key[0]) for value in seen.arguments.values())


def _named_row_stays(lab: Lab, seen: Seen) -> bool:
    """Whether a row of a kind that was deleted from has a key among the arguments, and is still there."""
    known = declared.entities(lab.mock)
    for change in seen.result.diff:
        about = known.get(change["entity"])
        if about is None or not about.keys:
            continue
        keys = [row.get(about.keys[-1]) for row in seen.after.rows(change["entity"])]  # type: ignore[attr-defined]
        if any(same(key, value) for key in keys for value in seen.arguments.values()):
            return True
    return False


def arguments_land_in_their_fields(lab: Lab) -> Iterator[Flaw]:
    """A tool that creates or updates writes an argument into the field of its name, where the row has one."""
    for tool, about in lab.tools.items():
        if tool.split("_")[0].lower() not in _WRITES:
            continue
        calls = [*lab.of(tool, ok=True), *_more(lab, tool)]
        for name in properties(about):
            lab.checked("write.field")
            others = _landings(lab, calls, name)
            if others is not None and others[1]:
                yield flaw("write.field", f"{tool}.{name}", f"{name} goes into {others[0]}.{min(others[1])}, and {others[0]}.{name} holds something else")


def _more(lab: Lab, tool: str) -> list[Seen]:
    """New calls that work."""
    stream = lab.stream("landings", tool)
    places = [stream.choice(lab.places) for _ in range(_TRIES * 2)]
    tried = [lab.attempt(place, tool, lab.draw.arguments(stream, tool, place.recent)) for place in places]
    return [seen for seen in tried if seen.result.ok]


def _landings(lab: Lab, calls: list[Seen], name: str) -> tuple[str, set[str]] | None:
    """Entity and fields that held the argument after every call, if the field of its name never did and two values were tried."""
    fields: set[str] | None = None
    values: list[Any] = []
    written: set[str] = set()
    where = ""
    for seen in calls:
        value = seen.arguments.get(name)
        for change in seen.result.diff if value not in (None, "", True, False, 0, 1) else ():
            row = _whole_row(lab, seen, change)
            if name not in row:
                continue
            if same(row[name], value):
                if sum(same(item, value) for item in row.values()) > 1:
                    continue  # two arguments were the same, so this call tells nothing
                return None
            written |= (change.get("row") or change.get("fields", {})).keys()
            landed = {field for field, item in row.items() if field != name and same(item, value)}
            fields, where = landed if fields is None else fields & landed, change["entity"]
            values += [value] if value not in values else []
    return (where, fields & written) if fields and len(values) > 1 else None


def _whole_row(lab: Lab, seen: Seen, change: dict[str, Any]) -> dict[str, Any]:
    """The row of a change as it is after the call."""
    row: dict[str, Any] = change["row"] if change["op"] == "insert" else _held(lab, seen.after, change["entity"], row_of(lab, change).key)
    return row


def _held(lab: Lab, world: Any, entity: str, key: list[Any]) -> dict[str, Any]:
    """The row with that key, where entities are declared; empty where there is none."""
    about = declared.entities(lab.mock).get(entity)
    rows = world.rows(entity) if about is not None else []
    return next((dict(row) for row in rows if [row.get(name) for name in about.keys] == key), {}) if about is not None else {}
