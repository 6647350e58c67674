"""Extraction without a model: from a document to its procedure, or to the reason why it has none. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gem_sim.extract import actions, checks, drafts, parameters, rules, structure, tools
from gem_sim.extract.drafts import Draft, Places
from gem_sim.extract.filter import judge
from gem_sim.extract.lexicon import states
from gem_sim.extract.phrases import mentions, tokens
from gem_sim.extract.structure import Block
from gem_sim.grammar import article, singular
from gem_sim.records import AskCheck, ConfirmCheck, Document, Entity, Procedure, Rejected, Rule, Span, Step, ToolSchema

MOST_STEPS = 40
MOST_RULES = 40
FEWEST_TOOLS = 4


def extract(document: Document, *, for_tools: bool = False) -> Procedure | Rejected:
    """The procedure of a document; one that offers too little is rejected, never padded.

    `for_tools`: there are tools already, so that rules alone are enough.
    """
    blocks = structure.parse(document.text)
    plan = actions.find(blocks)
    made, places = drafts.make(plan, parameters.fields(blocks), blocks)
    if not made and not for_tools:
        return _rejected(document, "no write tool: nothing in the text is created, changed or deleted")
    found = list(_rules(document, blocks, made, places))
    said = _states_of(blocks, plan)
    extra = _states_said(found)
    entities = _settled(tools.entities(plan, made, extra, said), found)
    schemas = _schemas(entities, plan, made)
    if not for_tools and (problem := _too_little(made, found, schemas)):
        return _rejected(document, problem)
    verdict = judge(document)
    return Procedure(
        id=f"{document.id}/p1",
        document=document.id,
        summary=_summary(made) if made else document.title,
        platform=verdict.platform,
        domains=verdict.domains,
        task=verdict.task,
        steps=tuple(_steps(blocks)),
        graph=tools.graph(entities, made),
        entities=tuple(entities),
        rules=tuple(found),
        tools=tuple(schemas),
    )


def _rejected(document: Document, reason: str) -> Rejected:
    return Rejected(document=document.id, stage="extract", cause="content", reason=reason)


def _too_little(made: list[Draft], found: list[Rule], schemas: list[ToolSchema]) -> str:
    if len(made) < 2 and not found:
        return f"too little: one write tool ({made[0].name}) and no rule"
    if len(schemas) < FEWEST_TOOLS:
        return f"too little: {len(schemas)} tools, at least {FEWEST_TOOLS} expected"
    return ""


def _schemas(entities: list[Entity], plan: actions.Plan, made: list[Draft]) -> list[ToolSchema]:
    reads = [tool for entity in entities for tool in tools.read_tools(entity, plan)]
    return [*reads, *(tools.write_tool(draft) for draft in made)]


def _rules(document: Document, blocks: list[Block], made: list[Draft], places: Places) -> Iterator[Rule]:
    for number, found in enumerate(islice(rules.find(blocks, made, places), MOST_RULES), 1):
        check, holders = checks.check_for(found)
        start, end = found.sentence.start, found.sentence.end
        by_tool = check is not None and not isinstance(check, ConfirmCheck | AskCheck)
        yield Rule(
            id=f"r{number}",
            text=found.text,
            quote=document.text[start:end],
            start=start,
            end=end,
            kind=found.kind if check is None else _kind(check.kind),
            tools=tuple(draft.name for draft in holders),
            enforced_by="tool" if by_tool else "assistant",
            check=check,
        )


_KINDS = {"confirm": "confirmation", "ask": "precondition", "field": "precondition", "absent": "precondition", "need": "precondition", "unique": "precondition"}


def _kind(check: str) -> str:
    return _KINDS.get(check, check)


def _states_said(found: list[Rule]) -> dict[str, list[str]]:
    """Statuses that checks name, by entity."""
    extra: dict[str, list[str]] = {}
    for rule in found:
        entity, named = checks.states_of(rule.check)
        if entity:
            extra.setdefault(entity, []).extend(named)
    return extra


def _settled(entities: list[Entity], found: list[Rule]) -> list[Entity]:
    """Takes the check from a rule that would deny an entity its first status; the rule itself stays."""
    first = {entity.name: entity.fields["status"]["enum"][0] for entity in entities}
    for index, rule in enumerate(found):
        entity, _ = checks.states_of(rule.check)
        forbidden = getattr(rule.check, "forbidden", ())
        if entity and (entity not in first or first[entity] in forbidden):
            found[index] = rule.model_copy(update={"check": None, "enforced_by": "assistant"})
    return entities


_LINKING = frozenset(["is", "are", "be", "been", "was", "were", "becomes", "become", "status", "as", "still", "marked", "remains", "stays", "a", "an", "to"])


def _states_of(blocks: list[Block], plan: actions.Plan) -> frozenset[str]:
    """States the text says of something, as opposed to the same words used as verbs."""
    heads = {name.split("_")[-1] for name in plan.entities}
    said: set[str] = set()
    for block in blocks:
        for sentence in block.sentences:
            words = [word.lower() for word in tokens(sentence.text)]
            for at, word in enumerate(words):
                if word in states() and ((at and words[at - 1] in _LINKING) or (at + 1 < len(words) and singular(words[at + 1]) in heads)):
                    said.add(word)
    return frozenset(said)


def _summary(made: list[Draft]) -> str:
    doing = [f"{tools.spoken(draft.action.verb.name)} {article(tools.spoken(draft.action.attribute or draft.action.entity))}" for draft in made[:4]]
    return f"How to {', '.join(doing[:-1]) + ' and ' + doing[-1] if len(doing) > 1 else doing[0]}."


def _steps(blocks: list[Block]) -> Iterator[Step]:
    """Ordered items, or where there are none the sentences that command something."""
    ordered = [block for block in blocks if block.kind == "item" and block.ordered]
    if len(ordered) >= 2:
        for block in ordered[:MOST_STEPS]:
            yield Step(text=block.text, span=_span(block.start, block.end))
        return
    sentences = [s for block in blocks if block.kind in ("item", "paragraph") for s in block.sentences]
    commands = [s for s in sentences if any(m.pattern in ("command", "purpose", "label") for m in mentions(s.text))]
    for sentence in commands[:MOST_STEPS]:
        yield Step(text=sentence.text, span=_span(sentence.start, sentence.end))


def _span(start: int, end: int) -> Span:
    return Span(start=start, end=end)
