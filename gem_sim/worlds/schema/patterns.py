"""Texts that a regular expression matches, for the simple expressions that schemas hold. Bounded in length and work.

What a text cannot be read off (back references, conditions) gives Unsupported; assertions that look ahead or behind are
taken as met, so that whoever asks validates what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

MAX_PATTERN = 1_000
MAX_LENGTH = 3_000
PRINTABLE = "".join(chr(code) for code in range(32, 127))
DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CLASSES = {"d": DIGITS, "w": LETTERS + LETTERS.upper() + DIGITS + "_", "s": " "}
_LITERALS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_EDGES = "bBAZzG"
_PLAIN = LETTERS + DIGITS
_ANY = PRINTABLE.replace("<", "").replace(">", "")


class Unsupported(Exception):
    """The expression holds something that texts cannot be read off."""


@dataclass(frozen=True)
class _Chars:
    """One character out of several."""

    options: str


@dataclass(frozen=True)
class _Repeat:
    """A part several times; `most` None is without an end."""

    part: _Part
    least: int
    most: int | None


@dataclass(frozen=True)
class _Sequence:
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class _Choice:
    options: tuple[_Sequence, ...]


_Part = _Chars | _Repeat | _Sequence | _Choice


def text_for(pattern: str, stream: Random, least: int = 0) -> str:
    """A text that `pattern` matches, near `least` characters or longer where its repetitions allow. Raises Unsupported."""
    if len(pattern) > MAX_PATTERN:
        raise Unsupported("longer than is read")
    return _Writer(stream, least).write(_Reader(pattern).whole())


class _Reader:
    """Reads an expression into parts, one method for each form."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def whole(self) -> _Part:
        made = self.choice(0)
        if self.at < len(self.pattern):
            raise Unsupported(self.pattern[self.at :])
        return made

    def peek(self, ahead: str) -> bool:
        return self.pattern.startswith(ahead, self.at)

    def take(self) -> str:
        if self.at >= len(self.pattern):
            raise Unsupported("ends early")
        self.at += 1
        return self.pattern[self.at - 1]

    def choice(self, depth: int) -> _Part:
        if depth > 40:
            raise Unsupported("nested too deep")
        options = [self.sequence(depth)]
        while self.peek("|"):
            self.take()
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else _Choice(tuple(options))

    def sequence(self, depth: int) -> _Sequence:
        parts: list[_Part] = []
        while self.at < len(self.pattern) and not self.peek("|") and not self.peek(")"):
            part = self.single(depth)
            if part is not None:
                parts.append(self.repeated(part))
        return _Sequence(tuple(parts))

    def single(self, depth: int) -> _Part | None:
        char = self.take()
        if char in "^$":
            return None
        if char == ".":
            return _Chars(_ANY)
        if char == "[":
            return self.bracket()
        if char == "(":
            return self.group(depth)
        return self.escape() if char == "\\" else _Chars(char)

    def group(self, depth: int) -> _Part | None:
        looks = False
        if self.peek("?"):
            looks = self.group_head()
        made = self.choice(depth + 1)
        if self.take() != ")":
            raise Unsupported("group without an end")
        return None if looks else made

    def group_head(self) -> bool:
        """Skip what stands after `(?`; whether the group only looks ahead or behind."""
        for head in ("?:", "?=", "?!", "?<=", "?<!"):
            if self.peek(head):
                self.at += len(head)
                return head != "?:"
        if not self.peek("?<") and not self.peek("?P<"):
            raise Unsupported("group of another kind")
        while self.take() != ">":
            pass
        return False

    def escape(self) -> _Part | None:
        char = self.take()
        if char in _EDGES:
            return None
        return _Chars(self.escaped(char))

    def escaped(self, char: str) -> str:
        """The characters that a backslash and `char` stand for."""
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _CLASSES:
            return "".join(other for other in PRINTABLE if other not in _CLASSES[char.lower()])
        if char in "xu":
            return self.code(2 if char == "x" else 4)
        if char in "pP":
            return self.category()
        if char.isdigit():
            raise Unsupported("back reference")
        return _LITERALS.get(char, char)

    def code(self, digits: int) -> str:
        spelled = self.pattern[self.at : self.at + digits]
        self.at += digits
        try:
            return chr(int(spelled, 16))
        except ValueError:
            raise Unsupported(spelled) from None

    def category(self) -> str:
        """A category of characters, such as `{L}`."""
        name = ""
        if self.peek("{"):
            name = self.pattern[self.at :].partition("}")[0]
            self.at += len(name) + 1
        if "N" in name:
            return DIGITS
        if "L" not in name:
            raise Unsupported(name)
        return LETTERS.upper() if "Lu" in name else LETTERS

    def bracket(self) -> _Chars:
        negated = self.peek("^")
        if negated:
            self.take()
        found: list[str] = []
        while not self.peek("]") or not found:
            found.append(self.span())
        self.take()
        options = "".join(dict.fromkeys("".join(found)))
        if negated:
            options = "".join(char for char in PRINTABLE if char not in options)
        if not options:
            raise Unsupported("no character fits")
        return _Chars(options)

    def span(self) -> str:
        """One character of a bracket, or the characters from one to another."""
        first = self.one()
        if len(first) != 1 or not self.peek("-") or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return first
        self.take()
        last = self.one()
        if len(last) != 1:
            return first + "-" + last
        if not ord(first) <= ord(last):
            raise Unsupported(f"{first}-{last}")
        return "".join(chr(code) for code in range(ord(first), min(ord(last), ord(first) + 255) + 1))

    def one(self) -> str:
        char = self.take()
        if char != "\\":
            return char
        char = self.take()
        return "\b" if char == "b" else self.escaped(char)

    def repeated(self, part: _Part) -> _Part:
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        char = self.pattern[self.at : self.at + 1]
        if char in bounds:
            self.take()
            least, most = bounds[char]
        elif char == "{" and (found := self.braces()):
            least, most = found
        else:
            return part
        if self.peek("?") or self.peek("+"):
            self.take()
        return self.repeated(_Repeat(part, least, most))

    def braces(self) -> tuple[int, int | None] | None:
        """`{2}`, `{2,}`, `{,5}`, `{2,5}`; None for a brace that stands for itself."""
        inner, end, _ = self.pattern[self.at + 1 :].partition("}")
        low, comma, high = inner.partition(",")
        if not end or not (low.isdigit() or (comma and not low)) or (high and not high.isdigit()) or len(inner) > 15:
            return None
        self.at += len(inner) + 2
        least = int(low or 0)
        return least, (int(high) if high else None) if comma else least


class _Writer:
    """Writes a text for parts; repetitions run on while the text is shorter than wanted."""

    def __init__(self, stream: Random, least: int) -> None:
        self.stream = stream
        self.least = least
        self.text: list[str] = []
        self.steps = 0

    def write(self, part: _Part) -> str:
        self.add(part)
        return "".join(self.text)

    def add(self, part: _Part) -> None:
        self.steps += 1
        if len(self.text) > MAX_LENGTH or self.steps > 4 * MAX_LENGTH:
            raise Unsupported("the text would be too long")
        if isinstance(part, _Chars):
            self.text.append(self.character(part.options))
        elif isinstance(part, _Sequence):
            for inner in part.parts:
                self.add(inner)
        elif isinstance(part, _Choice):
            self.add(self.stream.choice(part.options))
        else:
            self.repeat(part)

    def character(self, options: str) -> str:
        """Letters and digits before anything else: what people type."""
        if len(options) > 12:
            options = "".join(char for char in _PLAIN if char in options) or options
        return self.stream.choice(options)

    def repeat(self, part: _Repeat) -> None:
        usual = part.least + self.stream.randint(0, 3) if part.least < 4 else part.least
        count = min(usual, part.most) if part.most is not None else usual
        done = 0
        while done < count or (len(self.text) < self.least and (part.most is None or done < part.most)):
            before = len(self.text)
            self.add(part.part)
            done += 1
            if done >= count and len(self.text) == before:
                return
