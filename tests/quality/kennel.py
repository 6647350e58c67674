"""A kennel with owners, dogs and stays, and conversations about them that are executed as they are written."""

from typing import Any

import orjson

from gem_sim.episodes.record import record
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.records import Answer, Call, Episode, Fact, Goal, Message, Scenario
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def tool(description: str, kind: str = "write", required: tuple[str, ...] = (), **about: Any) -> dict[str, Any]:
    properties = about.pop("properties")
    schema = {"type": "object", "properties": properties, "required": list(required or properties), "additionalProperties": False}
    return {"description": description, "kind": kind, "parameters": schema, **about}


DATA: dict[str, Any] = {
    "name": "kennel",
    "entities": {
        "Owner": {"key": "owner_id", "fields": {"owner_id": {}, "name": {}}},
        "Dog": {"key": "dog_id", "fields": {"dog_id": {}, "name": {}, "owner_id": {"ref": "Owner"}}},
        "Stay": {
            "key": "stay_id",
            "fields": {"stay_id": {}, "dog_id": {"ref": "Dog"}, "nights": {}, "meals": {}, "status": {"enum": ["booked", "cancelled"], "default": "booked"}},
        },
        "Shop": {"key": "shop_id", "fields": {"shop_id": {}, "name": {}, "open": {"type": "boolean"}}},
    },
    "tools": {
        "find_owners": tool("Owners by name.", "read", properties={"query": TEXT}, **{"return": "find(Owner, name=query)"}),
        "list_dogs": tool("The dogs of an owner.", "read", properties={"owner_id": TEXT}, **{"return": "find(Dog, owner_id=owner_id)"}),
        "find_dogs": tool("Dogs by name.", "read", properties={"query": TEXT}, **{"return": "find(Dog, name=query)"}),
        "list_stays": tool("The stays of all dogs.", "read", required=(), properties={}, **{"return": "find(Stay)"}),
        "book_stay": tool(
            "Books a stay for a dog.",
            required=("dog_id", "nights"),
            properties={"dog_id": TEXT, "nights": NUMBER, "meals": NUMBER},
            let={"dog": "Dog(dog_id)"},
            require=[{"that": "nights <= 7", "code": "limit", "error": "A stay has seven nights at most", "rule": "r1"}],
            do=[{"insert": {"Stay": {"stay_id": "next_id(Stay)", "dog_id": "dog_id", "nights": "nights", "meals": "meals"}}, "as": "stay"}],
            **{"return": "stay"},
        ),
        "cancel_stay": tool(
            "Cancels a stay.",
            properties={"stay_id": TEXT},
            let={"stay": "Stay(stay_id)"},
            require=[{"that": "stay.status == 'booked'", "code": "conflict", "error": "The stay is cancelled already"}],
            do=[{"set": {"stay.status": "'cancelled'"}}],
            **{"return": "stay"},
        ),
        "close_shop": tool("Closes a shop.", properties={"shop_id": TEXT}, let={"shop": "Shop(shop_id)"}, do=[{"set": {"shop.open": "False"}}]),
        "walk_dog": tool(
            "Tells that the dog was walked.", side="user", properties={"dog_id": TEXT}, let={"dog": "Dog(dog_id)"}, do=[{"set": {"dog.name": "'Tired'"}}]
        ),
    },
    "rules": [
        {"id": "r1", "text": "A stay has seven nights at most", "enforced_by": "tool", "tools": ["book_stay"], "kind": "limit"},
        {"id": "r2", "text": "Ask before a stay is cancelled", "enforced_by": "assistant", "tools": ["cancel_stay"], "check": {"kind": "confirm"}},
        {
            "id": "r3",
            "text": "A dog gets three meals a day at most",
            "enforced_by": "assistant",
            "tools": ["book_stay"],
            "check": {"kind": "limit", "parameter": "meals", "maximum": 3},
        },
    ],
    "rows": {
        "Owner": [{"owner_id": "O-1", "name": "Mara Voss"}, {"owner_id": "O-2", "name": "Ivo Brandt"}],
        "Dog": [
            {"dog_id": "D-1", "name": "Rufus", "owner_id": "O-1"},
            {"dog_id": "D-2", "name": "Bella", "owner_id": "O-1"},
            {"dog_id": "D-3", "name": "Kiwi", "owner_id": "O-2"},
        ],
        "Stay": [{"stay_id": "S-1", "dog_id": "D-1", "nights": 2, "meals": 2}, {"stay_id": "S-2", "dog_id": "D-3", "nights": 5, "meals": 1}],
        "Shop": [{"shop_id": "H-1", "name": "Corner", "open": True}],
    },
}

Line = str | tuple[str, dict[str, Any]]


def kennel() -> WorldSpec:
    """The world."""
    return parse_world(DATA, "kennel")


def scenario(spec: WorldSpec, *required: Fact | Answer, plan: tuple[Call, ...] = (), **goal: Any) -> Scenario:
    """A scenario without beats: a goal and a plan."""
    about: dict[str, Any] = {"persona": {"name": "Mara Voss"}, "instruction": "", "known": {}, "hidden": {}, "beats": ()}
    return Scenario(id="5", world=spec.digest, seed=0, plan=plan, goal=Goal(required=required, **goal), **about)


def talk(spec: WorldSpec, *lines: Line | list[Line]) -> list[Message]:
    """A conversation: texts in turn, `U: ` of the user and `A: ` of the assistant; tuples are calls of the assistant, lists parallel ones."""
    world = spec.start(0)
    messages: list[Message] = [{"role": "system", "content": "You work for a kennel."}]
    for line in lines:
        if isinstance(line, str):
            messages.append({"role": "user" if line.startswith("U: ") else "assistant", "content": line[3:]})
            continue
        calls = line if isinstance(line, list) else [line]
        made: list[Any] = [
            {"id": f"c{len(messages)}_{at}", "type": "function", "function": {"name": name, "arguments": given}} for at, (name, given) in enumerate(calls)
        ]
        messages.append({"role": "assistant", "content": "", "tool_calls": made})
        for call in made:
            answer = world.call(call["function"]["name"], call["function"]["arguments"]).content()
            messages.append({"role": "tool", "content": orjson.dumps(answer).decode(), "tool_call_id": call["id"]})
    return messages


def played(spec: WorldSpec, about: Scenario, *lines: Any) -> Episode:
    """The episode of a conversation."""
    return record(spec, about, talk(spec, *lines), EpisodeSettings(spec=spec, scenario=about))
