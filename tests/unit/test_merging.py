"""Two people change one form: what each of them changed stays, text by text and box by box."""

import json
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.merging import merged

WORDS = st.text('ab é\n\\"', max_size=4)
TEXTS = ("title", "brief", "due")
BOXES = ("channels", "pieces")
CHOSEN = st.lists(st.sampled_from("xyz"), unique=True)
FORMS = st.fixed_dictionaries({**dict.fromkeys(TEXTS, WORDS), **dict.fromkeys(BOXES, CHOSEN)})
Form = dict[str, Any]
ODD = st.recursive(st.none() | st.integers() | WORDS, lambda each: st.lists(each) | st.just({}))


def as_sent(form: Form) -> Form:
    """Return what a form held as it comes back from a browser, which sends lines in its own way."""
    back: Form = json.loads(json.dumps(form))
    return {
        name: text.replace("\n", "\r\n") if isinstance(text, str) else text
        for name, text in back.items()
    }


@given(FORMS, FORMS)
def test_whoever_changed_nothing_gets_what_is_saved(first: Form, saved: Form) -> None:
    both = merged(as_sent(first), saved, first)
    assert (both.fields, both.theirs, both.has_theirs) == (saved, {}, first != saved)


@given(FORMS, FORMS)
def test_where_nobody_else_changed_anything_all_is_as_it_was_typed(
    first: Form, typed: Form
) -> None:
    both = merged(typed, first, first)
    assert (both.fields, both.theirs, both.has_theirs) == (typed, {}, False)


@given(FORMS, FORMS, FORMS, st.sets(st.sampled_from([*TEXTS, *BOXES])))
def test_two_who_change_other_fields_both_keep_theirs(
    first: Form, mine: Form, theirs: Form, changed: set[str]
) -> None:
    typed = {name: (mine if name in changed else first)[name] for name in first}
    saved = {name: (first if name in changed else theirs)[name] for name in first}
    both = merged(typed, saved, first)
    expected = {name: (mine if name in changed else theirs)[name] for name in first}
    assert (both.fields, both.theirs) == (expected, {})


@given(FORMS, st.sampled_from(TEXTS), WORDS, WORDS)
def test_of_a_text_that_both_changed_they_see_the_others_beside_their_own(
    first: Form, name: str, mine: str, other: str
) -> None:
    both = merged(first | {name: mine}, first | {name: other}, first)
    if len({first[name], mine, other}) == 3:
        assert (both.fields[name], both.theirs) == (mine, {name: other})
    else:
        assert both.theirs == {}


@given(CHOSEN, CHOSEN, CHOSEN)
def test_each_box_is_as_the_one_who_changed_it_left_it(
    first: list[str], mine: list[str], other: list[str]
) -> None:
    both = merged({"boxes": mine}, {"boxes": other}, {"boxes": first})
    mine_changed, theirs_changed = set(first) ^ set(mine), set(first) ^ set(other)
    assert set(both.fields["boxes"]) == set(first) ^ mine_changed ^ (theirs_changed - mine_changed)
    assert both.theirs == {}, "of two states, both chose the same"


@given(FORMS, FORMS, st.dictionaries(st.sampled_from([*TEXTS, *BOXES]), ODD))
def test_a_form_that_says_nonsense_about_what_it_held_keeps_what_was_typed(
    typed: Form, saved: Form, held: Form
) -> None:
    both = merged(typed, saved, held)
    for name in TEXTS:
        assert both.fields[name] == typed[name] or typed[name] in ("", held.get(name))


@given(FORMS, FORMS, st.sampled_from(TEXTS))
def test_a_field_that_was_not_sent_was_not_changed(first: Form, saved: Form, name: str) -> None:
    sent = {each: text for each, text in first.items() if each != name}
    assert merged(sent, saved, first).fields == saved


def test_a_form_of_very_many_boxes_takes_no_time() -> None:
    many: Form = {"pieces": [str(n) for n in range(20_000)]}
    began = time.process_time()
    both = merged(many, {"pieces": []}, {"pieces": [*reversed(many["pieces"])]})
    assert time.process_time() - began < 1
    assert both.fields == {"pieces": []}
