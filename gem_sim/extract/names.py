"""From noun phrases to entity names. Knows how often a text says which words together."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from gem_sim.extract.lexicon import nouns, states, verbs
from gem_sim.extract.phrases import Noun, tokens
from gem_sim.extract.structure import Block
from gem_sim.grammar import singular


class Names:
    """From noun phrases to entity names: compounds where the text mostly says them, plain heads otherwise."""

    def __init__(self, blocks: list[Block]) -> None:
        self.counts: Counter[str] = Counter()
        for block in blocks:
            for sentence in block.sentences:
                words = [singular(word.lower().replace("-", "")) for word in tokens(sentence.text)]
                self.counts.update(words)
                self.counts.update("_".join(pair) for pair in pairwise(words))
                self.counts.update("_".join(three) for three in zip(words, words[1:], words[2:], strict=False))
        self._compound: dict[str, str] = {}

    def of(self, noun: Noun) -> str:
        """The entity name of a noun phrase, or nothing where it cannot be one."""
        head = noun.head
        if not head or not head.isascii() or not head.replace("-", "").isalpha() or len(head) < 3:
            return ""
        verb = verbs().get(head)
        if head in nouns("attributes") or head in states() or (verb and not verb.also_noun):
            return ""
        blocked = head in nouns("ui") or head in nouns("vague")
        if blocked and head not in nouns("soft"):
            return ""
        return self._named(head, noun.modifiers)

    def _named(self, head: str, modifiers: tuple[str, ...]) -> str:
        own = [word for word in modifiers if word.isalpha()]
        if own and self.counts[f"{own[-1]}_{head}"] >= max(2, 0.3 * self.counts[head]):
            pair = f"{own[-1]}_{head}"
            if len(own) > 1 and self.counts[f"{own[-2]}_{pair}"] >= max(2, 0.6 * self.counts[pair]):
                pair = f"{own[-2]}_{pair}"
            self._compound.setdefault(head, pair)
            return pair
        return head

    def settled(self, name: str) -> str:
        """A plain head joins its compound where the text mostly uses that."""
        pair = self._compound.get(name, "")
        return pair if pair and self.counts[pair] >= 0.5 * self.counts[name] else name
