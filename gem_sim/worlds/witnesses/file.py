"""`witnesses.json` in the folder of a mock: a witness on each line."""

from __future__ import annotations

from pathlib import Path

import orjson
from pydantic import ValidationError

from gem_sim.errors import InputError
from gem_sim.worlds.folder.text import rows_text
from gem_sim.worlds.load import first_problem
from gem_sim.worlds.witnesses.records import Witnesses

FILE = "witnesses.json"


def witnesses_text(found: Witnesses) -> str:
    """The text of the file."""
    groups = {"witnesses": found.witnesses, "missed": found.missed}
    return rows_text({name: [one.model_dump(mode="json", exclude_defaults=True) for one in group] for name, group in groups.items()})


def read_witnesses(folder: Path | None) -> Witnesses | None:
    """The witnesses in the folder of a mock; None where it has no such file. Raises InputError where the file holds something else."""
    file = folder / FILE if folder is not None else None
    if file is None or not file.is_file():
        return None
    try:
        return Witnesses.model_validate(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None
    except orjson.JSONDecodeError as error:
        raise InputError(f"{file}: not JSON ({error})") from None
    except ValidationError as invalid:
        raise InputError(f"{file}: {first_problem(invalid)}; expected what gem-sim compile writes") from None
