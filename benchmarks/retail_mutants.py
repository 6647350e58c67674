"""Calls on the retail domain that are no gold calls: each a gold call with one thing changed. What is right is for the hand-written world to say."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

Row = dict[str, Any]
Arguments = dict[str, Any]
Call = dict[str, Any]
REASONS = ("no longer needed", "ordered by mistake")
STATUSES = {"pending": ("delivered", "processed", "cancelled"), "delivered": ("pending", "processed", "cancelled")}


class Mutant(NamedTuple):
    """A changed call in place of the gold call `step` of a task, or where `again` right after it."""

    task: int
    step: int
    kind: str
    name: str
    arguments: Arguments
    again: bool = False


class Shop:
    """The initial rows, and choices among them."""

    def __init__(self, tables: dict[str, dict[str, Row]], stream: Random) -> None:
        self.users, self.orders, self.products = tables["users"], tables["orders"], tables["products"]
        self.stream = stream
        self.by_status: dict[str, list[str]] = defaultdict(list)
        for key, order in self.orders.items():
            self.by_status[order["status"]].append(key)

    def fitting(self, name: str, order_id: str, given: Arguments) -> Arguments:
        """Arguments for a tool on an order that are right but for what the order itself is."""
        order, made = self.orders[order_id], {**given, "order_id": order_id}
        items = order["items"][: max(1, len(given.get("item_ids", [])))]
        if "item_ids" in given:
            made["item_ids"] = [item["item_id"] for item in items]
        if "new_item_ids" in given:
            made["new_item_ids"] = [self.variant(item["product_id"], item["item_id"]) for item in items]
        if "payment_method_id" in given:
            paid = order["payment_history"][0]["payment_method_id"]
            others = [key for key in self.users[order["user_id"]]["payment_methods"] if key != paid]
            made["payment_method_id"] = self.stream.choice(others) if name == "modify_pending_order_payment" and others else paid
        return made

    def variant(self, product: str, item: str, *, available: bool = True) -> str:
        """Another variant of a product, or the item itself where there is none."""
        variants = self.products[product]["variants"]
        found = [key for key, about in variants.items() if about["available"] == available and key != item]
        return self.stream.choice(found) if found else item

    def owner(self, given: Arguments) -> str | None:
        """Whose order a call is about."""
        order = self.orders.get(given.get("order_id", ""))
        return order["user_id"] if order else given.get("user_id")


def mutants(shop: Shop, task: int, step: int, call: Call) -> Iterator[Mutant]:
    """All changed calls that one gold call suggests."""
    name, given = call["name"], call["arguments"]
    if not call["error"]:
        if name.startswith(("cancel", "return", "exchange", "modify")):
            yield Mutant(task, step, "again", name, given, again=True)
            for kind, change in _WRITES.items():
                yield from (Mutant(task, step, kind, name, arguments) for arguments in change(shop, name, given) if arguments != given)
        if name.startswith(("get_", "find_")):
            key = next(iter(given))
            yield Mutant(task, step, "read of an unknown key", name, given | {key: _unknown(given[key])})


def chosen(found: list[Mutant], count: int, stream: Random) -> list[Mutant]:
    """So many of them, the kinds in turn, none twice."""
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in found:
        kinds[mutant.kind].append(mutant)
    for these in kinds.values():
        stream.shuffle(these)
    taken: dict[str, Mutant] = {}
    while len(taken) < count and any(kinds.values()):
        for these in kinds.values():
            while these and len(taken) < count:
                mutant = these.pop()
                mark = f"{mutant.name}{mutant.arguments}{mutant.again}{mutant.task if mutant.again else ''}"
                if mark not in taken:
                    taken[mark] = mutant
                    break
    return list(taken.values())


def _unknown(value: Any) -> Any:
    return "".join(str((int(letter) + 5) % 10) if letter.isdigit() else letter for letter in value) + "7"


def _unknown_key(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    key = "order_id" if "order_id" in given else "user_id"
    yield given | {key: _unknown(given[key])}


def _status_of(name: str) -> str:
    return "pending" if "pending" in name else "delivered"


def _wrong_status(shop: Shop, name: str, given: Arguments) -> Iterator[Arguments]:
    if "order_id" in given:
        for status in STATUSES[_status_of(name)]:
            if shop.by_status[status]:
                yield shop.fitting(name, shop.stream.choice(shop.by_status[status]), given)


def _other_order(shop: Shop, name: str, given: Arguments) -> Iterator[Arguments]:
    """Right in another order, or for another customer."""
    if "order_id" in given:
        yield shop.fitting(name, shop.stream.choice(shop.by_status[_status_of(name)]), given)
    elif "user_id" in given:
        yield given | {"user_id": shop.stream.choice(list(shop.users))}


def _foreign_payment(shop: Shop, _: str, given: Arguments) -> Iterator[Arguments]:
    if "payment_method_id" in given:
        others = [key for user, row in shop.users.items() if user != shop.owner(given) for key in row["payment_methods"]]
        yield given | {"payment_method_id": shop.stream.choice(others)}


def _unknown_payment(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    if "payment_method_id" in given:
        yield given | {"payment_method_id": _unknown(given["payment_method_id"])}


def _other_payment(shop: Shop, _: str, given: Arguments) -> Iterator[Arguments]:
    """Another method of the customer, which some tools take and some do not."""
    owner = shop.users.get(shop.owner(given) or "")
    if "payment_method_id" in given and owner:
        yield from (given | {"payment_method_id": key} for key in owner["payment_methods"])


def _too_few(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    if "new_item_ids" in given:
        yield given | {"new_item_ids": given["new_item_ids"][:-1]}


def _too_many(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    if "item_ids" in given:
        yield given | {"item_ids": given["item_ids"] * 2, **({"new_item_ids": given["new_item_ids"] * 2} if "new_item_ids" in given else {})}


def _foreign_item(shop: Shop, _: str, given: Arguments) -> Iterator[Arguments]:
    if given.get("item_ids"):
        order = shop.orders[shop.stream.choice(list(shop.orders))]
        yield given | {"item_ids": [*given["item_ids"][:-1], order["items"][0]["item_id"]]}


def _unfit_new_item(shop: Shop, _: str, given: Arguments) -> Iterator[Arguments]:
    """A new item that is sold out, and one of another product."""
    order = shop.orders.get(given.get("order_id", ""))
    if given.get("new_item_ids") and order:
        line = next((item for item in order["items"] if item["item_id"] == given["item_ids"][-1]), None)
        for product, available in ((line and line["product_id"], False), (shop.stream.choice(list(shop.products)), True)):
            if product:
                yield given | {"new_item_ids": [*given["new_item_ids"][:-1], shop.variant(product, given["new_item_ids"][-1], available=available)]}


def _other_reason(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    if "reason" in given:
        yield from (given | {"reason": reason} for reason in (*REASONS, "found a better price"))


def _no_fit(_: Shop, __: str, given: Arguments) -> Iterator[Arguments]:
    """A required parameter left out."""
    last = list(given)[-1]
    yield {name: value for name, value in given.items() if name != last}


_WRITES: dict[str, Callable[[Shop, str, Arguments], Iterator[Arguments]]] = {
    "unknown key": _unknown_key,
    "wrong status": _wrong_status,
    "other order": _other_order,
    "foreign payment method": _foreign_payment,
    "unknown payment method": _unknown_payment,
    "other payment method": _other_payment,
    "too few new items": _too_few,
    "items twice": _too_many,
    "item of another order": _foreign_item,
    "unfit new item": _unfit_new_item,
    "other reason": _other_reason,
    "parameter left out": _no_fit,
}
