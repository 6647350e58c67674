"""The command line: arguments in, one call, exit code out. 0 done, 1 findings, 2 wrong input. Imports what it runs only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from gem_sim.errors import GemSimError, SettingsError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turn how-to text into tool-use episodes that were really executed.\n\n"
    "Start with: gem-sim generate examples/articles --out runs/a\n\n"
    "Exit codes: 0 done, 1 findings (replay, validate, check), 2 wrong input or settings.",
)

Out = Annotated[Path, typer.Option(help="Folder to write to.")]
Seed = Annotated[int, typer.Option(min=0, max=2**53, help="Other seed, other people, ids and stories.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Mock = Annotated[str, typer.Argument(help="Name of a mock, or its folder; a mock in Python is code that runs.")]

_LATER = {
    "model": "language models are not there yet; without --model the offline roles play",
    "play": "only offline play is there yet; leave --play away",
    "budget": "there is nothing to pay for without a model, so --budget is not there yet",
    "preview": "previews come with language models; use 'gem-sim episode' to see one",
    "dry_run": "estimates come with language models; offline runs cost nothing",
    "concurrency": "offline episodes are computed, not waited for; run shards side by side with --shard",
}


@contextmanager
def _one_line() -> Iterator[None]:
    """Errors of this package become one line and exit code 2."""
    try:
        yield
    except GemSimError as error:
        typer.echo(f"gem-sim: {error}", err=True)
        raise typer.Exit(2) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        typer.echo("gem-sim: interrupted; what was finished is kept, go on with --resume", err=True)
        raise typer.Exit(130) from None


def _refuse_later(**given: Any) -> None:
    for name, value in given.items():
        if value not in (None, False):
            raise SettingsError(f"--{name.replace('_', '-')}: {_LATER[name]}")


@app.command()
def generate(
    sources: Annotated[list[str] | None, typer.Argument(help="Text, Markdown, HTML or JSONL files, folders, or - for standard input.")] = None,
    out: Out = Path("runs/run"),
    mock: Annotated[str | None, typer.Option(help="Draw episodes from a mock instead of texts: its name or folder, or a file of tools.")] = None,
    episodes: Annotated[int | None, typer.Option(min=1, help="Stop after so many accepted scenarios.")] = None,
    per_document: Annotated[int | None, typer.Option(min=1, help="Scenarios for each text.  [default: 1]")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**53, help="Other seed, other people, ids and stories.  [default: 0]")] = None,
    refine: Annotated[int | None, typer.Option(min=0, max=4, help="Rounds of refinement.  [default: 1]")] = None,
    rounds: Annotated[str | None, typer.Option(help="Which rounds to keep: last or all.  [default: all]")] = None,
    shard: Annotated[str, typer.Option(help="Do part i of n only, written i/n; parts need no coordination.")] = "1/1",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    settings: Annotated[Path | None, typer.Option(help="YAML file with settings; options given here win.")] = None,
    model: Annotated[str | None, typer.Option(help="Later: a language model for the roles.")] = None,
    play: Annotated[str | None, typer.Option(help="Later: voice, guided or free.")] = None,
    text: Annotated[Path | None, typer.Option(help="A handbook over the tools of --mock.")] = None,
    rows: Annotated[Path | None, typer.Option(help="Your rows for --mock: JSON, JSON Lines, YAML or CSV.")] = None,
    targets: Annotated[str | None, typer.Option(help="What episodes have to reach, such as tools>=8,calls>=15,recovery>=25%.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Later: model calls in flight.")] = None,
    budget: Annotated[float | None, typer.Option(help="Later: money to spend at most.")] = None,
    preview: Annotated[int | None, typer.Option(help="Later: print some episodes before a run.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Later: estimate calls and cost.")] = False,
) -> None:
    """Generate executed episodes from texts, or from a mock, into a run folder with a report."""
    with _one_line():
        _refuse_later(model=model, play=play, concurrency=concurrency, budget=budget, preview=preview, dry_run=dry_run)
        from gem_sim.commands import generate_run

        given = {"mock": mock, "rows": rows, "text": text, "episodes": episodes, "per_document": per_document}
        given |= {"seed": seed, "refine": refine, "rounds": rounds, "targets": targets}
        generate_run(sources or [], out, shard, settings, given, resume=resume)


@app.command()
def extract(
    sources: Annotated[list[str], typer.Argument(help="Texts as for generate.")],
    out: Out,
    model: Annotated[str | None, typer.Option(help="Later: a language model that extracts.")] = None,
) -> None:
    """Extract procedures, rules and tools from texts into procedures.jsonl."""
    with _one_line():
        _refuse_later(model=model)
        from gem_sim.commands import extract_texts

        extract_texts(sources, out)


@app.command()
def compile(  # noqa: A001  (the command's name is fixed)
    tools: Annotated[Path, typer.Argument(help="OpenAI tools, an MCP tools/list, OpenAPI 3, or a list of {name, description, parameters}; JSON or YAML.")],
    out: Out,
    rows: Annotated[Path | None, typer.Option(help="Your rows: JSON, JSON Lines, YAML or CSV, a file or a folder of them.")] = None,
    text: Annotated[Path | None, typer.Option(help="A handbook whose rules the tools keep.")] = None,
    ask: Annotated[Path | None, typer.Option(help="File to write a prompt to, which asks a chat model or a person to review the draft.")] = None,
    review: Annotated[Path | None, typer.Option(help="File with the answer: edits that are taken where the world gets no worse by them.")] = None,
    json: AsJson = False,
) -> None:
    """Compile a list of tools into a mock: a folder with a world.yaml and rows to edit. Compiled again, edits stay."""
    with _one_line():
        from gem_sim.commands import compile_mock

        compile_mock(tools, out, {"rows": rows, "text": text, "review": review, "ask": ask}, as_json=json)


@app.command()
def serve(
    mock: Mock,
    http: Annotated[
        str | None, typer.Option(help="HOST:PORT of this machine to listen on, such as 127.0.0.1:8765, instead of standard input and output.")
    ] = None,
    seed: Seed = 0,
) -> None:
    """Serve a mock to any MCP client: a world of its own for each session."""
    with _one_line():
        from gem_sim.commands import serve_mock

        serve_mock(mock, http, seed)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the mock: small letters, digits and underscores.")],
    python: Annotated[bool, typer.Option("--python", help="A mock in Python instead of a world.yaml.")] = False,
) -> None:
    """Make tool_mocks/NAME, a small mock that works, to start from."""
    with _one_line():
        from gem_sim.scaffold import scaffold

        folder = scaffold(name, python=python)
        typer.echo(f"{folder}: edit it, then run 'gem-sim check {name}' and 'gem-sim episode {name} --step'")


@app.command()
def check(mock: Mock, json: AsJson = False) -> None:
    """Examine a mock by the laws that all mocks obey; exit code 1 with findings of severity error."""
    with _one_line():
        from gem_sim.commands import check_mock

        raise typer.Exit(check_mock(mock, as_json=json))


@app.command()
def call(
    mock: Mock,
    tool: Annotated[str | None, typer.Argument(help="Tool to call; without one, calls are read from standard input.")] = None,
    arguments: Annotated[str, typer.Argument(help="Arguments as a JSON object.")] = "{}",
    seed: Seed = 0,
) -> None:
    """Call tools of a mock by hand, one after another on one world, and see what changes.

    Standard input has one call a line: {"name": "get_tool", "arguments": {"tool_id": "T-110"}}
    """
    with _one_line():
        from gem_sim.commands import call_tools

        call_tools(mock, tool, arguments, seed)


@app.command()
def episode(
    target: Annotated[str | None, typer.Argument(help="Mock, text file, or RUN#ID of a stored episode; with --scenario its world.")] = None,
    seed: Seed = 0,
    graph: Annotated[Path | None, typer.Option(help="Your own graph file instead of graphs/episode.py.")] = None,
    user: Annotated[str, typer.Option(help="Role that plays the user.")] = "offline",
    assistant: Annotated[str, typer.Option(help="Role that plays the assistant.")] = "offline",
    step: Annotated[bool, typer.Option("--step", help="Show message, call, result and world diff node by node.")] = False,
    at: Annotated[int | None, typer.Option(min=0, help="Show one message only, with the state of the world there.")] = None,
    json: AsJson = False,
    scenario: Annotated[str | None, typer.Option(help="Play this scenario as a task: a file, RUN#ID, or a name from scenarios.yaml of the mock.")] = None,
    repeat: Annotated[int | None, typer.Option(min=1, max=10_000, help="Play the scenario so many times and print the reward of each run.")] = None,
) -> None:
    """Play one episode and look at it, or look at a stored one."""
    with _one_line():
        from gem_sim.view.episode import show_episode, show_task

        roles = {"user": user, "assistant": assistant}
        if repeat is None and (scenario is None or step or at is not None):
            show_episode(target, scenario, seed, graph, roles, step=step, at=at, as_json=json)
        elif step or at is not None:
            raise SettingsError("--step and --at show one run; expected them without --repeat")
        else:
            show_task(target, scenario, seed, repeat or 1, {**roles, "graph": graph}, as_json=json)


@app.command()
def replay(path: Annotated[Path, typer.Argument(help="Run folder, or a file with episodes of one.")], json: AsJson = False) -> None:
    """Execute every stored call again; exit code 1 at any difference, each named with its call."""
    with _one_line():
        from gem_sim.commands import replay_run

        raise typer.Exit(replay_run(path, as_json=json))


@app.command()
def validate(
    path: Annotated[Path, typer.Argument(help="Run folder, a file with episodes of one, or foreign trajectories in OpenAI message form (JSON, JSON Lines).")],
    json: AsJson = False,
    sabotage: Annotated[bool, typer.Option("--sabotage", help="Also inject faults and harmless edits, and see which are caught.")] = False,
) -> None:
    """Replay and all other checks; exit code 1 with findings of severity error."""
    with _one_line():
        from gem_sim.commands import validate_run

        raise typer.Exit(validate_run(path, as_json=json, with_sabotage=sabotage))


@app.command()
def stats(run: Annotated[Path, typer.Argument(help="Run folder, or a file of trajectories in OpenAI message form.")], json: AsJson = False) -> None:
    """Funnel, complexity, quality and coverage of a run."""
    with _one_line():
        from gem_sim.commands import show_stats

        show_stats(run, as_json=json)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    out: Out,
    format: Annotated[str, typer.Option(help="Format: trl for training on messages, tasks for reinforcement learning.")] = "trl",  # noqa: A002  (the option's name is fixed)
    rounds: Annotated[str, typer.Option(help="first, last or all rounds.")] = "last",
    self_contained: Annotated[bool, typer.Option("--self-contained", help="Later: worlds inside the rows.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Later: render the rows with chat templates.")] = False,
) -> None:
    """Write a training file and a dataset card from accepted episodes."""
    with _one_line():
        if self_contained or check:
            raise SettingsError("--self-contained and --check are not there yet; rows refer to worlds/ in the run folder")
        from gem_sim.commands import export_run

        export_run(run, format, out, rounds)


def _later(name: str, text: str) -> None:
    @app.command(name, help=f"Not there yet. {text}", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def command() -> None:
        typer.echo(f"gem-sim: {name} is not there yet. {text}", err=True)
        raise typer.Exit(2)


_later("view", "A live viewer comes later; open report.html in the run folder.")


def main() -> None:
    """Entry point of the `gem-sim` command."""
    app()


if __name__ == "__main__":
    main()
