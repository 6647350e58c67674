"""The report of a run: report.json for programs, report.html for people. The page holds everything it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gem_sim.records import Episode
from gem_sim.store import RunReader, last_rounds, write_whole
from gem_sim.view.stats import stats

SHOWN = 10
"""Episodes on the page, spread over the run."""
REJECTED = 60
"""Rejected things on the page; all of them are in rejected-*.jsonl."""


def write_report(root: str | Path) -> Path:
    """Write report.json and report.html into a run folder; the path of the page."""
    run = RunReader(root)
    figures = stats(run)
    page = _render(run, figures, _chosen(list(run.episodes())))
    write_whole(run.root / "report.json", orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    write_whole(run.root / "report.html", page.encode())
    return run.root / "report.html"


def _chosen(episodes: list[Episode]) -> list[Episode]:
    """Episodes of the last rounds, spread over the run; earlier rounds only where there are too few of those."""
    last = last_rounds(episodes)
    shown = last[:: max(1, len(last) // SHOWN)][:SHOWN]
    return shown + [episode for episode in episodes if episode not in last][: SHOWN - len(shown)]


def _render(run: RunReader, figures: dict[str, Any], shown: list[Episode]) -> str:
    # Texts of documents and episodes are untrusted: everything is escaped, and the page has no script.
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(Path(__file__).with_name("report.html.j2").read_text(encoding="utf-8"))
    rejected = list(run.rejected())
    return template.render(
        name=run.root.resolve().name,
        figures=figures,
        rejected=rejected[:REJECTED],
        rejected_total=len(rejected),
        episodes=[_shown(run, episode) for episode in shown],
    )


def _shown(run: RunReader, episode: Episode) -> dict[str, Any]:
    rules = run.world(episode).rules
    results = {(call.message, call.id): call for call in episode.calls}
    return {"episode": episode, "text": _marked(episode, rules), "rules": rules, "turns": [_turn(episode, at, results) for at in range(len(episode.messages))]}


def _turn(episode: Episode, at: int, results: dict[Any, Any]) -> dict[str, Any]:
    message = episode.messages[at]
    calls = [(call["function"]["name"], _json(call["function"]["arguments"]), results.get((at, call["id"]))) for call in message.get("tool_calls", [])]
    return {"role": message["role"], "content": message["content"], "calls": calls, "index": at}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _marked(episode: Episode, rules: Any) -> list[tuple[str, str]]:
    """The source text cut into pieces: (text, id of the rule quoted there or '')."""
    text = episode.source.text if episode.source else ""
    pieces, at = [], 0
    for rule in sorted((rule for rule in rules if rule.quote), key=lambda rule: rule.start):
        if rule.start >= at:
            pieces += [(text[at : rule.start], ""), (text[rule.start : rule.end], rule.id)]
            at = rule.end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]
