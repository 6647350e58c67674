"""What the constructs of a tool mean: names that cannot be computed, error texts, loops over pairs, trees, optional filters, matches."""

from typing import Any

import pytest
from builders import one_tool, world_data
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.errors import SpecError
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.world import World

NOT_A: dict[str, Any] = {"that": "a is not None", "code": "missing", "error": "No a"}


def value(expression: str, **arguments: Any) -> Any:
    result = one_tool(expression).call("t", arguments)
    assert result.ok, result.error
    return result.value


class TestNamesThatCannotBeComputed:
    def test_they_are_null_until_the_requirements_have_spoken(self) -> None:
        world = one_tool("half", let={"half": "a / 2"}, require=[NOT_A])
        assert world.call("t", {}).error == {"code": "missing", "message": "No a"}
        assert world.call("t", {"a": 3}).value == 1.5

    def test_they_end_the_call_once_all_requirements_hold(self) -> None:
        world = one_tool("1", let={"half": "a / 2"}, require=[{"that": "half is None", "code": "x", "error": "x"}])
        assert world.call("t", {}).error == {"code": "unprocessable", "message": "/: expected two numbers, got NoneType and int"}

    def test_the_first_of_several_is_the_error(self) -> None:
        assert "lower" in (one_tool("1", let={"p": "lower(5)", "q": "p / 2"}).call("t", {}).error or {})["message"]

    def test_a_look_up_fails_at_once(self) -> None:
        assert one_tool("1", let={"card": "Card(a)"}, require=[NOT_A]).call("t", {}).outcome == "not_found"

    def test_nothing_is_written(self) -> None:
        world = one_tool("1", let={"half": "a / 2"}, do=[{"set": {"session.user": "'changed'"}}])
        before = (world.digest, world.dump())
        assert not world.call("t", {}).ok
        assert (world.digest, world.dump()) == before

    def test_a_null_that_was_computed_is_no_failure(self) -> None:
        assert one_tool("[p]", let={"p": "a.b.c"}).call("t", {}).value == [None]


class TestErrorTexts:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("No {a}", "No x"),
            ("{{a}} {a}", "{a} x"),
            ("{{{a}}}", "{x}"),
            ("{b}", '[1,"y",null]'),
            ("{1 + 1} of {len(b)}", "2 of 3"),
            ("{c}", "null"),
            ("{True}", "true"),
            ("{Card('c1').code}: {a if b else c}", "k1: x"),
            ("{'a' + a}", "ax"),
            ("plain", "plain"),
            ("", ""),
            ("{session}", '{"user":"u1"}'),
        ],
    )
    def test_what_is_in_braces_is_computed(self, text: str, said: str) -> None:
        world = one_tool(require=[{"that": "False", "code": "x", "error": text}])
        assert world.call("t", {"a": "x", "b": [1, "y", None]}).error == {"code": "x", "message": said}

    def test_names_of_let_are_in_reach_and_rows_are_shown_whole(self) -> None:
        world = one_tool(let={"card": "Card('c1')"}, require=[{"that": "False", "code": "x", "error": "{card.x} {omit(card, 'balance', 'status')}"}])
        assert (world.call("t", {}).error or {})["message"] == '1 {"card_id":"c1","code":"k1","x":1}'


class TestLoopsOverPairs:
    def test_the_row_of_each_pair_is_written(self) -> None:
        world = one_tool("[c.x for c in find(Card)]", do=[{"for": "card, n in zip(find(Card), a)", "set": {"card.x": "n"}}])
        assert world.call("t", {"a": [7, 8]}).value == [7, 8]

    def test_the_shorter_list_ends_the_loop(self) -> None:
        world = one_tool("[c.x for c in find(Card)]", do=[{"for": "card, n in zip(find(Card), a)", "set": {"card.x": "n"}}])
        assert world.call("t", {"a": [7]}).value == [7, 2]

    def test_two_rows_can_be_written_from_each_other(self) -> None:
        swap = {"for": "p, q in zip(find(Card), [Card('c2'), Card('c1')])", "set": {"p.x": "q.x"}}
        assert one_tool("[c.x for c in find(Card)]", do=[swap]).call("t", {}).value == [2, 1]

    def test_a_value_of_a_pair_is_no_row(self) -> None:
        with pytest.raises(SpecError, match="'n' is not known to be a row"):
            one_tool(do=[{"for": "card, n in zip(find(Card), a)", "set": {"n.x": "1"}}])

    def test_names_end_with_their_write(self) -> None:
        with pytest.raises(SpecError, match="unknown name 'n'"):
            one_tool("n", do=[{"for": "card, n in zip(find(Card), a)", "set": {"card.x": "n"}}])

    def test_three_lists_go_side_by_side(self) -> None:
        insert = {"for": "i, x, y in zip(a, b, c)", "if": "x > 0", "insert": {"Card": {"card_id": "i", "x": "x", "code": "y"}}}
        assert one_tool("count(Card)", do=[insert]).call("t", {"a": ["p", "q", "r"], "b": [1, 0, 2], "c": ["k", "l", "m"]}).value == 4


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("find(Card)", 2),
        ("find(Card)[:1]", 1),
        ("find(Card)[1:] + find(Card)[:1]", 2),
        ("[Card('c2')]", 1),
        ("sort(find(Card), by='-x')", 2),
        ("search(find(Card), 'k2')", 1),
        ("[c for c in find(Card) if c.x > 1]", 1),
        ("[first([c for c in find(Card) if c.card_id == n]) for n in ['c2']]", 1),
        ("match(find(Card), 'x', [2])", 1),
        ("filter(Card, x=None, code='k2')", 1),
        ("[c for c in [Card('c1')] + find(Card, x=2)]", 2),
        ("[find(Card)[n] for n in [1]]", 1),
        ("below(Card, x='none')", 0),
    ],
)
def test_a_list_that_is_known_to_hold_rows_can_be_written(source: str, rows: int) -> None:
    result = one_tool(let={"chosen": source}, do=[{"for": "row in chosen", "set": {"row.x": "9"}}]).call("t", {})
    assert result.ok, result.error
    assert len(result.diff) == rows


@pytest.mark.parametrize(
    "source", ["a", "[1]", "[omit(c, 'x') for c in find(Card)]", "pairs(Card('c1'))", "[Card('c1'), 1]", "flat([find(Card)])", "zip(find(Card), a)"]
)
def test_any_other_list_cannot(source: str) -> None:
    with pytest.raises(SpecError, match="not known to be a row"):
        one_tool(let={"chosen": source}, do=[{"for": "row in chosen", "set": {"row.x": "9"}}])


class TestOptionalFilters:
    @pytest.mark.parametrize(
        ("arguments", "found"), [({}, ["c1", "c2"]), ({"a": 1}, ["c1"]), ({"a": 1, "b": "k2"}, []), ({"b": "k2"}, ["c2"]), ({"a": False}, [])]
    )
    def test_a_condition_without_a_value_is_left_out(self, arguments: dict[str, Any], found: list[str]) -> None:
        assert value("[c.card_id for c in filter(Card, x=a, code=b)]", **arguments) == found

    def test_find_takes_null_at_its_word(self) -> None:
        assert value("[len(find(Card, x=a)), len(find(Card, balance=a))]") == [0, 2]


def tree(parents: dict[str, str | None]) -> World:
    entities = {"Node": {"key": "id", "fields": {"id": {}, "up": {"ref": "Node"}}}}
    about = {"description": "", "parameters": {"type": "object", "properties": {"a": {}}}, "return": "[n.id for n in below(Node, up=a)]"}
    rows = {"Node": [{"id": name, "up": parent} for name, parent in parents.items()]}
    return parse_world(world_data(entities=entities, tools={"t": about}, rows=rows), "tree").start()


def below(parents: dict[str, str | None], start: str | None, seen: set[str]) -> list[str]:
    """Depth first, each row once."""
    found = []
    fresh = [name for name, parent in parents.items() if parent == start and name not in seen]
    seen.update(fresh)
    for name in fresh:
        found += [name, *below(parents, name, seen)]
    return found


class TestTrees:
    def test_rows_come_before_those_below_them_in_their_order(self) -> None:
        world = tree({"root": None, "b": "root", "a": "root", "b2": "b", "b1": "b", "deep": "b1", "other": None})
        assert world.call("t", {"a": "root"}).value == ["b", "b2", "b1", "deep", "a"]
        assert world.call("t", {"a": "deep"}).value == []

    @pytest.mark.parametrize(("parents", "found"), [({"a": "a"}, ["a"]), ({"a": "b", "b": "a"}, ["b", "a"]), ({"a": "c", "b": "a", "c": "b"}, ["b", "c", "a"])])
    def test_a_circle_is_gone_round_once(self, parents: dict[str, str | None], found: list[str]) -> None:
        assert tree(parents).call("t", {"a": "a"}).value == found

    @given(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdef")), st.none() | st.sampled_from("abcdef"))
    def test_any_tree_or_tangle_is_walked_through_once(self, parents: dict[str, str | None], start: str | None) -> None:
        assert tree(parents).call("t", {"a": start}).value == below(parents, start, set())


class TestMatches:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [([2], [1]), ([1, 1], [0, 2]), ([1, 1, 1], [0, 2, None]), ([9], [None]), ([], []), ([True], [None]), ([2, 1], [1, 0]), ([None], [3]), ([1.0], [0])],
    )
    def test_each_element_is_given_once_in_the_order_of_what_is_wanted(self, wanted: list[Any], found: list[int | None]) -> None:
        items = [{"at": 0, "k": 1}, {"at": 1, "k": 2}, {"at": 2, "k": 1}, {"at": 3}]
        assert value("[m.at for m in match(a, 'k', b)]", a=items, b=wanted) == found

    def test_what_is_no_object_has_no_field(self) -> None:
        assert value("match([1, 'x', None, {'k': 1}], 'k', [1])") == [{"k": 1}]


class TestStreams:
    def test_a_stream_goes_on_with_calls_that_work(self) -> None:
        world = one_tool("draw('pin', 1, 1000000)", require=[NOT_A], do=[{"set": {"session.user": "a"}}])
        first = world.call("t", {"a": 1}).value
        fork = world.fork()
        assert not fork.call("t", {}).ok
        assert world.call("t", {"a": 1}).value == fork.call("t", {"a": 1}).value != first

    def test_streams_of_other_names_and_seeds_are_others(self) -> None:
        drawn = {one_tool(f"draw('{name}', 1, 1000000)", seed=seed).call("t", {}).value for name in ("p", "q") for seed in range(3)}
        assert len(drawn) == 6

    def test_a_dump_keeps_the_place_in_the_stream(self) -> None:
        world = one_tool("draw('pin', 1, 1000000)", do=[{"set": {"session.user": "a"}}])
        world.call("t", {"a": 1})
        assert world.spec.load(world.dump()).call("t", {"a": 1}) == world.call("t", {"a": 1})


def test_a_stretch_of_a_text_or_list_is_cut_as_in_python() -> None:
    assert value("[a[1:3], a[:-1], a[5:], b[1:], b[:1], c[1:2], a[-1], b[9]]", a="abcd", b=[1, 2]) == ["bc", "abc", "", [2], [1], None, "d", None]


def test_the_same_in_two_calls_is_paid_for_in_each() -> None:
    world = one_tool("len([x for x in b for y in b])")
    assert [world.call("t", {"b": list(range(900))}).ok for _ in range(3)] == [True, True, True]
