"""Pages of a list in every spelling of paging, and lists of tools that have none."""

from __future__ import annotations

from gem_sim.worlds.compiler.build.acts import Act
from gem_sim.worlds.compiler.build.names import parts, plain
from gem_sim.worlds.compiler.build.rows import loop
from gem_sim.worlds.compiler.build.shapes import Source, answered

_SIZES = (
    "limit",
    "size",
    "per",
    "count",
    "max",
    "top",
    "take",
    "rows",
    "first",
    "num",
    "n",
    "maximum",
    "results",
    "display",
    "topn",
    "pagesize",
    "perpage",
    "maxresults",
    "number",
)
_OFFSETS = ("offset", "skip", "start", "startat", "startindex", "startfrom", "firstresult", "first_result", "pagestart", "startposition")
_PAGES = ("page", "pageno", "pagenumber", "pagenum", "pageindex", "p", "currentpage", "pagenr")
_CURSORS = ("cursor", "token", "after", "next", "marker", "continuation", "pagination", "bookmark", "scroll")
PLACES = ("cursor", "offset", "page")
"""What says where a page begins."""
_NO_WAY = "way_on_"
"""Stands for where the next page begins, to see whether answers say it."""
_PAGE = 10


def kind_of(act: Act, name: str) -> str:
    """What a paging parameter says: size, offset, page or cursor; nothing where it is none of these."""
    spelled, words = plain(name), set(parts(name))
    if spelled in _OFFSETS or "offset" in words or "skip" in words:
        return "offset"
    if spelled in _PAGES:
        return "page" if act.type(name) in ("integer", "number") or str(act.properties[name].get("default")).isdigit() else "cursor"
    if words & set(_CURSORS) or any(mark in spelled for mark in ("cursor", "pagetoken", "paginationid", "lastid", "nexttoken")):
        return "cursor"
    if act.type(name) in ("integer", "number") or spelled in ("limit", "pagesize", "perpage"):
        if spelled == "from":
            return "offset"
        return "size" if words & set(_SIZES) or spelled in _SIZES else ""
    return "size" if spelled in _SIZES and act.type(name) in ("string", "") else ""


def turns_of(act: Act) -> dict[str, str]:
    """What says how pages are turned, `size`, `offset`, `page` or `cursor`, to the parameter that says it; the others change nothing."""
    found: dict[str, str] = {}
    alone = any(name in act.required and held == act.entity.key and act.type(name) != "array" for name, held in {**act.homes, **act.columns}.items())
    for name in act.properties:
        if act.role(name) == "paging" and act.properties[name].get("multipleOf", 1) not in (0, 1):
            act.unused[name] = "it steps over more rows than there are"
        elif act.role(name) == "paging" and kind_of(act, name) == "size" and act.properties[name].get("minimum", 0) >= _PAGE:
            act.unused[name] = "no page has as many rows as it asks for at least"
        elif act.role(name) == "paging" and alone:
            act.unused[name] = "no more than one row has the key that is asked for"
        elif act.role(name) == "paging":
            kind = kind_of(act, name)
            if kind in found or not kind:
                act.unused[name] = "pages are asked for by another parameter" if kind in found else "paging that makes no difference to rows"
            else:
                found[kind] = name
    for extra in [kind for kind in PLACES if kind in found][1:]:
        act.unused[found.pop(extra)] = "pages are asked for by another parameter"
    form = answered(act, Source(None, "rows_", following=_NO_WAY)) if "cursor" in found else None
    if form is not None and _NO_WAY not in form:
        name = found.pop("cursor")
        if plain(name) in _PAGES:
            found["page"] = name  # a caller can count
        else:
            act.unused[name] = "answers have no place to say where the next page begins"
    return found


def paged(act: Act, rows: str, found: dict[str, str], shown: str | None, picks: str | None) -> tuple[str, dict[str, str]]:
    """The answer of a list, and the names in `let` that it uses.

    `found` says how pages are turned, `shown` is a row as it is shown, `picks` the parameter that says its fields.
    """
    x = loop(act)
    if picks is not None:
        rows = f"[{_picked(act, picks, x)} for {x} in {rows}]"
    elif shown is not None:
        rows = f"[{shown} for {x} in {rows}]"
    answer, more = _by_page(act, rows, found) if "page" in found else _by_place(act, rows, found)
    page = _free("answer_", act)
    source = Source(None, f"{page}.items", f"{page}.total", f"{page}.{_onward(act, found)}")
    form = answered(act, source) if picks is None else None
    return (answer, more) if form is None else (form, {**more, page: answer})


def _onward(act: Act, found: dict[str, str]) -> str:
    """Under which name a page says how to go on."""
    if "page" in found:
        return "next_page"
    return "next_offset" if "offset" in found and act.type(found["offset"]) not in ("string", "") else "next_cursor"


def _free(name: str, act: Act) -> str:
    """A name for `let` that no parameter has."""
    return name if name not in act.taken else f"{name}of_list_"


def _by_place(act: Act, rows: str, found: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A page from a place in the list on, and what the next call has to say, in the type of its parameter."""
    size = act.said(found["size"]) if "size" in found else "None"
    name = found.get("cursor") or found.get("offset")
    if name is None:
        return f"page({rows}, {size})", {}
    said = act.said(name)
    if act.type(name) in ("string", ""):
        return f"page({rows}, {size}, {said})", {}
    page = _free("page_", act)
    following = f"None if {page}.next_cursor is None else number({page}.next_cursor)"
    answer = f"{{'items': {page}.items, 'total': {page}.total, {_onward(act, found)!r}: {following}}}"
    return answer, {page: f"page({rows}, {size}, None if {said} is None else text({said}))"}


def _by_page(act: Act, rows: str, found: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A page by its number: as many rows as a page has, however wide they are, so that none falls between two pages."""
    about, said = act.properties[found["page"]], act.said(found["page"])
    base = 0 if about.get("minimum") == 0 or about.get("default") in (0, "0") else 1
    texts = act.type(found["page"]) == "string"
    size = str(_PAGE)
    if "size" in found:
        asked = act.said(found["size"])
        number = f"number({asked})" if act.type(found["size"]) in ("string", "") else f"floor({asked})"
        size = f"{_PAGE} if {asked} is None else max(1, min({_PAGE}, {number}))"
    all_, many, at = _free("found_", act), _free("size_", act), _free("at_", act)
    asked = f"(None if {said} is None else number({said}))" if texts else said
    lets = {all_: rows, many: size, at: f"max({base}, floor(default({asked}, {base}))) - {base}"}
    following = f"{f'text({at} + {base + 1})' if texts else f'{at} + {base + 1}'} if ({at} + 1) * {many} < len({all_}) else None"
    return f"{{'items': {all_}[{at} * {many}:({at} + 1) * {many}], 'total': len({all_}), 'next_page': {following}}}", lets


def _picked(act: Act, picks: str, x: str) -> str:
    """A row with the key and the fields that a call asks for."""
    said = act.said(picks)
    wanted = said if act.type(picks) == "array" else f"split({said}, ',')"
    return f"({x} if {said} is None else object([pair_ for pair_ in pairs({x}) if pair_[0] == {act.entity.key!r} or pair_[0] in {wanted}]))"
