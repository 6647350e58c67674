"""What the commands of the command line do: read arguments, make one call into the engine, print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gem_sim.corpus.readers import read_documents
from gem_sim.corpus.segments import split
from gem_sim.errors import InputError, SettingsError, StoreError
from gem_sim.export.write import export
from gem_sim.extract.filter import judge
from gem_sim.extract.offline import extract
from gem_sim.foreign.reading import is_native
from gem_sim.pipeline import generate
from gem_sim.records import Episode, Procedure, Rejected
from gem_sim.settings import Settings, Shard
from gem_sim.store import RunReader, read_episodes, write_whole
from gem_sim.tasks import written_flaws
from gem_sim.validate import validate_episode
from gem_sim.validate.duplicates import Duplicates
from gem_sim.validate.replay import replay
from gem_sim.validate.sabotage import Flags, Kills, sabotage
from gem_sim.view.episode import change_line
from gem_sim.view.report import write_report
from gem_sim.view.stats import accepted, stats
from gem_sim.worlds.laws import Flaw, check
from gem_sim.worlds.load import load_mock, mock_folder
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.witnesses.file import read_witnesses

MOST_ALIKE = 4
"""Warnings of one code that are shown one by one."""
_OUT = Console(soft_wrap=True, highlight=False, markup=False)


def generate_run(sources: list[str], out: Path, shard: str, file: Path | None, given: dict[str, Any], *, resume: bool) -> None:
    """`gem-sim generate`: what is given on the command line wins over the settings file."""
    values = _settings_file(file) if file else {}
    values |= {name: value for name, value in given.items() if value is not None}
    if sources:
        values["sources"] = tuple(sources)
    settings = Settings.make(**values, out=out, shard=Shard.parse(shard), resume=resume)
    count = _progress(generate(settings, stdin=sys.stdin.buffer))
    page = write_report(out)
    if settings.shard.count == 1:  # a shard may have nothing to do
        _refuse_unreadable(out)
    held = accepted(list(RunReader(out).episodes()))
    _OUT.print(f"{count} episodes accepted now; the run holds {held['episodes']} episodes of {held['scenarios']} scenarios from {held['documents']} sources")
    _OUT.print(f"report: {page}")


def _refuse_unreadable(out: Path) -> None:
    """A run in which nothing could be read at all was given wrong input, and says so."""
    run = RunReader(out)
    rejected = list(run.rejected())
    if not any(run.progress()):
        raise InputError(f"nothing to read: the sources hold no text, so {out} holds no episodes")
    if rejected and len(rejected) == sum(1 for _ in run.progress()) and all(item.cause == "input" for item in rejected):
        raise InputError(f"nothing could be read: {rejected[0].document}: {rejected[0].reason} ({len(rejected)} rejected, see {out}/rejected-*.jsonl)")


def _settings_file(file: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{file}: no settings file ({str(error).splitlines()[0]})") from None
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise InputError(f"{file}: expected settings as 'name: value' lines")
    for name in ("out", "shard", "resume"):
        if name in values:
            raise SettingsError(f"{file}: {name!r} is given on the command line, not in a settings file")
    return values


def _progress(episodes: Iterator[Episode]) -> int:
    """Count episodes as they come, with a live line on a terminal and a plain one now and then elsewhere."""
    count = 0
    if not _OUT.is_terminal:
        for count, _ in enumerate(episodes, 1):
            if count % 100 == 0:
                _OUT.print(f"{count} episodes accepted")
        return count
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} accepted"), TimeElapsedColumn(), console=_OUT) as bar:
        task = bar.add_task("episodes", total=None)
        for count, _ in enumerate(episodes, 1):
            bar.update(task, completed=count)
    return count


def extract_texts(sources: list[str], out: Path) -> None:
    """`gem-sim extract`: procedures.jsonl and rejected.jsonl in `out`."""
    found: list[Procedure] = []
    missed: list[Rejected] = []
    for document in read_documents(sources, stdin=sys.stdin.buffer):
        if isinstance(document, Rejected):
            missed.append(document)
            continue
        for segment in split(document) or [document]:
            verdict = judge(segment)
            made = extract(segment) if verdict.multi_step else Rejected(document=segment.id, stage="filter", cause="content", reason=verdict.reason)
            found += [made] if isinstance(made, Procedure) else []
            missed += [made] if isinstance(made, Rejected) else []
    try:
        write_whole(out / "procedures.jsonl", _lines(found))
        write_whole(out / "rejected.jsonl", _lines(missed))
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror})") from None
    if missed and not found and all(item.cause == "input" for item in missed):
        raise InputError(f"nothing could be read: {missed[0].document}: {missed[0].reason} ({len(missed)} rejected, see {out / 'rejected.jsonl'})")
    _OUT.print(f"{len(found)} procedures, {len(missed)} texts without one: {out / 'procedures.jsonl'}")


def _lines(records: list[Any]) -> bytes:
    return b"".join(orjson.dumps(record.model_dump(mode="json")) + b"\n" for record in records)


def compile_mock(tools: Path, out: Path, given: dict[str, Path | None], *, as_json: bool) -> None:
    """`gem-sim compile`."""
    from gem_sim.compiling import compile_tools, summary_lines

    summary = compile_tools(tools, out, **given)
    if as_json:
        _print(summary)
    for line in () if as_json else summary_lines(summary):
        _OUT.print(line)


def serve_mock(mock: str, http: str | None, seed: int) -> None:
    """`gem-sim serve`."""
    try:
        from gem_sim.serving import serve_http, serve_stdio
    except ModuleNotFoundError as missing:
        raise SettingsError(f"serve needs the package {missing.name}: pip install 'gem-sim[serve]'") from None
    spec = load_mock(mock)
    if http is None:
        serve_stdio(spec, seed)
    else:
        serve_http(spec, seed, http, started=_OUT.print)


def check_mock(mock: str, *, as_json: bool) -> int:
    """`gem-sim check`: exit code 1 with findings of severity error."""
    spec = load_mock(mock)
    findings = [*check(spec, mock, read_witnesses(mock_folder(mock))), *written_flaws(mock, spec)]
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        _print({"ok": not errors, "findings": [vars(finding) for finding in findings]})
    else:
        for line in _gathered(findings):
            _OUT.print(line)
        _OUT.print(f"{mock}: {errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0


def _gathered(findings: list[Flaw]) -> Iterator[str]:
    """A line for each finding; warnings that come up again and again are named together."""
    for code in dict.fromkeys(finding.code for finding in findings):
        alike = [finding for finding in findings if finding.code == code]
        often = alike[0].severity != "error" and len(alike) > MOST_ALIKE
        yield from (finding.line() for finding in alike[: 1 if often else None])
        if often:
            places = ", ".join(finding.where for finding in alike[1 : MOST_ALIKE + 1])
            yield f"{alike[0].severity} {code} {places}{', ...' if len(alike) > MOST_ALIKE + 1 else ''}: {len(alike) - 1} more like it; --json has all"


def call_tools(mock: str, tool: str | None, arguments: str, seed: int) -> None:
    """`gem-sim call`: one call from the arguments, or one a line from standard input."""
    spec = load_mock(mock)
    world = spec.start(seed)
    for name, values in [(tool, _object(arguments, "arguments"))] if tool else _calls(sys.stdin.buffer):
        result = world.call(name, values)
        _OUT.print(f"{name} {orjson.dumps(values).decode()}")
        _OUT.print(f"  {orjson.dumps(result.content()).decode()}")
        for change in result.diff:
            _OUT.print(f"  {change_line(change)}")


def _object(text: str | bytes, where: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: not JSON ({error})") from None
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a JSON object, got {type(value).__name__}")
    return value


def _calls(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            call = _object(line, f"line {number}")
            if not isinstance(call.get("name"), str) or not isinstance(call.get("arguments", {}), dict):
                raise InputError(f'line {number}: expected {{"name": "...", "arguments": {{...}}}}')
            yield call["name"], call.get("arguments", {})


def replay_run(path: Path, *, as_json: bool) -> int:
    """`gem-sim replay`: exit code 1 at any difference."""
    episodes = calls = 0
    differences = []
    for episode, spec in _episodes(path):
        episodes += 1
        calls += len(episode.calls)
        differences += replay(episode, spec)
    if as_json:
        _print({"episodes": episodes, "calls": calls, "differences": [{**vars(one), "text": one.line()} for one in differences]})
    else:
        for one in differences:
            _OUT.print(one.line())
        _OUT.print(f"{episodes} episodes, {calls} calls executed again, {len(differences)} differences")
    return 1 if differences else 0


def validate_run(path: Path, *, as_json: bool, with_sabotage: bool = False) -> int:
    """`gem-sim validate`: exit code 1 with findings of severity error."""
    if path.is_file() and not is_native(path):
        from gem_sim.foreign.showing import validate_foreign

        return validate_foreign(path, as_json=as_json)
    rows: list[dict[str, Any]] = []
    duplicates = Duplicates()
    for episode, spec in _episodes(path):
        findings = [*validate_episode(episode, spec), *filter(None, [duplicates.finding(episode)])]
        rows.append({"id": episode.id, "findings": [{"code": f.code, "severity": f.severity, "message": f.text} for f in findings]})
    errors = sum(finding["severity"] == "error" for row in rows for finding in row["findings"])
    tested = sabotage(_episodes(path)) if with_sabotage else None
    if as_json:
        _print({"episodes": rows} | ({"sabotage": tested[0], "harmless": tested[1]} if tested else {}))
    else:
        for row in rows:
            for finding in row["findings"]:
                _OUT.print(f"{row['id']} {finding['severity']} {finding['code']}: {finding['message']}")
        for line in _kill_rates(*tested) if tested else ():
            _OUT.print(line)
        _OUT.print(f"{len(rows)} episodes, {errors} errors")
    return 1 if errors else 0


def _kill_rates(kills: dict[str, Kills], flags: dict[str, Flags]) -> Iterator[str]:
    """A line for each kind of fault and of harmless edit, and the rates over all."""
    for kind, faults in kills.items():
        yield f"{kind:28} {faults['killed']:5} of {faults['injected']:5} killed"
    for kind, edits in flags.items():
        yield f"{kind:28} {edits['flagged']:5} of {edits['edited']:5} flagged (harmless)"
    injected, killed = sum(one["injected"] for one in kills.values()), sum(one["killed"] for one in kills.values())
    edited, flagged = sum(one["edited"] for one in flags.values()), sum(one["flagged"] for one in flags.values())
    yield f"{killed} of {injected} faults killed, {flagged} of {edited} harmless edits flagged"


def _episodes(path: Path) -> Iterator[tuple[Episode, WorldSpec]]:
    """Episodes of a run folder, or of one file in it, with their worlds."""
    if not path.exists():
        raise InputError(f"{path}: no such run folder or file")
    run = RunReader(path if path.is_dir() else path.parent)
    for episode in run.episodes() if path.is_dir() else read_episodes(path):
        yield episode, run.world(episode)


def show_stats(path: Path, *, as_json: bool) -> None:
    """`gem-sim stats`."""
    if path.is_file():
        from gem_sim.foreign.showing import show_foreign

        show_foreign(path, as_json=as_json)
        return
    figures = stats(RunReader(path))
    if as_json:
        _print(figures)
        return
    for stage, row in figures["funnel"].items():
        _OUT.print(f"{stage:9} {row['in']:6} in {row['out']:6} out  {'; '.join(f'{n} x {reason}' for reason, n in list(row['reasons'].items())[:3])}")
    for label in ("before", "after"):
        if figures["complexity"][label]["episodes"]:
            _OUT.print(f"{label:9} mean {figures['complexity'][label]['mean']}, median {figures['complexity'][label]['median']}")
    quality = figures["quality"]
    _OUT.print(f"quality   {_listed({name: value for name, value in quality.items() if not isinstance(value, (dict, list))})}")
    for name in ("arguments_by_origin", "operators", "difficulty"):
        _OUT.print(f"          {name}: {_listed(quality[name]) or 'none'}")
    _OUT.print(f"coverage  {figures['coverage']}")


def _listed(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def export_run(path: Path, form: str, out: Path, rounds: str) -> None:
    """`gem-sim export`."""
    if rounds not in ("first", "last", "all"):
        raise SettingsError(f"--rounds {rounds!r}: expected first, last or all")
    file, count = export(RunReader(path), form, out, rounds)  # type: ignore[arg-type]
    _OUT.print(f"{count} rows: {file}")


def _print(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
