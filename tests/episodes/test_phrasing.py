"""How beats become messages."""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jinja2 import UndefinedError

from gem_sim import assets, prompts
from gem_sim.episodes.offline import VOICES
from gem_sim.episodes.phrasing.details import detail
from gem_sim.episodes.phrasing.facts import prepared
from gem_sim.episodes.phrasing.patterns import OneOf, Part, files, patterns
from gem_sim.episodes.phrasing.repetition import compressibility, repeated_sentences
from gem_sim.episodes.phrasing.speaker import Speaker, tone_of
from gem_sim.episodes.phrasing.wishes import smooth
from gem_sim.episodes.play import play
from gem_sim.episodes.provenance import Ledger
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.errors import InputError
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, Scenario
from gem_sim.scenarios.wording import in_words, said_forms
from gem_sim.worlds.spec import WorldSpec

WISH = in_words("renew my loan for Jigsaw")
OTHER = in_words("cancel the order called Rain jacket")
ASK = in_words("find out the due of my loan for Jigsaw") | {"ask": "what is the due of my loan for Jigsaw"}
GIVEN = {
    "pickup date": "21 April 2026", "days": "8", "reason": "no longer needed", "gift wrap": "yes", "damaged": "no", "member": "Ana Ferreira",
    "amount eur": "20.50", "display name": "Weekly slack", "note": "Please ring at the door of the neighbours.", "start time": "17:30",
    "email": "ana@example.org", "contact": "the email of my record", "category": "garden", "number of guests": "3", "order code": "PUR-79430",
    "weight kg": "2.5", "rating": "4", "valid until": "3 May 2026", "notify customer": "yes",
}  # fmt: skip
ERROR = "The loan is overdue. Only an open loan can be renewed."
USER: dict[str, list[dict[str, Any]]] = {
    "open": [{"who": {}, "wish": WISH, "given": {}}, {"who": {"name": "Ana Ferreira", "email": "ana@example.org"}, "wish": OTHER, "given": GIVEN},
             {"who": {}, "wish": ASK, "given": {}, "also": [{"wish": OTHER, "given": GIVEN}, {"wish": ASK, "given": {}}]}],
    "next": [{"wish": WISH, "given": {}}, {"wish": OTHER, "given": GIVEN, "since": "the loan is due on 21 April", "believed": {"due": "22 April 2026"}},
             {"who": {}, "wish": ASK, "given": {}}],
    "tell": [{"given": {name: value}} for name, value in GIVEN.items()] + [{"given": GIVEN}],
    "identify": [{"who": {"name": "Ana Ferreira"}}, {"who": {"email": "ana@example.org", "member id": "M-301", "birth date": "3 May 1990"}}],
    "rather": [{"wish": None, "given": {"days": "8"}, "dropped": []}, {"wish": OTHER, "given": GIVEN, "dropped": ["note", "days"]}],
    "instead": [{"wish": None, "given": {name: value}, "dropped": []} for name, value in GIVEN.items()] + [{"wish": OTHER, "given": {}, "dropped": []},
                {"wish": None, "given": {}, "dropped": ["note"]}],
    "pick": [{"thing": "Jigsaw"}, {"thing": "due 21 April 2026"}],
    **{act: [{}] for act in ("agree", "decline", "corrected", "do_step", "step_done", "close")},
}  # fmt: skip
ASSISTANT: dict[str, list[dict[str, Any]]] = {
    "ask": [{"missing": ["days"]}, {"missing": ["pickup date", "days", "note"]}],
    "ask_who": [{"fields": ["name"]}, {"fields": ["name", "email", "birth date"]}],
    "which": [{"thing": "my loan", "options": ["due 21 April 2026", "due 3 May 2026"]},
              {"thing": "the tool", "options": ["Jigsaw", "Step ladder"]}],
    "confirm": [{"wish": WISH, "given": {}, "final": False}, {"wish": OTHER, "given": GIVEN, "final": True}],
    "done": [{"wish": WISH, "results": {}}, {"wish": OTHER, "results": {"loan id": "LN-7", "due": "21 April 2026", "status": "open", "renewals": "1"}},
             {"wish": ASK, "results": GIVEN}],
    "answer": [{"field": "due", "thing": "my loan", "value": "21 April 2026"}, {"field": "status", "thing": "the tool called Jigsaw", "value": "on loan"}],
    "total": [{"what": "the total deposit of my loans", "value": "70", "parts": []},
              {"what": "the highest renewals of my loans", "value": "2", "parts": [["Jigsaw", "2"], ["Saw", "1"]]}],
    "explain": [{"error": ERROR, "wish": WISH}],
    "correct": [{"thing": "my loan", "field": "due", "said": "21 April 2026", "right": "3 May 2026"}],
    "cannot": [{"wish": in_words("print the papers for the loan")}],
    "dropped": [{"wish": WISH}],
    "ask_step": [{"error": ERROR, "wish": WISH, "given": {}}, {"error": ERROR, "wish": OTHER, "given": GIVEN}],
    "farewell": [{}],
}  # fmt: skip
CALLING = ("look_up", "look_on", "try", "do")
TONES = [tone for tone in prompts.lists("offline/persona") if tone]
BROKEN = re.compile(
    r"[{}\[\]|*]|\s\s|\s[.,;?!]|[,;:][.,;:]|\?\.|\(\s|^[\s,.]|\bNone (?!of)"
    r"|\b(?:the|an?) (?:the|an?|my|your)\b|\b(the|an?|is|to|of|and|with|for|in|that|it|I|please)\s\1\b"
)
"""Marks left over, spaces and marks in the wrong place, two articles, words said twice."""
SAMPLES = 12


def draws(act: str, role: str, facts: dict[str, Any]) -> list[str]:
    """The texts of an act by every tone, from several episodes and several times in each."""
    found = []
    for tone in TONES if role == "user" else VOICES:
        for number in range(SAMPLES):
            speaker = Speaker(f"{number}/{act}", role, tone)
            found += [speaker.say(act, at, facts, "2026") for at in range(4)]
    return found


@pytest.mark.parametrize(("role", "act"), [("user", act) for act in USER] + [("assistant", act) for act in ASSISTANT])
def test_every_act_reads_well_with_few_facts_and_with_many(role: str, act: str) -> None:
    for facts in (USER if role == "user" else ASSISTANT)[act]:
        for text in draws(act, role, facts):
            assert text
            assert not BROKEN.search(text.replace("...", "")), text


@pytest.mark.parametrize("act", CALLING)
def test_texts_before_calls_are_mostly_empty(act: str) -> None:
    said = draws(act, "assistant", {"tool": "find members"})
    assert 0.5 < said.count("") / len(said) < 0.9
    assert len(set(said)) > 10


@pytest.mark.parametrize("act", ["open", "next", "tell", "instead", "rather", "identify"])
def test_no_value_is_lost(act: str) -> None:
    for facts in USER[act]:
        values = [*facts.get("given", {}).items(), *facts.get("who", {}).items()]
        for text in draws(act, "user", facts):
            for name, value in values:
                forms = [name] if value in ("yes", "no") else said_forms(value, "2026")
                assert any(form.lower().rstrip(".") in text.lower() for form in forms), (name, text)


@pytest.mark.parametrize("act", ["done", "answer", "total", "correct"])
def test_what_the_assistant_tells_stands_there_literally(act: str) -> None:
    for facts in ASSISTANT[act][:2]:
        values = [facts[name] for name in ("value", "right") if name in facts] + list(facts.get("results", {}).values())
        assert all(value.lower() in text.lower() for text in draws(act, "assistant", facts) for value in values)


def test_the_assistant_speaks_of_the_users_things() -> None:
    texts = draws("explain", "assistant", {"error": "No.", "wish": WISH})
    assert any("your" in text for text in texts)
    assert not any(re.search(r"\bmy\b", text) for text in texts)


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (assets.folder("prompts") / "offline").glob("*.md") if path.stem not in ("system", "persona", "beyond", "own"))
)
def test_every_part_that_a_phrasing_names_is_there(name: str) -> None:
    waiting = [name]
    for key in waiting:
        nodes = [node for pattern in patterns(key) for node in pattern.nodes]
        for node in nodes:
            if isinstance(node, OneOf):
                nodes += [inner for option in node.options for inner in option]
            elif isinstance(node, Part) and node.key not in waiting:
                waiting.append(node.key)
    assert {f"offline/{key.partition('#')[0]}" for key in waiting} <= set(files(name))


def test_a_record_names_all_files_it_was_worded_with(library: WorldSpec) -> None:
    stamped = run_episode(library, seed=1).prompts
    assert {"offline/open", "offline/parts/request", "offline/parts/tail", "offline/system"} <= stamped.keys()
    assert stamped["offline/parts/tail"] == prompts.digest("offline/parts/tail")


def test_patterns_come_again_only_when_all_are_used_up() -> None:
    count = len(patterns("agree"))
    speaker = Speaker("s", "user", "calm")
    fitting = sum(not one.tones or "calm" in one.tones for one in patterns("agree"))
    for at in range(fitting):
        speaker.say("agree", at, {})
    assert len(speaker._used["agree"]) == fitting < count
    speaker.say("agree", fitting, {})
    assert len(speaker._used["agree"]) == 1


def test_the_same_name_gives_the_same_words_and_another_name_others() -> None:
    def words(name: str) -> list[str]:
        speaker = Speaker(name, "user", "formal")
        return [speaker.say("next", at, USER["next"][1], "2026") for at in range(6)]

    assert words("one") == words("one")
    assert words("one") != words("other")


def test_the_tone_is_that_of_the_manner() -> None:
    assert tone_of(prompts.lists("offline/persona")["annoyed"][0]) == "annoyed"
    assert tone_of("a very formal person") == "formal"
    assert tone_of("likes cats") == "plain"


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        Speaker("s", "user", "plain").say("tell", 0, {})


def test_an_act_without_phrasing_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"prompts/offline/sing\.md: no such prompt"):
        Speaker("s", "user", "plain").say("sing", 0, {})


def test_template_marks_in_values_stay_as_they_are() -> None:
    text = Speaker("s", "assistant", "plain").say("explain", 0, {"error": "{{ 7 * 7 }} [a|b] {hello}", "wish": WISH})
    assert "{{ 7 * 7 }} [a|b] {hello}" in text


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("date", "21 April 2026", "day"), ("pickup date", "21 April 2026", "date"), ("due", "21 April 2026", "due"),
        ("valid until", "21 April 2026", "until"), ("time", "17:30", "clock"), ("days", "8", "duration"), ("duration minutes", "30", "span"),
        ("weight kg", "2.5", "span"), ("guests", "3", "count"), ("number of guests", "3", "count"), ("deposit", "20", "amount"),
        ("price usd", "20", "amount"), ("rating", "4", "number"), ("gift wrap", "yes", "extra_on"), ("is damaged", "no", "mark_off"),
        ("send receipt", "yes", "switch_on"), ("reason", "lost", "because"), ("reason", "too much noise", "reason"), ("name", "Maple", "called"),
        ("display name", "Maple", "label"), ("member", "Ana Ferreira", "person"), ("tool", "Jigsaw", "thing"),
        ("contact", "the email of my record", "reference"), ("email", "ana@example.org", "email"), ("order code", "PUR-1", "id"),
        ("colour", "blue", "option"), ("note", "Ring at the front door.", "note"), ("status", "open", "state"), ("query", "Omar", "query"),
        ("limit", "7", "limit"),
    ],
)  # fmt: skip
def test_details_are_recognised_for_what_they_are(name: str, value: str, kind: str) -> None:
    assert detail(name, value).kind == kind


def test_numbers_are_said_with_their_units() -> None:
    assert [detail(name, value).value for name, value in [("days", "1"), ("price usd", "20"), ("weight kg", "2.5"), ("guest count", "3")]] == [
        "1 day",
        "20 USD",
        "2.5 kg",
        "3 guests",
    ]


def test_a_detail_that_is_the_thing_itself_is_said_as_the_thing() -> None:
    known = prepared({"wish": in_words("reserve a tool"), "given": {"tool": "Jigsaw", "days": "3"}}, "assistant", Random(0))  # noqa: S311
    assert (known["do"], known["object"], [part.name for part in known["given"]]) == ("reserve the tool Jigsaw", "the tool Jigsaw", ["number of days"])


def test_stiff_words_are_smoothed() -> None:
    said = {
        "renew my loan with due 9 April 2026": "renew my loan due 9 April 2026",
        "cancel my visit with start date 9 April 2026": "cancel my visit with the start date 9 April 2026",
        "find out the highest renewals of my loans": "find out the highest number of renewals of my loans",
    }
    assert [smooth(text) for text in said] == list(said.values())


def origin(text: str, today: str, value: Any) -> str:
    ledger = Ledger()
    ledger.add(0, {"role": "system", "content": f"Today is {today}. Use the tools."})
    ledger.add(1, {"role": "user", "content": text})
    return ledger.origins({"when": value}, {})["when"].source


@pytest.mark.parametrize("said", ["21 April 2026", "April 21, 2026", "the 21st of April 2026", "21 April", "April 21", "the 21st of April", "April 21st"])
def test_dates_are_traced_in_the_forms_people_have_for_them(said: str) -> None:
    assert origin(f"Make it {said}, please.", "2026-03-02", "2026-04-21") == "user"
    assert origin(f"Make it {said}, please.", "2026-03-02", "2026-04-22") == "none"
    assert origin(f"Make it {said}, please.", "2025-03-02", "2026-04-21") == ("user" if "2026" in said else "none")


def test_a_date_with_a_time_is_traced() -> None:
    assert origin("At best 21 April 2026 at 10:30.", "2026-03-02", "2026-04-21T10:30:00") == "user"


@pytest.fixture(scope="module")
def worded(library: WorldSpec, scenarios: list[Scenario]) -> list[Episode]:
    return [run_episode(library, seed=scenario.seed, scenario=scenario) for scenario in scenarios]


def test_all_values_stay_traceable(worded: list[Episode]) -> None:
    assert [episode.outcome for episode in worded] == ["accepted"] * len(worded)


def test_messages_of_many_episodes_are_not_alike(worded: list[Episode]) -> None:
    share, sentence = repeated_sentences(worded)[0]
    assert share <= 0.25, sentence
    assert compressibility(worded) <= 3.1


def test_words_depend_on_no_turn(library: WorldSpec, scenarios: list[Scenario]) -> None:
    one, other = (play(EpisodeSettings(spec=library, scenario=scenarios[4])) for _ in range(2))
    assert [message["content"] for message in one] == [message["content"] for message in other]


def test_the_benchmark_prints_its_figures() -> None:
    script = Path(__file__).resolve().parents[2] / "benchmarks" / "phrasing.py"
    if not script.is_file():
        pytest.skip("the benchmarks are not in the wheel")
    done = subprocess.run([sys.executable, script, "--episodes", "2"], capture_output=True, text=True, check=True)
    assert {"highest_share", "zlib_ratio", "ms_per_46_messages"} <= json.loads(done.stdout).keys()
