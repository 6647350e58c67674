"""How texts, numbers and truth values of one field are made: by its format, by what its name and description mean, by examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from random import Random
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.names import is_personal
from gem_sim.worlds.compiler.values.examples import examples, varied
from gem_sim.worlds.compiler.values.lists import lists, strong, things
from gem_sim.worlds.compiler.values.meaning import maker_of, slot_of
from gem_sim.worlds.compiler.values.naming import kind_of, names, phrase_of
from gem_sim.worlds.compiler.values.numbers import number, sized
from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.compiler.values.texts import FORMATS, MAKERS, Slot
from gem_sim.worlds.compiler.values.vocabulary import Vocabulary
from gem_sim.worlds.schema import of_format, types

_POOL = 6
"""Ids of things that are no rows of the world: so many for each kind of thing, so that a filter finds several rows."""
_HALF = 3
"""So often a truth value comes before all of them come again."""
_IDS = ("id", "ids", "key", "keys", "pid", "uid", "sid")
_SHORT = 3
_MANY = 3
"""Examples from which on nothing else stands among them."""
_FORMED = (
    *("email", "url", "phone", "date", "clock", "uuid", "ip", "person", "first_name", "last_name", "latitude", "longitude", "coordinates", "timezone"),
    *("postcode", "city", "region", "country", "country_code", "currency", "address", "street", "hash", "wallet", "memory", "username", "number_text"),
)
"""Makers of texts that agree with others of their row or have one form: no example of another form stands among them."""
_TELLING = (
    *("wallet", "memory", "path", "filename", "directory", "username", "email", "symbol", "url", "slug", "host", "namespace", "ip", "hash", "currency"),
    *("country_code", "sku", "isbn", "phone", "city", "country", "iban", "plate", "timezone", "repository", "company"),
)
"""Makers of keys that say something by themselves."""


class Column(NamedTuple):
    """Makes the values of a field. `known` is false where they say nothing: filler."""

    make: Callable[[Row], Any]
    known: bool


def kind_in(schema: dict[str, Any]) -> str:
    """The JSON type of values: the first that the schema names, else the one that its other keywords are of."""
    named = [kind for kind in types(schema) if kind != "null"]
    return named[0] if named else "object" if "properties" in schema else "array" if "items" in schema else "string"


class Leaves:
    """Makes columns of plain values for one entity.

    `world` names the stream that all entities share, `said` is what the world speaks of. `own` is the role whose person a row is about,
    `base` that of the object that the fields are in, `trait` the field that tells rows of an unknown kind apart; `around` are the words
    of all fields of the entity and `siblings` their names.
    """

    def __init__(self, entity: str, random: Random, world: str, said: Vocabulary, today: str, depth: int = 0) -> None:
        self.entity = entity
        self.random = random
        self.own = ""
        self.trait = ""
        self.base = ""
        self.around: frozenset[str] = frozenset()
        self.siblings: frozenset[str] = frozenset()
        self._world = world
        self._depth = depth
        self._said = said
        self._today = today
        self._leaves: dict[tuple[Any, ...], Column] = {}

    def key(self, name: str, schema: dict[str, Any]) -> Column | None:
        """The column of a key that says something by itself, as a path, a symbol or a name does; None where ids are counted."""
        slot = slot_of(self.entity, name, schema, self.own, "")
        kind = kind_of(slot.entity)
        if kind is not None and (kind.codes or kind.place == "country") and set(slot.words) <= {*slot.entity, "id", "code", "key"}:
            return Column(lambda row: kind.code(row.fields.get("name")), known=True)
        maker = self._maker(slot._replace(note=""))
        if maker == "name":
            return self.names(self._noun(slot), slot)
        if maker not in _TELLING:
            return None
        make = MAKERS[maker]
        return Column(lambda row: make(row, slot), known=True)

    def leaf(self, name: str, schema: dict[str, Any]) -> Column:
        """A column of texts, numbers or booleans, whatever a pattern or a length says."""
        kind, form = kind_in(schema), schema.get("format")
        code = (name, kind, form if isinstance(form, str) else "", schema.get("maxLength"), str(schema.get("description"))[:80])
        if code not in self._leaves:
            self._leaves[code] = self._made(name, kind, slot_of(self.entity, name, schema, self.own, self.base), schema)
        return self._leaves[code]

    def _made(self, name: str, kind: str, slot: Slot, schema: dict[str, Any]) -> Column:
        if kind == "boolean":
            return self._in_turn([True, False] * _HALF)
        if kind == "null":
            return Column(lambda _: None, known=True)
        if kind in ("integer", "number"):
            return self._number(slot, schema, whole=kind == "integer")
        told = [value for value in map(str, examples(schema)) if value != name and value not in self.siblings]
        said = told if len(told) != 1 else [*told, *(varied(told[0], self.random) for _ in range(_POOL))]
        made = self._text(slot, schema)
        if not said or self._maker(slot) in _FORMED:
            return made
        alone = not made.known or len(told) >= _MANY
        return Column(lambda row: row.pick(said) if alone or row.random.random() < 0.5 else made.make(row), known=True)

    def _in_turn(self, options: list[Any]) -> Column:
        """All of the options in a drawn order, then in another, so that few rows have them all and no two fields go together."""
        turn = _rounds(options, self.random)
        return Column(lambda _: next(turn), known=True)

    def _number(self, slot: Slot, schema: dict[str, Any], *, whole: bool) -> Column:
        maker = maker_of(slot.words, "")
        if slot.words and (slot.words[-1] in _IDS or maker == "id"):
            return self._ids(slot, numbers=True)
        if maker == "date" and "limit" not in slot.words:
            scale = 1000 if "millisecond" in slot.note else 1
            return Column(lambda row: int(row.moment(slot.when).replace(tzinfo=UTC).timestamp()) * scale, known=True)
        return Column(*number(slot, schema, whole=whole))

    def _text(self, slot: Slot, schema: dict[str, Any]) -> Column:
        form = schema.get("format")
        found = FORMATS.get(form) if isinstance(form, str) else None
        if found:
            make = MAKERS[found]
            return Column(lambda row: make(row, slot), known=True)
        if isinstance(form, str) and of_format(form, self.random, self._today) is not None:
            return Column(lambda row: of_format(form, row.random, self._today), known=True)
        maker = self._maker(slot)
        if maker == "country" and isinstance(schema.get("maxLength"), int) and schema["maxLength"] <= _SHORT:
            maker = "country_code"
        return self._meant(slot, maker)

    def _maker(self, slot: Slot) -> str | None:
        """The maker of a text, by what its words mean in this world."""
        told = self._said.senses
        if self._depth == 0 and self._labels(slot):
            return "name"
        if slot.words in (("from",), ("to",)) and (self.around & set(lists()["mailing"]) or set(slot.entity) & set(lists()["calling"])):
            return "email" if self.around & set(lists()["mailing"]) else "phone"
        sense = told.get(" ".join(slot.words[-2:])) or told.get(slot.words[-1]) if told and slot.words else None
        maker = sense or maker_of(slot.words, slot.note)
        if maker == "region" and slot.words[-1:] == ("state",) and not self.around & set(lists()["placing"]):
            return "list:status"
        return "reference" if maker == "symbol" and not self._said.spoken & set(things()["traded"]) else maker

    def _labels(self, slot: Slot) -> bool:
        """Whether a field is the name of the row itself, of which no two should be the same: `server_name` of a server."""
        whose = slot.words[:-1]
        named = bool(whose) and slot.words[-1] in lists()["weak"]["name"]
        return named and set(whose) <= {*slot.entity, singular(slot.entity[-1])} and whose[-1] in (slot.entity[-1], singular(slot.entity[-1]))

    def _meant(self, slot: Slot, maker: str | None) -> Column:
        if maker is None:
            return self._by_noun(slot)
        if maker == "title" and self._depth == 0:
            return self.names(("message",), slot)
        if maker == "name":
            return self.names(slot.entity if self._labels(slot) else self._noun(slot), slot)
        if maker == "id":
            return self._ids(slot, numbers=False)
        if maker == "description":
            what = phrase_of(self._said.phrase(slot.entity)).capitalize()
            return Column(lambda row: f"{what} {row.pick(lists()['purposes'])}", known=True)
        if maker in ("reason", "anything") or maker.startswith("list:"):
            options = self._reasons(slot) if maker == "reason" else lists()["messages"] if maker == "anything" else lists()["lists"][maker[5:]]
            return self._in_turn(options)._replace(known=maker != "anything")
        make = MAKERS[maker]
        return Column(lambda row: make(row, slot), known=True)

    def _noun(self, slot: Slot) -> tuple[str, ...]:
        """What a field called a name, title or label names: by the words before it, else by the entity, or what such a text speaks of."""
        if slot.words[-1] not in lists()["weak"]["name"]:
            return slot.words
        own = tuple(word for word in slot.words[:-1] if word not in things()["adjectives"])
        noun = own or slot.entity
        generic = noun and (singular(noun[-1]) in things()["generic"] or (slot.words[-1] == "title" and is_personal(singular(noun[-1]))))
        spoken = next((made for word, made in things()["domains"].items() if word in self._said.before), None) if generic else None
        return (spoken,) if spoken else noun

    def _reasons(self, slot: Slot) -> list[str]:
        """Reasons that people have in such a matter."""
        around = {*slot.entity, *slot.words, *self.around}
        return next((said for word, said in lists()["reasons_by"].items() if word in around), lists()["reasons"])

    def _by_noun(self, slot: Slot) -> Column:
        """A field that is called as a kind of thing holds the name of one; a measure a number; anything else words that say nothing."""
        made = self.names(slot.words or ("entry",), slot)
        if made.known or not sized(slot):
            return made
        make, _ = number(slot, {}, whole=False)
        return Column(lambda row: str(make(row)), known=True)

    def names(self, noun: tuple[str, ...], slot: Slot) -> Column:
        """Names of things of that noun."""
        kind = kind_of(self._said.phrase(noun))
        of_row = noun == slot.entity and self._depth == 0
        reached = of_row and "email" in self.around and (kind is None or bool(kind.names))  # who has an address is somebody
        if reached or (kind is not None and kind.person) or strong().get(noun[-1]) == "person":
            role = slot.role
            return Column(lambda row: row.person(role).name, known=True)
        if kind is None and of_row and self.trait:
            return self._by_trait(self.trait, phrase_of(self._said.phrase(noun)))
        stream, known = names(noun, self._said, self.random, own_words=of_row)
        return Column(lambda _: next(stream), known)

    def _by_trait(self, trait: str, phrase: str) -> Column:
        """Names by what another field of the row says, or by whose it is: `Deductive argument`, `Ana Silva's participation`."""
        taken: Counter[str] = Counter()

        first, *rest = phrase.split()

        def make(row: Row) -> str:
            said = row.called.get(trait) or str(row.fields[trait]).replace("_", " ").replace("-", " ").capitalize()
            name = " ".join([said, *rest] if said.endswith(f" {first}") else [said, phrase])
            taken[name] += 1
            return name if taken[name] == 1 else f"{name} {taken[name]}"

        return Column(make, known=True)

    def _ids(self, slot: Slot, *, numbers: bool) -> Column:
        """Ids of things elsewhere, the same ones in all entities of the world."""
        stem = [word for word in slot.words if word not in _IDS] or list(slot.entity) or ["id"]
        shared = Random(f"{self._world}/ids/{singular(stem[-1])}")  # noqa: S311  (plausible rows, not secrets)
        drawn = shared.sample(range(1_000, 9_999), _POOL)
        pool: list[Any] = list(drawn) if numbers else [f"{stem[-1][:3].upper()}-{at}" for at in drawn]
        return Column(lambda row: row.pick(pool), known=True)


def _rounds(options: list[Any], random: Random) -> Iterator[Any]:
    while True:
        yield from random.sample(options, len(options))
