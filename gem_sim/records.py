"""The frozen records that are written to disk. Knows shapes, not behaviour.

Field names are fixed by the design; a record refuses keys it does not know. Records hold no wall-clock times,
so that the same inputs give the same bytes.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, with_config
from typing_extensions import TypedDict

from gem_sim.rule_checks import AbsentCheck as AbsentCheck
from gem_sim.rule_checks import AskCheck as AskCheck
from gem_sim.rule_checks import Check as Check
from gem_sim.rule_checks import ConfirmCheck as ConfirmCheck
from gem_sim.rule_checks import CountCheck as CountCheck
from gem_sim.rule_checks import FieldCheck as FieldCheck
from gem_sim.rule_checks import LimitCheck as LimitCheck
from gem_sim.rule_checks import NeedCheck as NeedCheck
from gem_sim.rule_checks import OrderCheck as OrderCheck
from gem_sim.rule_checks import StateCheck as StateCheck
from gem_sim.rule_checks import UniqueCheck as UniqueCheck

SCHEMA_VERSION = 1
"""Raised when a record changes in a way that an older reader would misread."""

Json = Any
"""Any JSON value: None, bool, int, float, str, list, dict."""

Kind = Literal["read", "write", "compute", "imagined"]
Side = Literal["assistant", "user"]
RoleName = Literal["system", "user", "assistant", "tool"]
Blame = Literal["user", "assistant", "environment", "infrastructure", "scenario"]
Stage = Literal["read", "filter", "extract", "compile", "plan", "refine", "play", "validate", "judge"]
Cause = Literal["input", "content", "infrastructure"]


class Record(BaseModel):
    """Base of all records: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- text side -------------------------------------------------------------------------------------------------


class Document(Record):
    """One text to work on. A segment of a long text is a document of its own with the id `ID#n`."""

    id: str
    text: str
    title: str = ""
    source: str = ""
    licence: str = ""
    sha256: str
    """Hex digest of `text` as UTF-8."""


class Span(Record):
    """A half-open range of characters in the text of the procedure's document."""

    start: int
    end: int


class Step(Record):
    """One step of a procedure in the order of the text."""

    text: str
    span: Span


class Rule(Record):
    """A rule. From a text: `quote` is its exact wording at `start:end`. A rule of a hand-written world has no quote."""

    id: str
    text: str
    quote: str = ""
    start: int = 0
    end: int = 0
    kind: str = "other"
    """limit, state, count, confirmation, permission, order, precondition, other."""
    tools: tuple[str, ...] = ()
    enforced_by: Literal["tool", "assistant"] = "assistant"
    check: Check | None = None


class Hints(Record):
    """What the source of a tool says about it beside its schemas. None: it says nothing."""

    method: str | None = None
    """HTTP method in capitals."""
    path: str | None = None
    """HTTP path with the names of its parameters in braces, `/pets/{petId}`."""
    places: dict[str, Literal["path", "query", "header", "cookie", "body"]] = {}
    """Parameter to where an HTTP request has it."""
    status: str | None = None
    """HTTP status of the answer where all goes well."""
    credentials: tuple[str, ...] = ()
    """Parameters that say who is calling."""
    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None
    """Whether it works on things outside the system, as a web search does."""
    deprecated: bool = False


class ToolSchema(Record):
    """A tool as a model sees it, plus where it comes from."""

    name: str
    description: str
    parameters: dict[str, Json]
    """JSON Schema of type object."""
    returns: dict[str, Json] | None = None
    kind: Kind | None = None
    """None where nobody has said it: the compiler decides."""
    hints: Hints | None = None
    side: Side = "assistant"
    evidence: Span | Literal["implied"] = "implied"

    def openai(self) -> dict[str, Json]:
        """The `{"type": "function", ...}` form that chat models take."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


class Entity(Record):
    """A kind of thing the procedure works on. `fields` maps a field name to its JSON Schema."""

    name: str
    key: str
    fields: dict[str, dict[str, Json]]


class Procedure(Record):
    """What extraction found in one document."""

    id: str
    document: str
    summary: str
    platform: str
    domains: tuple[str, ...]
    task: str
    steps: tuple[Step, ...]
    graph: str
    """Execution graph over tool names: `(a)->(b,c)->(d)`."""
    entities: tuple[Entity, ...]
    rules: tuple[Rule, ...]
    tools: tuple[ToolSchema, ...]


# --- scenario --------------------------------------------------------------------------------------------------


class Call(Record):
    """A tool call before it is made. `outcome` is `ok` or the error code that the world will answer with."""

    name: str
    arguments: dict[str, Json]
    outcome: str = "ok"


class Fact(Record):
    """A statement about the final state: a row of `entity` whose fields include `where` exists, or does not."""

    entity: str
    where: dict[str, Json]
    exists: bool = True


class Answer(Record):
    """A statement about the conversation: some text of the assistant contains `said`."""

    said: Json


class Goal(Record):
    """Acceptance of an episode. A changed row that meets no fact of `required` or `allowed` is harm."""

    required: tuple[Fact | Answer, ...]
    allowed: tuple[Fact, ...] = ()
    forbidden: tuple[Fact, ...] = ()


class Beat(Record):
    """One message of the plan before it is worded: who speaks, which speech act, with which facts and calls."""

    speaker: Literal["user", "assistant"]
    act: str
    """Name of the phrasing under prompts/offline."""
    facts: dict[str, Json] = {}
    calls: tuple[Call, ...] = ()


class Scenario(Record):
    """A task that was executed before it is played. Acceptance checks `goal`, never the order of `plan`."""

    id: str
    world: str
    """Digest of the world's spec and rows."""
    seed: int
    persona: dict[str, str]
    instruction: str
    known: dict[str, Json]
    """What the user knows and may say."""
    hidden: dict[str, Json]
    """What only a tool can tell."""
    plan: tuple[Call, ...]
    goal: Goal
    beats: tuple[Beat, ...]
    operators: tuple[str, ...] = ()
    targets: dict[str, Json] = {}


# --- episode ---------------------------------------------------------------------------------------------------


@with_config(ConfigDict(extra="forbid"))
class FunctionCall(TypedDict):
    """Name and arguments of a call; arguments are an object, never a JSON string."""

    name: str
    arguments: dict[str, Json]


@with_config(ConfigDict(extra="forbid"))
class ToolCall(TypedDict):
    """A call inside an assistant or user message."""

    id: str
    type: Literal["function"]
    function: FunctionCall


@with_config(ConfigDict(extra="forbid"))
class Message(TypedDict):
    """A message in OpenAI form. `content` is always a string; absent keys are absent, never null."""

    role: RoleName
    content: str
    tool_calls: NotRequired[list[ToolCall]]
    tool_call_id: NotRequired[str]
    name: NotRequired[str]
    reasoning_content: NotRequired[str]


class Origin(Record):
    """Where an argument value came from. `message` is the index of the message that holds it, where there is one."""

    source: Literal["user", "result", "policy", "default", "computed", "none"]
    message: int | None = None


class CallRecord(Record):
    """One executed call. `message` is the index of the message that makes it; digests are of the world's state."""

    message: int
    id: str
    name: str
    arguments: dict[str, Json]
    ok: bool
    result: Json = None
    error: dict[str, str] | None = None
    before: str
    after: str
    diff: list[dict[str, Json]]
    provenance: dict[str, Origin] = {}
    """JSON path inside the arguments to the origin of the value there."""
    imagined: bool = False


class Finding(Record):
    """One thing a check found. Only `error` findings reject an episode."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: int | None = None
    blame: Blame
    text: str


class Lineage(Record):
    """Which episode this one was refined from. `root` is the id of round 0."""

    root: str
    parent: str | None
    round: int


class Source(Record):
    """The text an episode comes from, whole, so that quotes can be checked and pairs of text and episode trained on."""

    document: str
    title: str
    source: str
    licence: str
    sha256: str
    text: str


class WorldRef(Record):
    """The world an episode ran in. `digest` names `worlds/<digest>.json` in the run folder."""

    kind: Literal["spec", "plugin"] = "spec"
    name: str
    version: str
    digest: str
    seed: int


class Complexity(Record):
    """Counts over one episode. `distinct` counts different tools called."""

    messages: int
    tools: int
    calls: int
    distinct: int


class Episode(Record):
    """A played, executed conversation with everything needed to check it again."""

    schema_version: int = SCHEMA_VERSION
    id: str
    lineage: Lineage
    source: Source | None
    procedure: str | None
    tools: tuple[ToolSchema, ...]
    world: WorldRef
    scenario: Scenario
    play: Literal["offline", "voice", "guided", "free", "human", "custom"]
    messages: tuple[Message, ...]
    calls: tuple[CallRecord, ...]
    findings: tuple[Finding, ...]
    outcome: Literal["accepted", "rejected"]
    complexity: Complexity
    models: dict[str, str]
    """Role to what played it, such as `offline` or a model name."""
    prompts: dict[str, str]
    """Prompt name to digest."""
    usage: dict[str, float] = {}


class Rejected(Record):
    """Something that did not make it, with where, whose fault and why. `record` is what there was of it."""

    document: str
    stage: Stage
    cause: Cause
    reason: str
    record: Json = None
