"""What each parameter is to the rows: where they stand, what they hold, what confirms them, and what changes nothing."""

from __future__ import annotations

from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.names import BARE, LEAVING, SCALARS, STEERING, column, plain, renewed
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.names import label_among, lexicon
from gem_sim.worlds.spec import snake

_USERS = ("user", "username", "userid", "email", "login", "account", "name", "clientid", "customerid")


def place(act: Act, plan: Plan) -> None:
    """Say for every parameter what it is to the rows."""
    if act.deed == "session":
        _sign(act)
    if act.deed in ("answer", "compute", "session"):
        return
    if act.key is not None and act.by is None and not act.each and act.deed != "create" and column(act.key) != act.entity.key:
        spelled = (name for name in act.properties if name in act.required and column(name) == act.entity.key and act.type(name) in SCALARS)
        act.key = next(spelled, act.key)
    for name in act.properties:
        if name not in act.unused and (name != act.key or act.by is not None):
            _place(act, name, plan)


def _place(act: Act, name: str, plan: Plan) -> None:
    """Say what one parameter is to the rows."""
    entities, role = plan.model.entities, act.role(name)
    if role == "other" and plain(name) in ("status", "state") and act.deed in ("create", "update", "upsert"):
        role = "field"
    if name != act.key and _is_own(act, name, role):
        act.unused[name] = "another parameter says which row it is"
        return
    other = act.tool.reading.refs.get(name) or act.tool.refs.get(name)
    if other in entities and other not in plan.singles and act.type(name) in (*SCALARS, "array") and role not in STEERING:
        act.refs[name] = str(other)
    if role in STEERING:
        _steer(act, name, role)
    elif name == act.key:
        pass
    elif act.deed in ("read_one", "delete", "transition", "update", "upsert") and _is_home(act, name):
        act.homes[name] = _held(act, name, plan)
    else:
        act.columns[name] = _held(act, name, plan)


def _is_own(act: Act, name: str, role: str) -> bool:
    """Whether an update is told once more which row it is about: `id` beside the key."""
    return act.deed in ("update", "upsert") and act.key is not None and act.is_own(name) and role in ("field", "ref")


def _held(act: Act, name: str, plan: Plan) -> str:
    """The field of a parameter; what is no more than `id` and names another thing is called as the key of that."""
    if plain(name) not in BARE:
        return _renewed(act, name) or column(name)
    other = act.refs.get(name) or act.tool.reading.refs.get(name)
    if other is None or other == act.entity.name:
        return column(name)
    return plan.model.entities[other].key if other in plan.model.entities else f"{snake(other)}_id"


def _renewed(act: Act, name: str) -> str:
    """The field that an update gives a new value, where nothing else it takes is called so and that is not what the row is told apart by."""
    made = renewed(name) if act.deed in ("update", "transition") else ""
    taken = {*map(plain, act.properties), plain(act.entity.key), *BARE}
    return "" if plain(made) in taken else made


def confirm(act: Act, plan: Plan) -> None:
    """What a transition or a delete is given to say which row is meant; what else a delete is given changes nothing."""
    if act.deed == "read_many":
        ordered = any(act.role(name) in ("sort", "paging") for name in act.properties)
        roles = ("ref", "key", "filter") if ordered else ("ref", "key")
        asked = [held for name, held in {**act.homes, **act.columns}.items() if name in act.required and act.role(name) in roles]
        plan.scopes.setdefault(act.entity.name, set()).update(held for held in asked if held in act.entity.fields and held != act.entity.key)
    if act.deed == "read_one" and act.key is not None:
        loose = [name for name, held in act.homes.items() if held not in act.entity.fields]
        spare = [name for name in (*act.columns, *loose) if name not in act.required or act.type(name) == "array"]
        act.unused |= dict.fromkeys(spare, "the key alone says which row is read")
        act.columns = {name: held for name, held in act.columns.items() if name not in spare}
    _settle_keys(act, plan)
    if act.deed not in ("transition", "delete"):
        return
    act.confirms = {name: held for name, held in act.columns.items() if _tells(held, act.entity)}
    rest = {name: held for name, held in act.columns.items() if name not in act.confirms}
    if act.deed == "delete" and act.key is None:
        act.homes |= rest
        rest = {}
    if act.deed == "delete":
        act.unused |= dict.fromkeys(rest, "nothing of it is kept, as the row is gone")
    act.columns = {} if act.deed == "delete" else rest


def _settle_keys(act: Act, plan: Plan) -> None:
    """What names the row, or other rows, once the keys and fields of all entities are known."""
    for word in [word for word, held in act.homes.items() if held == act.entity.key and act.key is not None and act.deed != "create"]:
        del act.homes[word]
        act.unused[word] = "another parameter says which row it is"
    if act.deed in ("create", "upsert"):
        _keep_who(act)
    if act.deed in ("create", "upsert", "update", "transition"):
        _settle_own_key(act, plan)
        for word, held in act.columns.items():
            if held in act.entity.refs and word not in act.refs and act.type(word) in SCALARS:
                act.refs[word] = act.entity.refs[held]


def _keep_who(act: Act) -> None:
    """What looks like a credential is a field where lists ask for it: they would not find the new row."""
    for word in [word for word in act.unused if act.role(word) == "credential" and column(word) in act.entity.fields]:
        del act.unused[word]
        act.columns[word] = column(word)


def _settle_own_key(act: Act, plan: Plan) -> None:
    """What a write is given for the key field of its row: that of a new row, and else nothing, as keys do not change."""
    for word in [word for word, held in act.columns.items() if held == act.entity.key and act.entity.name not in plan.singles]:
        del act.columns[word]
        if act.deed == "create" and act.key is None and act.type(word) in SCALARS:
            act.key = word
        else:
            act.unused[word] = "the key of a row does not change"


def _sign(act: Act) -> None:
    """Of what a sign-in is given who it is alone is kept."""
    who = next((word for word in act.properties if plain(word) in _USERS and act.type(word) in ("string", "")), None)
    leaves = any(word in plain(act.name) for word in LEAVING)
    act.key = who if who is not None and who not in act.unused and not leaves else None
    act.unused |= {word: "it proves who signs in, and is not kept" for word in act.properties if word != act.key and word not in act.unused}


def _steer(act: Act, name: str, role: str) -> None:
    reasons = {
        "credential": "a credential: any value is taken and none is kept",
        "presentation": "presentation: the rows stay the same",
        "paging": "paging of an answer that has no pages",
        "sort": "the order of an answer that is no list",
        "other": "it steers the call and nothing else",
    }
    if role in reasons and not (act.deed == "read_many" and role in ("paging", "sort", "presentation")):
        act.unused[name] = reasons[role]


def _in_path(act: Act, name: str) -> bool:
    return act.tool.tool.hints is not None and act.tool.tool.hints.places.get(name) == "path"


def _is_home(act: Act, name: str) -> bool:
    """Whether a parameter says in what the row stands: a key before the row's own, or a reference that comes before it."""
    if act.type(name) == "array" or (act.key is None and act.deed == "update" and act.role(name) == "key"):
        return False
    order = list(act.properties)
    if name in act.tool.reading.keys:
        free = act.key is None or act.deed in ("read_one", "delete") or _in_path(act, name)
        return name != act.key and (free or order.index(name) < order.index(act.key or name))
    if act.key is None or name not in act.required or act.type(name) not in SCALARS:
        return False
    return act.role(name) in ("ref", "key", "filter") and order.index(name) < order.index(act.key) and act.key in act.required


def _tells(held: str, entity: EntityModel) -> bool:
    telling = tuple(lexicon()["identifying"])
    return held in entity.fields and (held == label_among(entity.fields) or held in telling or held.endswith(tuple(f"_{word}" for word in telling)))
