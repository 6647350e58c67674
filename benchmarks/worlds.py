"""Fork, digest and calls of a world, at 100 and 100,000 rows, against copy.deepcopy of the same rows in the same run."""

import copy

from common import median_us, show

from gem_sim import WorldSpec, load_mock


def grown(spec: WorldSpec, count: int) -> WorldSpec:
    """The tool library with so many tools."""
    data = spec.data()
    extra = [{"tool_id": f"X-{n}", "name": f"Tool {n}", "category": "garden", "deposit": 10, "status": "available"} for n in range(count)]
    data["rows"]["Tool"] += extra
    return WorldSpec.model_validate(data)


def measure(count: int) -> dict[str, float]:
    """Microseconds at so many rows."""
    spec = grown(load_mock("tool_library"), count)
    world = spec.start(1)
    lend = {"member_id": "M-301", "tool_id": "T-113", "days": 3}
    base = median_us(lambda: copy.deepcopy(spec.rows), times=1, rounds=3)
    fork = median_us(lambda: world.fork().call("renew_loan", {"loan_id": "LN-7001"}), times=300)
    return {
        "fork_write_digest_us": fork,
        "deepcopy_of_the_rows_us": base,
        "ratio": round(base / fork, 1),
        "get_us": median_us(lambda: world.call("get_tool", {"tool_id": "T-113"}), times=2000),
        "lend_with_5_requirements_us": median_us(lambda: world.fork().call("lend_tool", lend), times=300),
        "indexed_find_us": median_us(lambda: world.call("list_reservations", {"member_id": "M-301"}), times=1000),
    }


show({str(count): measure(count) for count in (100, 100_000)})
