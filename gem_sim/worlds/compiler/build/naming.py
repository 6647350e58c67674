"""Which parameter names the row that a tool works on, and how the keys of entities are called."""

from __future__ import annotations

from collections import Counter, defaultdict
from keyword import iskeyword

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.names import BARE, SCALARS, STEERING, column, parts, plain, renewed
from gem_sim.worlds.compiler.names import lexicon, parse
from gem_sim.worlds.spec import snake

_METHODS = ("post", "put", "patch", "get", "delete", "set", "")
_IDS = (*BARE, "slug", "code", "token", "hash", "number", "reference", "sku", "symbol", "name", "email", "username", "url", "path")
_ALONE = ("setting", "settings", "preference", "preferences", "option", "options", "configuration", "config", "profile", "permission", "permissions")
"""Things of which a caller has one, though their names are plurals."""
_WHOLES = 3
"""Objects that a read is handed which asks about them."""
_TOLD_BY = ("email", "name", "username", "title", "phone", "slug", "url", "path", "mail")


def find_key(act: Act, *, given: bool) -> None:
    """Find the parameter that names the row of a read, an update or a delete, and say by that what the tool does."""
    key = _named(act, given=given)
    if key is None and act.deed in ("update", "delete"):
        key, act.by = _field_key(act)
    key = None if key is not None and (act.type(key) == "object" or _is_value(act, key)) else key
    act.each = key is not None and act.type(key) == "array"
    if act.deed in ("read_one", "read_many"):
        many = act.tool.reading.many or act.each or (key is None and (given or _filtered(act)))
        asks = key is None and not given and _is_handed(act)
        act.deed, act.key, act.each = "answer" if asks else "read_many" if many else "read_one", None if act.each else key, False
        return
    act.key = key
    if act.deed == "update" and key is not None and act.by is None:
        was = renewed(key, fronts=("old", "current"))
        act.by = was if was and any(renewed(name) == was for name in act.properties) else None
    if act.deed == "update" and is_transition(act):
        act.deed = "transition"


def _is_handed(act: Act) -> bool:
    """Whether a read is handed whole things, and turns no pages: it answers a question about these, and no row holds all of them."""
    wholes = [name for name, about in act.properties.items() if act.type(name) == "object" and about.get("properties") and act.role(name) not in STEERING]
    return len(wholes) >= _WHOLES and not any(act.role(name) in ("paging", "sort") for name in act.properties)


def _is_value(act: Act, key: str) -> bool:
    """Whether what seems to name the row is all that an update could write: `update_profile(display_name)`."""
    if act.deed != "update" or is_transition(act) or parts(key)[-1:] in [(word,) for word in BARE] or act.by is not None:
        return False
    sent = act.tool.tool.hints is not None and act.tool.tool.hints.places.get(key) == "path"
    return not sent and all(name == key or act.role(name) in STEERING for name in act.properties)


def _named(act: Act, *, given: bool) -> str | None:
    """The key by the reading; by the procedure, where entities come from one."""
    reading, tool = act.tool.reading, act.tool
    own = [name for name in reading.keys if reading.roles.get(name) == "key" and name in act.properties and name not in act.unused]
    own = [name for name in own if act.type(name) != "array" or _lists_own(act, name)]
    key = _best(act, own)
    if key is None or parts(key)[-1:] not in [(word,) for word in BARE[:-1]]:
        key = next((name for name in act.properties if name in act.required and _is_surer(act, name)), key)
    if tool.key is not None and (given or tool.key not in own):
        return tool.key
    return None if given and tool.key is None and act.type(key or "") != "array" else key


def _lists_own(act: Act, name: str) -> bool:
    """Whether a list holds keys of the rows that the tool works on, as `ids` and `tag_ids` of a tag do, and those of nothing else."""
    said = [singular(word) for word in parts(name)]
    noun = [word for word in said if word not in BARE]
    return not noun or singular(noun[-1]) == singular(parts(act.entity.name)[-1]) or plain(act.entity.name).endswith(plain("".join(noun)))


def _is_surer(act: Act, name: str) -> bool:
    """Whether a parameter is no more than an id, and one of nothing else that the set knows: it then is the id of the row."""
    hints, other = act.tool.tool.hints, act.tool.reading.refs.get(name)
    if (hints is not None and hints.path is not None) or plain(name) not in BARE or name in act.tool.opened.inside:
        return False
    if act.role(name) == "field":
        return plain(name) == "id" and act.deed == "update"
    return act.role(name) == "ref" and other is not None and other not in act.tool.refs.values() and other != act.entity.name


def made_key(act: Act, *, given: bool) -> None:
    """Find the parameter by which the caller of a create says the key of the new row."""
    sent = act.tool.tool.hints is not None and act.tool.tool.hints.path is not None
    told = act.tool.reading.made_key if sent else _named(act, given=given) if act.deed == "upsert" else None
    act.key = act.tool.key if given else told or _made_key(act)
    act.deed = "create" if act.key is None else act.deed


def _best(act: Act, own: list[str]) -> str | None:
    """Of the parameters that name the row the last one that every call has, a reference to such a row rather than an optional key."""
    wanted = [name for name in own if name in act.required]
    if own and not wanted:
        wanted = [name for name, other in act.tool.reading.refs.items() if other == act.entity.name and name in act.required and act.type(name) in SCALARS]
    found = wanted or own
    return found[-1] if found else None


def name_keys(plan: Plan) -> None:
    """Call the key of each entity as most tools do that name its rows by it; where that is no more than `id`, after the entity."""
    used = {word for act in plan.acts.values() for word in act.properties}
    for name, entity in plan.model.entities.items():
        if name in plan.singles:
            continue
        acts = [act for act in plan.acts.values() if act.entity is entity]
        counts = Counter(column(act.key) for act in acts if act.key is not None and act.by is None and not act.each)
        counts.subtract(column(word) for act in acts for word, other in act.tool.reading.refs.items() if other != name and word != act.key)
        told = [word for word, count in counts.most_common() if count > 0 and (len(parts(word)) > 1 or (plain(word) not in BARE and len(plain(word)) > 2))]
        whole = f"{snake(name)}_id"
        short = f"{parts(name)[-1]}_id" if parts(name) else whole
        entity.key = told[0] if told else short if short in used and whole not in used else whole
        entity.fields = {entity.key: {}}


def find_by_field(act: Act, plan: Plan) -> None:
    """Where other tools name a row by an id, one that names it by its e-mail, its name or by what it stands in finds it by that field."""
    if act.entity.key in act.required and act.key not in act.required and act.by is None:
        act.key = act.entity.key
    if act.key is None or act.by is not None or column(act.key) == act.entity.key or plain(act.key) in BARE:
        return
    among = [other for other in plan.acts.values() if other.entity is act.entity and other is not act]
    known = any(other.key is not None and column(other.key) == act.entity.key for other in among) and parts(act.entity.key)[-1] in BARE
    outside = any(other.tool.reading.refs.get(act.key, act.entity.name) != act.entity.name for other in among)
    if (known and parts(act.key)[-1:] and parts(act.key)[-1] in _TOLD_BY) or outside:
        act.by = column(act.key)


def _filtered(act: Act) -> bool:
    """Whether a read takes anything that chooses rows."""
    return any(act.role(name) in ("filter", "ref", "key", "paging", "sort") for name in act.properties)


def _made_key(act: Act) -> str | None:
    wanted = {plain(act.entity.key), plain(f"{act.entity.name}_id"), plain(f"{act.entity.name}_key")}
    upsert = act.deed == "upsert"
    hints = act.tool.tool.hints
    for name in act.properties:
        if hints is not None and hints.places.get(name) == "path":
            continue
        fits = plain(name) in wanted or (plain(name) in BARE and plain(name) != "identifier" and act.role(name) in ("field", "key"))
        if fits and name in act.required and act.type(name) in SCALARS and not act.properties[name].get("enum"):
            return name
    own = ("id", "uuid", "guid", plain(act.entity.key))
    optional = [name for name in act.properties if plain(name) in own and act.type(name) == "string" and (act.role(name) == "field" or act.is_own(name))]
    if optional and act.deed == "create" and not (hints is not None and hints.places.get(optional[0]) == "path"):
        return optional[0]
    named = plain(f"{act.entity.name}_name")
    last = [name for name in act.properties if name in act.required and act.type(name) in ("string", "") and plain(name) in (named, "name")]
    if upsert:
        ends = [
            name
            for name in act.properties
            if name in act.required and parts(name)[-1:] and parts(name)[-1] in _IDS and plain(name) not in ("resourcegroupname", "subscriptionid")
        ]
        found = last or ends
        return found[-1] if found else None
    return None


def _field_key(act: Act) -> tuple[str | None, str | None]:
    """The parameter by whose field the row of an update or delete is found, where none is its key; with that field."""
    wanted = [name for name in act.properties if name in act.required and act.type(name) in SCALARS and act.role(name) not in STEERING]
    wanted = [name for name in wanted if name not in act.unused]
    noun = parts(act.entity.name)
    told = [name for name in wanted if parts(name) and parts(name)[-1] in _IDS and not act.properties[name].get("enum")]
    told = told or [name for name in wanted if parts(name) and noun[: len(parts(name))] == parts(name) and act.type(name) != "number"]
    best = [name for name in told if plain(name).startswith(plain(act.entity.name))] or [name for name in told if plain(name) in _IDS] or told
    if not best and (act.deed == "delete" or is_transition(act)):
        best = [name for name in wanted if act.role(name) != "ref"][-1:]
    if not best:
        return None, None
    name = best[-1]
    bare = plain(name) in BARE or plain(name) == plain(act.entity.key)
    return name, None if bare else column(name)


def is_transition(act: Act) -> bool:
    """Whether a verb leads to a status: `close`, `freeze`, but neither `edit` nor a method of HTTP, nor where a status is given."""
    hints = act.tool.tool.hints
    if hints is not None and hints.method in ("PUT", "PATCH") and "body" in hints.places.values():
        return False
    verb = act.tool.reading.verb.lower() if act.tool.reading.verb else parse(act.name).verb
    if verb in _METHODS or verb in lexicon()["update"] or not verb.isascii() or not verb.isalpha():
        return False
    if verb in (
        "add",
        "create",
        "insert",
        "update",
        "upsert",
        "replace",
        "rename",
        "move",
        "write",
        "store",
        "put",
        "append",
        "mark",
        "edit",
        "modify",
        "toggle",
    ):
        return False
    return not any(plain(name) in ("status", "state") for name in act.properties)


def singles(plan: Plan) -> set[str]:
    """Entities that no tool lists, makes or names a row of, and that nothing refers to."""
    uses: dict[str, list[Act]] = defaultdict(list)
    for act in plan.acts.values():
        uses[act.entity.name].append(act)
    referred = {other for tool in plan.model.tools.values() for other in tool.reading.refs.values()}
    found = set()
    for name, acts in uses.items():
        rows = [act for act in acts if act.deed in ("read_one", "read_many", "create", "upsert", "update", "transition", "delete")]
        whole = [act for act in rows if act.deed == "read_many" and not act.properties and parts(name)[-1] in _ALONE]
        plain_rows = all(act.key is None and (act.deed in ("read_one", "update", "transition") or act in whole) for act in rows)
        hidden = iskeyword(snake(name)) or any(snake(name) in act.taken for act in acts)
        if rows and plain_rows and not hidden and name not in referred and any(act.deed in ("update", "transition") for act in rows):
            found.add(name)
            for act in whole:
                act.deed = "read_one"
    return found


def list_made(plan: Plan) -> None:
    """A look-up without a key, of an entity of which tools make rows, shows all of them: nothing says which one is meant."""
    made = {act.entity.name for act in plan.acts.values() if act.deed in ("create", "upsert")}
    for act in plan.acts.values():
        if act.deed == "read_one" and act.key is None and act.entity.name in made:
            act.deed = "read_many"
