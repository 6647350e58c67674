"""What kind of tool a tool is: from what its source says of it, from its verb, its description and its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gem_sim.records import Kind as RecordKind
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.names import Name
from gem_sim.worlds.compiler.reading.nouns import cleaned
from gem_sim.worlds.compiler.reading.parameters import Parameter, is_one_of
from gem_sim.worlds.compiler.reading.texts import Said
from gem_sim.worlds.compiler.reading.verbs import Kind, Verb, makes
from gem_sim.worlds.compiler.reading.words import Words, is_many, lexicon, listed, one, words

WRITES = ("create", "update", "delete")
_BY_METHOD: dict[str, Kind] = {"get": "read", "head": "read", "options": "read", "delete": "delete", "put": "update", "patch": "update", "post": "create"}
_MODEL = re.compile(
    r"\b(?:using|with|via|by|uses?) (?:an? |the )?(?:\w+ )?(?:ai|llms?|gpt\S*|gemini|claude|openai|machine learning|language model)\b|"
    r"\bai[- ](?:generated|powered|based|driven)",
    re.IGNORECASE,
)
_VISITS = re.compile(
    r"\b(?:visit|scrap|crawl|extract|fetch|download|load|read|captur|render|open|navigat|convert|analy[sz])\w*\b.{0,60}"
    r"\b(?:urls?|web ?pages?|web ?sites?|pages?)\b",
    re.IGNORECASE,
)
_SENT_TO_MODEL = re.compile(r"^(?:sends?|asks?|posts?|submits?|passe?s?)\b.*\bto .*\b(?:llms?|language models?|gpt|chatgpt|claude|gemini)\b")
_LISTENS = re.compile(r"^(?:captur|sniff|record|monitor|watch)\w* (?:\w+ ){0,2}(?:live|network|real-?time|packets?|traffic)\b")
_TOKEN = re.compile(r"\b(?:access|refresh|bearer|oauth) tokens?\b")
_CALCULATES = re.compile(
    r"\bcalculates?\b|\bcomputes?\b|^(?:calculat(?!ed)|comput(?!ed)|convert|evaluat|add(?:s|ing)? (?:two|numbers)|returns? the (?:sum|product|result of))"
)


_LOOKED_AT = 400
"""Letters of a description that are looked at."""


class Decision(NamedTuple):
    """A kind, whether something sure said so, and what said it; `things` says that an imagined tool looks at things nonetheless."""

    kind: Kind
    sure: bool
    why: str
    things: bool = True


def decide(tool: ToolSchema, name: Name, said: Said, given: Sequence[Parameter]) -> Decision:
    """The kind of a tool. What its source says wins; then come verb and description, and what no state determines."""
    found = next(_specially(_by_words(name, said), tool, name, said, given), None) or _by_words(name, said)
    hints = tool.hints
    if tool.kind is not None:
        return _as_given(tool.kind, found, given)
    if hints is not None and hints.method is not None and hints.method.lower() in _BY_METHOD:
        return _as_sent(hints.method.lower(), found, name)
    if hints is not None and hints.read_only is not None:
        return _as_annotated(found, read_only=hints.read_only, destructive=hints.destructive)
    return found


def _as_given(said: RecordKind, found: Decision, given: Sequence[Parameter]) -> Decision:
    """The kind within what somebody has said of the tool: read, write, compute or imagined."""
    if said != "write":
        return Decision(said, sure=True, why=f"given as {said}")
    if found.kind in WRITES:
        return found
    return Decision("update" if any(item.strong for item in given) else "create", sure=False, why="given as write")


def _as_sent(method: str, found: Decision, name: Name) -> Decision:
    """The kind within what the HTTP method allows: only POST may be anything, and PUT may create where no path names a row."""
    kind, why = _BY_METHOD[method], f"method {method.upper()}"
    if method == "post":
        return found if found.kind != "read" or found.sure else Decision("create", sure=False, why=why)
    if kind == "read":
        return found if found.kind in ("compute", "imagined", "session") else Decision("read", sure=True, why=why)
    if method == "put" and found.kind == "create" and name.item is None:
        return found
    return Decision(kind, sure=True, why=why)


def _as_annotated(found: Decision, *, read_only: bool, destructive: bool | None) -> Decision:
    """The kind within the annotations of MCP. What changes something and takes nothing away is no delete."""
    if read_only:
        return found if found.kind not in WRITES else Decision("read", sure=True, why="annotated as read-only")
    if found.kind == "delete" and destructive is False:
        return Decision("update", sure=False, why="annotated as not destructive")
    return found if found.kind != "read" or found.sure else Decision("update", sure=False, why="annotated as not read-only")


def _by_words(name: Name, said: Said) -> Decision:
    """The kind by method in the name, verb and description."""
    verb, told = name.verb, said.verb
    if name.method is not None and name.method != "post":
        return Decision(_BY_METHOD[name.method], sure=True, why=f"method {name.method}")
    if name.method == "post":
        return _posted(name, said)
    if verb is None:
        if told is not None:
            return Decision(told.kind, told.sure, f"description: {told.word}")
        return Decision("update", sure=False, why=f"unknown verb {name.word}") if name.word else Decision("read", sure=False, why="no verb")
    vague = verb.word in listed("verbs", "vague") or (told is not None and told.kind == "delete" and verb.word in listed("verbs", "ending"))
    if told is not None and told.kind != verb.kind and (not verb.sure or (vague and told.sure)):
        return Decision(told.kind, sure=False, why=f"verb {verb.word}, description: {told.word}")
    return Decision(verb.kind, verb.sure, f"verb {verb.word}")


def _posted(name: Name, said: Said) -> Decision:
    """The kind of what is sent by POST, which may be anything: what verb and description say, else it creates."""
    verb, told, giving = name.verb, said.verb, listed("verbs", "giving")
    if verb is not None and verb.word in giving:
        return Decision("update", sure=False, why=f"verb {verb.word}")
    if verb is not None and (verb.sure or told is None or told.kind == verb.kind):
        return Decision(verb.kind, verb.sure, f"verb {verb.word}")
    made = said.word.startswith("return") and not {"created", "new", "newly"}.isdisjoint(said.sentence.split())
    if told is None or made or (told.kind == "update" and is_many(name.noun)) or said.word in giving:
        return Decision("create", sure=False, why="method post")
    return Decision(told.kind, told.sure, f"description: {told.word}")


def _specially(found: Decision, tool: ToolSchema, name: Name, said: Said, given: Sequence[Parameter]) -> Iterator[Decision]:
    """What speaks against the words: the tool counts, guesses, looks at the world outside, or only opens the door."""
    verb = name.verb or said.verb
    if found.kind == "create" and verb is not None and not makes(verb.word) and _takes_its_own(name.noun, given):
        yield Decision("update", sure=False, why=f"verb {verb.word} with an id of what it works on")
    if given and found.kind not in ("read", "delete", "session") and _arithmetic(name.word, given):
        yield Decision("compute", sure=True, why="numbers in, nothing to look up")
    if _measures(verb.word if verb is not None else "", given):
        yield Decision("compute", sure=False, why="a text in, nothing to look up")
    if found.kind == "create" and verb is not None and verb.word == "generate" and "random" in said.sentence.split():
        yield Decision("compute", sure=False, why="made at random")
    yield from _asks_or_listens(found, said)
    programs = listed("roles", "programs")
    about = found.kind == "compute" or (bool(name.noun) and listed("roles", "statements").issuperset(name.noun))
    if about and any(item.required and programs.issuperset(item.words[-1:]) for item in given if item.words):
        yield Decision("imagined", sure=False, why="a program is run")
    if _about_signing_in(found, tool, name, verb, said, given):
        yield Decision("session", sure=False, why="about being signed in")
    if found.kind == "read":
        yield from _no_lookup(name, said, given)
        if _VISITS.search(tool.description[:_LOOKED_AT]) and any(item.required and item.words[-1] in ("url", "urls", "uri") for item in given if item.words):
            yield Decision("imagined", sure=False, why="it looks at pages of the world outside", things=False)


def _asks_or_listens(found: Decision, said: Said) -> Iterator[Decision]:
    """What says that a tool sends a prompt to a model, or looks at what happens at the moment."""
    if found.kind == "create" and (_SENT_TO_MODEL.search(said.sentence) or (said.word == "send" and said.noun[-1:] == ("prompt",))):
        yield Decision("imagined", sure=False, why="a model answers a prompt", things=False)
    if found.kind in ("read", "create") and _LISTENS.search(said.sentence):
        yield Decision("imagined", sure=False, why="it looks at what happens in the world outside")


def _about_signing_in(found: Decision, tool: ToolSchema, name: Name, verb: Verb | None, said: Said, given: Sequence[Parameter]) -> bool:
    """Whether a tool says who calls, trades one token for another, or has somebody else take over."""
    nouns = {*name.noun, *name.owner}
    if "token" in nouns and (nouns & listed("nouns", "tokens") or (name.word in ("refresh", "renew") and nouns == {"token"})):
        return True
    trades = any(word is not None and word.word in listed("verbs", "trading") for word in (verb, said.verb))
    if found.kind in ("read", "create", "update") and trades and _TOKEN.search(said.sentence):
        return True
    if found.kind not in ("create", "update"):
        return False
    secrets = bool(given) and all(is_one_of(item, "sure_credential") for item in given)
    return secrets or "human" in words(tool.name) or (found.kind == "create" and bool(nouns) and nouns <= listed("nouns", "doors"))


def _no_lookup(name: Name, said: Said, given: Sequence[Parameter]) -> Iterator[Decision]:
    """What speaks against a read: no rows determine what comes back."""
    nouns, doors = {*name.noun, *name.owner}, listed("nouns", "session")
    if given and name.noun and _all_in("calendar", one(name.noun)) and _all_in("calendar_inputs", [word for item in given for word in item.words[-1:]]):
        yield Decision("compute", sure=False, why="a time in, nothing to look up")
    calculates = _CALCULATES.search(said.sentence) if name.verb is None else _CALCULATES.match(said.sentence)
    if nouns & doors and nouns <= doors | listed("nouns", "session_beside"):
        yield Decision("session", sure=False, why="about being signed in")
    if calculates:
        yield Decision("compute", sure=False, why="description says that it calculates")
    if name.noun and name.noun[-1] in listed("nouns", "imagined") and not any(item.strong and item.required for item in given):
        yield Decision("imagined", sure=False, why=f"no state determines {name.noun[-1]}")
    if {*nouns, *said.noun} & listed("nouns", "moving") and listed("nouns", "live") & {*nouns, *said.sentence.split()}:
        yield Decision("imagined", sure=False, why="it moves in the world outside")
    if listed("nouns", "elements") & {*nouns, *said.noun, name.word}:
        yield Decision("imagined", sure=False, why="nothing but the world outside determines it")
    if name.verb is not None and name.verb.many and listed("nouns", "outside") & {*nouns, *said.noun}:
        yield Decision("imagined", sure=False, why="the world outside is searched")
    if _MODEL.search(said.sentence):
        yield Decision("imagined", sure=False, why="a model answers")


def _all_in(key: str, spelled: Sequence[str]) -> bool:
    return listed("nouns", key).issuperset(spelled)


def _takes_its_own(noun: Words, given: Sequence[Parameter]) -> bool:
    """Whether a tool requires an id of the thing that its name names."""
    named = {*one(noun), *cleaned(noun)}
    return any(item.required and item.strong and item.noun and named.issuperset(item.noun) and not item.many for item in given)


def _measures(verb: str, given: Sequence[Parameter]) -> bool:
    """Whether a tool takes a text and nothing that names a thing, and its verb is one that calculates."""
    wanted = [item.words[-1] for item in given if item.required and item.words]
    texts = bool(wanted) and listed("roles", "texts").issuperset(wanted)
    return texts and verb in listed("verbs", "measuring") and not any(item.noun for item in given)


def _arithmetic(verb: str, given: Sequence[Parameter]) -> bool:
    """Whether all that a tool takes are numbers or formulas, and its verb is one that calculates."""
    verbs = lexicon("verbs")["compute"]
    if verb not in verbs["sure"] and verb not in verbs["maybe"]:
        return False
    named = [item.words[-1] for item in given if item.words]
    if listed("roles", "formulas").issuperset(named):
        return True
    numbers = all(item.type in ("number", "integer", "array") and not item.strong for item in given)
    operands = sum(word in listed("roles", "operands") or len(word) == 1 for word in named)
    return numbers and (verb in verbs["sure"] or 2 * operands >= len(given))
