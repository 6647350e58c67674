"""Words of names and texts, verbs in several languages, and what a description says first."""

import pytest

from gem_sim.worlds.compiler.reading.nouns import counted
from gem_sim.worlds.compiler.reading.texts import said, told_apart
from gem_sim.worlds.compiler.reading.verbs import spoken, verb
from gem_sim.worlds.compiler.reading.words import lexicon, words


@pytest.mark.parametrize("name", ["listOpenKites2", "list_open-kites-2", "ListOpenKites 2", "LIST_OPEN_KITES_2"])
def test_a_name_has_the_same_words_however_it_is_written(name: str) -> None:
    assert words(name) == ("list", "open", "kites", "2")


def test_a_plural_of_capitals_is_one_word() -> None:
    assert words("getKiteIDs") == ("get", "kite", "ids")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("deletes", "delete"),
        ("creating", "create"),
        ("supprime", "delete"),
        ("Ajouter", "create"),
        ("actualizar", "update"),
        ("löschen", "delete"),
        ("aggiorna", "update"),
        ("resend", "update"),
        ("удалить", "delete"),
    ],
)
def test_verbs_are_known_in_their_forms_and_in_other_languages(word: str, kind: str) -> None:
    found = verb(word)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("word", ["credit", "activity", "kite", "listener", "12"])
def test_nouns_are_no_verbs(word: str) -> None:
    assert verb(word) is None


def test_a_plural_in_a_name_is_no_verb() -> None:
    assert spoken("orders") is None
    assert spoken("order") is not None


@pytest.mark.parametrize(
    ("text", "kind", "noun", "many"),
    [
        ("Get a list of the open kites of a club.", "read", ("kite",), True),
        ("Returns the details of a kite", "read", ("kite",), False),
        ("This endpoint allows you to remove a kite.", "delete", ("kite",), False),
        ("Use this tool to rename kites", "update", ("kite",), True),
        ("Search for kites by colour", "read", ("kite",), True),
        ("Flight tool for retrieving wind reports.", "read", ("wind", "report"), True),
    ],
)
def test_a_description_says_verb_and_noun(text: str, kind: str, noun: tuple[str, ...], many: bool) -> None:
    about = said(text)
    assert about.verb is not None
    assert (about.verb.kind, about.noun, about.many) == (kind, noun, many)


@pytest.mark.parametrize(("text", "kind"), [("删除一个风筝。", "delete"), ("연 목록을 조회합니다", "read"), ("凧を作成します", "create")])
def test_a_script_without_spaces_has_verbs_too(text: str, kind: str) -> None:
    found = said(text).verb
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("text", ["Orders", "Kite analysis", "", "   ", "!!!"])
def test_a_title_has_no_verb(text: str) -> None:
    assert said(text).verb is None


def test_what_all_descriptions_begin_with_says_nothing_of_a_tool() -> None:
    shared = "Part of the kite club. Tool: "
    assert told_apart([shared + "Add a kite", shared + "Remove a kite", shared + "Mend it"]) == ["Add a kite", "Remove a kite", "Mend it"]


@pytest.mark.parametrize(
    ("noun", "bare", "many"),
    [(("all", "kites"), ("kite",), True), (("kite", "details"), ("kite",), False), (("kite", "list"), ("kite",), True), (("details",), (), False)],
)
def test_words_that_only_say_which_or_how_are_no_part_of_a_noun(noun: tuple[str, ...], bare: tuple[str, ...], many: bool) -> None:
    assert counted(noun) == (bare, many)


@pytest.mark.parametrize("name", ["verbs", "nouns", "roles", "texts"])
def test_word_lists_hold_words(name: str) -> None:
    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for pair in value.items() for part in pair for leaf in leaves(part)]
        return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [value]

    assert {type(leaf) for leaf in leaves(lexicon(name))} == {str}
