"""What names alone tell of tools: the rules that a compiler has to beat, and the ways of the language in which tools are named."""

import re
from typing import Any, NamedTuple

from words import stem, words

from gem_sim.records import ToolSchema

VERBS: dict[str, tuple[str, ...]] = {
    "read": (
        "get",
        "list",
        "find",
        "search",
        "fetch",
        "read",
        "show",
        "view",
        "describe",
        "query",
        "lookup",
        "check",
        "retrieve",
        "count",
        "browse",
        "download",
        "export",
        "status",
        "history",
        "recent",
        "top",
        "latest",
    ),
    "create": (
        "create",
        "add",
        "post",
        "new",
        "register",
        "insert",
        "upload",
        "make",
        "submit",
        "book",
        "send",
        "generate",
        "init",
        "start",
        "open",
        "schedule",
        "issue",
    ),
    "delete": ("delete", "del", "remove", "destroy", "drop", "clear", "purge", "erase", "unregister"),
    "update": (
        "update",
        "edit",
        "modify",
        "set",
        "patch",
        "put",
        "change",
        "rename",
        "move",
        "enable",
        "disable",
        "cancel",
        "close",
        "approve",
        "accept",
        "reject",
        "assign",
        "archive",
        "resolve",
        "replace",
    ),
    "compute": ("calculate", "compute", "convert", "evaluate", "parse", "encode", "decode"),
    "session": ("login", "logout", "authenticate", "signin", "signout", "authorize"),
    "imagined": ("predict", "recommend", "analyze", "analyse", "translate", "summarize", "classify", "recognize", "detect", "forecast"),
}
_KIND_OF = {verb: kind for kind, verbs in reversed(VERBS.items()) for verb in verbs}
_ENDS = {"by", "for", "of", "in", "from", "to", "with", "on", "at", "using"}
_FIRST = ("post", "get", "put", "patch")
"""Methods that generated names begin with: a verb behind one says more."""
ROLES = (
    ("paging", r"^(limit|offset|page|cursor|per_?page|page_?(size|number|no|token)|next_?(token|cursor)|skip|top|count|max_?results|starting_?after)$"),
    ("sort", r"^(sort|order|sort_?(by|order|dir|direction)|order_?(by|dir)|direction|descending|ascending)$"),
    ("presentation", r"^(format|fields|include|lang|language|locale|pretty|callback|output|expand|verbose|indent|select)$"),
    ("credential", r"(token|api_?key|password|secret|authorization|credential)$"),
)
HOUSEKEEPING = re.compile(
    r"^(apiversion|ifmatch|ifnonematch|idempotencykey|requestid|clientrequestid|x[a-z]+id|dryrun|validate\w*|notify\w*|force\w*|cascade|async|prefer|"
    r"fields|expand|include\w*|select|format|pretty|prettyprint|callback|lang|locale|contenttype|accept|token|apikey|authorization|configid)$"
)
"""Parameters that steer a call and are no part of the thing it writes, as plain names."""
_FORMAT_PART = re.compile(r"\.\{[^{}]+\}")
_PARAMETER = re.compile(r"\{([^{}]+)\}")


class Guess(NamedTuple):
    """What the name of a tool says."""

    kind: str
    entity: str
    many: bool
    roles: dict[str, str]


def guess(tool: ToolSchema) -> Guess:
    """The reading of a tool by rules on its name and on the names of its parameters."""
    spelled = words(tool.name)
    kind, rest = _verb(spelled)
    cut = next((at for at, word in enumerate(rest) if word in _ENDS and at), len(rest))
    noun = rest[:cut]
    many = kind == "read" and bool(noun) and noun[-1].endswith("s") and not noun[-1].endswith(("ss", "us", "is"))
    many = many or any(word in spelled for word in ("list", "search", "find", "all"))
    entity = "".join(word.capitalize() for word in noun)
    return Guess(kind, entity.removesuffix("s") if many else entity, many and kind == "read", {name: role(name, kind) for name in properties(tool)})


def _verb(spelled: list[str]) -> tuple[str, list[str]]:
    """The kind by the first word of a list, without the words around it; what has no verb is read."""
    found = [at for at, word in enumerate(spelled) if word in _KIND_OF]
    at = found[1] if len(found) > 1 and found[0] == 0 and spelled[0] in _FIRST and found[1] == 1 else next(iter(found), None)
    if at is None:
        return "read", spelled
    return _KIND_OF[spelled[at]], spelled[at + 1 :] or spelled[:at]


def role(name: str, kind: str) -> str:
    """The role of a parameter by its name and by the kind of its tool."""
    for found, pattern in ROLES:
        if re.search(pattern, name, re.IGNORECASE):
            return found
    if kind in ("compute", "imagined", "session"):
        return "input"
    if words(name)[-1:] in (["id"], ["key"]):
        return "key"
    if words(name)[-1:] == ["ids"]:
        return "ref"
    return "filter" if kind == "read" else "field"


def properties(tool: ToolSchema) -> dict[str, Any]:
    """The parameters of a tool and their schemas."""
    found: dict[str, Any] = tool.parameters.get("properties", {})
    return found


class Route(NamedTuple):
    """A path of an HTTP interface: the parameters in it, whether the last of them ends it, and the noun that it ends in."""

    parameters: tuple[str, ...]
    ends_in_item: bool
    noun: frozenset[str]
    path: str


def route(path: str) -> Route:
    """`/spots/{id}/comments` as parameters (id), no item, noun {comment}."""
    bare = _FORMAT_PART.sub("", path.partition("?")[0]).rstrip("/")
    parts = [part for part in bare.split("/") if part]
    nouns = [part for part in parts if not part.startswith(("{", "$", ":")) and "@" not in part]
    last = _PARAMETER.sub("", nouns[-1]) if nouns else ""
    noun = frozenset(stem(word) for word in words(last) if word not in _KIND_OF and word not in ("info", "php", "json", "html", "rest", "services"))
    return Route(tuple(_PARAMETER.findall(bare)), bool(parts) and "{" in parts[-1], noun, _PARAMETER.sub("{}", bare))
