"""Makes texts by meaning. A maker takes the row and the field; its name stands in `words.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from gem_sim.worlds.compiler.values.lists import lists
from gem_sim.worlds.compiler.values.row import Place, Row

HEX = "0123456789abcdef"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Slot(NamedTuple):
    """A field that values are made for. `role` says whose it is, `when` which moment of the row a date is."""

    entity: tuple[str, ...]
    words: tuple[str, ...]
    role: str
    when: str
    form: str
    note: str
    """What its description says, in small letters."""


Maker = Callable[[Row, Slot], str]


def address(place: Place, row: Row) -> str:
    """A street with its city and postcode."""
    return f"{_street(row)}, {place.city} {_postcode(place, row)}"


def _street(row: Row) -> str:
    return str(row.once("street", lambda: f"{row.random.randint(1, 180)} {row.pick(lists()['streets'])}"))


def _postcode(place: Place, row: Row) -> str:
    return str(row.once(f"postcode/{place.city}", lambda: row.digits(place.postcode)))


def hexadecimal(row: Row, length: int) -> str:
    """So many hexadecimal digits."""
    return f"{row.random.getrandbits(4 * length):0{length}x}"


def uuid(row: Row) -> str:
    """A UUID of version 4."""
    made = hexadecimal(row, 32)
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-a{made[17:20]}-{made[20:]}"


def company(random: Random) -> str:
    """The name of a company."""
    lasts = lists()["last_names"]
    first, tail = random.choice(lasts), random.choice(lists()["company_tails"])
    return f"{first} {tail}" if random.random() < 0.4 else f"{first} {random.choice(lasts)} {tail}"


def date(row: Row, slot: Slot) -> str:
    """A date or a time with its date."""
    time = row.moment(slot.when)
    return f"{time:%Y-%m-%dT%H:%M}:00Z" if slot.form == "date-time" else f"{time:%Y-%m-%d}"


def clock(row: Row, slot: Slot) -> str:
    """A time of day; the end lies after the start."""
    hour = _hour(row) + (row.random.randint(1, 3) if slot.when == "end" else 0)
    return f"{hour:02}:{row.pick(('00', '15', '30', '45'))}" + (":00Z" if slot.form == "time" else "")


def _hour(row: Row) -> int:
    return int(row.once("hour", lambda: row.random.randint(8, 19)))


def _day_part(parts: tuple[tuple[int, str], ...]) -> Maker:
    """The part of the day that the time of the row lies in."""

    def make(row: Row, _: Slot) -> str:
        hour = _hour(row)
        return next(part for end, part in parts if hour < end)

    return make


def reference(row: Row, slot: Slot) -> str:
    """A code with the first letters of what it is the code of."""
    word = next((word for word in reversed((*slot.entity, *slot.words)) if word not in _CODES and len(word) > 1), "ref")
    return f"{word[:3].upper()}-{row.random.randint(10_000, 99_999)}"


_CODES = ("number", "code", "codes", "reference", "ref", "references", "id", "ids", "key", "identifier")


def _cases(key: str) -> Maker:
    def make(row: Row, _: Slot) -> str:
        return str(row.pick(lists()[key]))

    return make


def _file(row: Row, _: Slot) -> str:
    return f"{row.pick(lists()['stems'])}-{row.random.randint(1, 99)}.{row.pick(lists()['suffixes'])}"


def _numbered(row: Row, path: str) -> str:
    """Another path like it, half of the time."""
    stem, dot, suffix = path.rpartition(".")
    return f"{stem}-{row.random.randint(2, 60)}{dot}{suffix}" if row.random.random() < 0.5 else path


def _url(row: Row, slot: Slot) -> str:
    last = f"images/{row.random.randint(100, 999)}.jpg" if any(word in _IMAGES for word in slot.words) else row.pick(lists()["slugs"])
    return f"https://{row.pick(lists()['hosts'])}.example.org/{last}"


_IMAGES = ("picture", "avatar", "icon", "logo", "image", "images", "photo", "thumbnail", "screenshot", "banner")


def _country(row: Row, slot: Slot) -> str:
    place = row.place(slot.role)
    return place.code if any(word in slot.note for word in ("iso", "code", "two-letter", "2-letter", "alpha")) else place.country


def _box(row: Row, slot: Slot) -> str:
    place = row.place(slot.role)
    return f"{place.longitude - 0.1:.2f},{place.latitude - 0.1:.2f},{place.longitude + 0.1:.2f},{place.latitude + 0.1:.2f}"


def _symbol(row: Row, slot: Slot) -> str:
    if {"pair", "coin"} & set(slot.words) or {"coin", "crypto", "trade", "market"} & set(slot.entity):
        return f"{row.pick(lists()['pairs'])}{'USDT' if 'pair' in slot.words else ''}"
    return str(row.pick(lists()["symbols"]))


def _selector(row: Row, _: Slot) -> str:
    return str(row.pick(("#search", "button.submit", "nav > a", "input[name=email]", ".price", "h1")))


MAKERS: dict[str, Maker] = {
    "person": lambda r, s: r.person(s.role).name,
    "first_name": lambda r, s: r.person(s.role).first,
    "last_name": lambda r, s: r.person(s.role).last,
    "email": lambda r, s: f"{r.person(s.role).handle}@example.org",
    "username": lambda r, s: r.person(s.role).handle,
    "phone": lambda r, s: f"{r.place(s.role).dialling} {r.random.randint(200_000, 999_999)}",
    "address": lambda r, s: address(r.place(s.role), r),
    "street": lambda r, _: _street(r),
    "unit": lambda r, _: f"{r.pick(('Flat', 'Unit', 'Floor'))} {r.random.randint(1, 12)}",
    "house_number": lambda r, _: _street(r).split()[0],
    "postcode": lambda r, s: _postcode(r.place(s.role), r),
    "city": lambda r, s: r.place(s.role).city,
    "region": lambda r, s: r.place(s.role).region,
    "country": _country,
    "country_code": lambda r, s: r.place(s.role).code,
    "latitude": lambda r, s: f"{r.place(s.role).latitude:.4f}",
    "longitude": lambda r, s: f"{r.place(s.role).longitude:.4f}",
    "coordinates": lambda r, s: f"{r.place(s.role).latitude:.4f},{r.place(s.role).longitude:.4f}",
    "bbox": _box,
    "timezone": lambda r, s: r.place(s.role).timezone,
    "currency": lambda r, s: r.place(s.role).currency,
    "language": lambda r, s: r.place(s.role).language,
    "locale": lambda r, s: f"{r.place(s.role).language}-{r.place(s.role).code}",
    "date": date,
    "clock": clock,
    "slot": _day_part(((12, "morning"), (14, "midday"), (18, "afternoon"), (24, "evening"))),
    "day_part": _day_part(((12, "morning"), (18, "daytime"), (24, "evening"))),
    "company": lambda r, s: str(r.once(f"company/{s.role}", lambda: company(r.random))),
    "sku": lambda r, _: r.digits("@@-####"),
    "isbn": lambda r, _: r.digits("978##########"),
    "url": _url,
    "host": lambda r, _: f"{r.pick(lists()['hosts'])}.example.org",
    "ip": lambda r, _: f"192.0.2.{r.random.randint(1, 250)}",
    "mac": lambda r, _: ":".join(hexadecimal(r, 2) for _ in range(6)),
    "path": lambda r, _: _numbered(r, str(r.pick(lists()["paths"]))),
    "directory": _cases("directories"),
    "filename": _file,
    "mime": lambda r, _: r.pick(("application/pdf", "image/png", "text/plain", "application/json")),
    "extension": _cases("suffixes"),
    "uuid": lambda r, _: uuid(r),
    "hash": lambda r, _: hexadecimal(r, 40),
    "wallet": lambda r, _: f"0x{hexadecimal(r, 40)}",
    "memory": lambda r, _: f"0x{r.random.randint(0x401000, 0x48FFF0):08x}",
    "wei": lambda r, _: f"{r.random.randint(2, 900) / 100:.2f}",
    "token": lambda r, _: "tok_" + "".join(r.random.choices(_LETTERS, k=20)),
    "password": lambda r, _: f"{r.pick(lists()['last_names'])}-{r.random.randint(10, 99)}-{r.pick(lists()['first_names'])}",
    "pin": lambda r, _: r.digits("####"),
    "version": lambda r, _: f"{r.random.randint(1, 4)}.{r.random.randint(0, 12)}.{r.random.randint(0, 9)}",
    "colour": lambda r, s: f"#{hexadecimal(r, 6)}" if "hex" in s.note else r.pick(("white", "black", "blue", "green", "red", "grey")),
    "slug": _cases("slugs"),
    "namespace": _cases("packages"),
    "branch_name": lambda r, _: r.pick(("main", "develop", "feature/search", "fix/login", "release/2.1")),
    "repository": lambda r, _: f"example/{r.pick(lists()['packages'])}",
    "symbol": _symbol,
    "iban": lambda r, _: r.digits("DE## #### #### #### #### ##"),
    "bic": lambda r, _: r.digits("@@@@DEFF"),
    "card_number": lambda r, _: r.digits("4000 00## #### ####"),
    "account_number": lambda r, _: r.digits("########"),
    "tax_number": lambda r, _: r.digits("@@#######"),
    "isin": lambda r, _: r.digits("GB00########"),
    "plate": lambda r, _: r.digits("@@## @@@"),
    "bio": lambda r, s: f"{str(r.pick(lists()['jobs'])).capitalize()} in {r.place(s.role).city}",
    "thought": _cases("thoughts"),
    "goal": _cases("goals"),
    "prompt": _cases("prompts"),
    "message": _cases("messages"),
    "note": _cases("notes"),
    "question": _cases("questions"),
    "search": _cases("searches"),
    "sql": lambda r, _: r.pick(lists()["statements"]),
    "expression": lambda r, _: f"{r.pick(lists()['searchable'])} = {r.random.randint(1, 9)}",
    "selector": _selector,
    "pattern_text": lambda r, _: r.pick(("*.pdf", "*.csv", "report-*", "/docs/*")),
    "code_text": lambda r, _: f"print({r.random.randint(1, 99)})",
    "cron": lambda r, _: f"{r.random.randint(0, 59)} {r.random.randint(0, 23)} * * *",
    "command": lambda r, _: r.pick(("ls reports", "make build", "df -h", "tail app.log")),
    "emoji": lambda r, _: r.pick((":smile:", ":tada:", ":eyes:", ":wave:")),
    "env_name": lambda r, _: r.pick(("production", "staging", "test")),
    "interval": lambda r, _: r.pick(("1h", "1d", "1w", "15m")),
    "product": lambda r, _: r.pick(("Desk lamp", "Office chair", "Notebook", "Water bottle", "Headset")),
    "title": _cases("subjects"),
    "smiles": _cases("smiles"),
    "chem": _cases("chemicals"),
    "number_text": lambda r, _: str(r.random.randint(1, 90)),
    "year": lambda r, _: str(r.random.randint(2019, 2026)),
    "month": lambda r, _: r.pick(("January", "March", "June", "September", "November")),
    "weekday": lambda r, _: r.pick(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
    "boolean_text": lambda r, _: r.pick(("true", "false")),
    "measurement": lambda r, _: f"{r.random.randint(10, 60)} x {r.random.randint(10, 40)} x {r.random.randint(5, 30)} cm",
    "fields": lambda r, _: r.pick(("name", "status", "created_at", "owner")),
    "binary": lambda r, _: r.pick(("aGFyYm91cg==", "Z2FyZGVu", "d2Vla2x5", "cmVwb3J0")),
    "job": _cases("jobs"),
    "reference": reference,
}

FORMATS = {
    "date": "date",
    "date-time": "date",
    "time": "clock",
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "url": "url",
    "uri-reference": "url",
    "iri": "url",
    "hostname": "host",
    "ipv4": "ip",
    "ip": "ip",
    "uuid": "uuid",
    "password": "password",
    "binary": "binary",
    "byte": "binary",
    "locale": "locale",
    "phone": "phone",
    "color": "colour",
}
"""Formats of JSON Schema whose texts lists hold or rows agree on; for the others the schema's own texts do."""
