"""The tool sets that the compiler is measured on, read from ../shared beside the repository; what it must not see stays apart from them."""

import argparse
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from gem_sim import compile_world
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import Compilation

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WORKERS = 2
Item = TypeVar("Item")
Result = TypeVar("Result")


class ToolSet(NamedTuple):
    """A set of tools as its vendor describes it."""

    id: str
    tools: tuple[ToolSchema, ...]


class Compiled(NamedTuple):
    """What the compiler made of a set, or the exception it ended in."""

    made: Compilation | None
    error: str = ""


def read(name: str) -> Any:
    """The JSON of a file under ../shared/data, of a .jsonl file the list of its lines. Ends the program where it is absent."""
    path = DATA / name
    if not path.is_file():
        sys.exit(f"{name}: no such file under {DATA.parent.name}/{DATA.name} beside the repository; the measure needs it")
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else json.loads(text)


def schema(tool: dict[str, Any]) -> ToolSchema:
    """Name, description and parameters of a tool, and nothing else: neither kind nor hints are told to the compiler."""
    return ToolSchema(name=tool["name"], description=tool["description"] or "", parameters=tool["parameters"])


@cache
def tool_sets() -> dict[str, ToolSet]:
    """All sets by id."""
    return {line["toolset_id"]: ToolSet(line["toolset_id"], tuple(schema(tool) for tool in line["tools"])) for line in read("toolsets/toolsets.jsonl")}


def compiled(tools: ToolSet) -> Compiled:
    """A set compiled from its tools alone, and its world started."""
    try:
        made = compile_world(tools.tools, name=tools.id)
        made.spec.start()
    except Exception as error:  # noqa: BLE001  any exception is one of the figures
        return Compiled(None, f"{type(error).__name__}: {error}"[:300])
    return Compiled(made)


def options(about: str | None, *, labels: str | None = None) -> argparse.Namespace:
    """What the measures take on the command line: `sets`, `limit` and `failures`, and `labels` where a measure has some."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", metavar="ID", help="only the tool sets whose id holds one of these texts")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N tool sets")
    parser.add_argument("--failures", type=int, default=3, metavar="K", help="examples shown for each cause (default: 3)")
    if labels is not None:
        parser.add_argument("--labels", default=labels, metavar="FILE", help=f"labels to judge by, under {DATA.parent.name}/{DATA.name} (default: {labels})")
    return parser.parse_args()


def chosen(ids: Iterable[str], given: argparse.Namespace) -> list[str]:
    """The ids that the command line asks for, in order."""
    wanted = [name for name in dict.fromkeys(ids) if not given.sets or any(part in name for part in given.sets)]
    if not wanted:
        sys.exit(f"--sets {' '.join(given.sets)}: no tool set with such an id")
    return wanted[: given.limit]


def spread(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """The results of `work` in order, made by two processes."""
    if len(items) < WORKERS * 2:
        yield from map(work, items)
        return
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        yield from pool.imap(work, items, chunksize=4)


def ratio(part: float, whole: float) -> float | None:
    """A share, or None of nothing."""
    return round(part / whole, 4) if whole else None
