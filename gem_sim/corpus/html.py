"""The main text of an HTML page as plain lines with light markup. Knows tags, not meanings."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

DROPPED = [
    "nav",
    "header",
    "footer",
    "aside",
    "script",
    "style",
    "form",
    "noscript",
    "template",
    "iframe",
    "svg",
    "button",
    "select",
    "input",
    "textarea",
    "head",
]
BLOCKS = frozenset(
    ["p", "div", "section", "article", "main", "ul", "ol", "table", "blockquote", "pre", "figure", "dl", "dt", "dd", "address", "details", "summary"]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}


def main_text(html: str) -> tuple[str, str]:
    """Title and text: headings as `#`, list items as `-` or `1.`, table rows as `| a | b |`."""
    soup = BeautifulSoup(html, "lxml")
    title = _flat(soup.title) if soup.title else ""
    found = soup.find("main") or soup.find("article")
    root = found if isinstance(found, Tag) else soup.body or soup
    for tag in root.find_all(DROPPED):
        tag.decompose()
    lines: list[str] = []
    _write(root, lines)
    return title, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n" if any(line.strip() for line in lines) else ""


def _flat(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split()) if tag.find(True) is None else " ".join(tag.get_text().split())


def _write(root: Tag, lines: list[str]) -> None:
    """Walks with an own stack: pages may nest deeper than Python does."""
    inline: list[str] = []
    stack: list[tuple[str, object]] = [("node", root)]
    while stack:
        what, node = stack.pop()
        if what == "end":
            _flush(inline, lines, blank=True)
        elif isinstance(node, Comment):
            continue
        elif isinstance(node, NavigableString):
            inline.append(str(node))
        elif isinstance(node, Tag):
            _write_tag(node, lines, inline, stack)
    _flush(inline, lines, blank=True)


def _write_tag(tag: Tag, lines: list[str], inline: list[str], stack: list[tuple[str, object]]) -> None:
    if tag.name in HEADINGS:
        _flush(inline, lines, blank=True)
        if heading := _flat(tag):
            lines.extend([f"{'#' * HEADINGS[tag.name]} {heading}", ""])
    elif tag.name == "tr":
        _flush(inline, lines, blank=False)
        cells = [_flat(cell) for cell in tag.find_all(["td", "th"], recursive=False)]
        if any(cells):
            lines.append("| " + " | ".join(cells) + " |")
    elif tag.name == "br":
        inline.append("\n")
    else:
        if tag.name == "li":
            _flush(inline, lines, blank=False)
            inline.append(_marker(tag))
        elif tag.name in BLOCKS:
            if not _only_marker(inline):
                _flush(inline, lines, blank=True)
            stack.append(("end", None))
        stack.extend(("node", child) for child in reversed(tag.contents))


def _only_marker(inline: list[str]) -> bool:
    """A paragraph that opens a list item stays on the line of its marker."""
    return bool(re.fullmatch(r"\s*(-|\d+\.)\s*", "".join(inline)))


def _marker(item: Tag) -> str:
    depth = sum(1 for parent in item.parents if parent.name in ("ul", "ol"))
    parent = item.parent
    indent = "   " * max(0, depth - 1)
    if parent is None or parent.name != "ol":
        return f"{indent}- "
    return f"{indent}{1 + sum(1 for _ in item.find_previous_siblings('li'))}. "


def _flush(inline: list[str], lines: list[str], *, blank: bool) -> None:
    text = "" if _only_marker(inline) else "".join(inline)
    inline.clear()
    indent = re.match(r" *(?=(-|\d+\.) )", text)
    flat = [" ".join(line.split()) for line in text.split("\n")] if "\n" not in text.strip() else [" ".join(text.split())]
    body = [line for line in flat if line]
    if body:
        body[0] = (indent.group() if indent else "") + body[0]
        lines.extend(body)
    if blank and lines and lines[-1]:
        lines.append("")
