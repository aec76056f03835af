"""Two people change one form of a message: what each of them changed stays."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mixroom.plan.channels import Channel
from mixroom.plan.merging import held_by, merged

WORDS = st.text('ab é\n\\"', max_size=4)
NAMES = ("title", "text_fr", "text_en", "due", "owner")
OWN = [("x", "fr"), ("x", "en"), ("site", "fr")]
KEYS = ["p1", "p2", "p3"]
PICTURES = st.fixed_dictionaries(
    {
        "alt": st.fixed_dictionaries({"fr": WORDS, "en": WORDS}),
        "credit": WORDS,
        "focus": st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=2, max_size=2),
    }
)
FORMS = st.fixed_dictionaries(
    {
        **dict.fromkeys(NAMES, WORDS),
        "channels": st.sets(st.sampled_from([each.value for each in Channel])).map(sorted),
        "submissions": st.sets(st.sampled_from(["s1", "s2", "s3"])).map(sorted),
        "own": st.dictionaries(st.sampled_from(OWN), WORDS),
        "pictures": st.dictionaries(st.sampled_from(KEYS), PICTURES).map(
            lambda found: [{"media": key, **found[key]} for key in sorted(found)]
        ),
    }
)


def alike(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form, without the order of what has none."""
    return fields | {
        "channels": sorted(fields["channels"]),
        "submissions": sorted(fields["submissions"]),
        "pictures": {each["media"]: each for each in fields["pictures"]},
    }


def as_sent(held: dict[str, Any]) -> dict[str, Any]:
    """Return what a form held as it comes back from a browser."""
    back: dict[str, Any] = json.loads(json.dumps(held))
    return back


@given(FORMS, FORMS)
def test_whoever_changed_nothing_gets_what_is_saved(
    first: dict[str, Any], saved: dict[str, Any]
) -> None:
    assert alike(merged(first, saved, as_sent(held_by(first)))[0]) == alike(saved)


@given(FORMS, FORMS)
def test_where_nobody_else_changed_anything_all_is_as_it_was_typed(
    first: dict[str, Any], typed: dict[str, Any]
) -> None:
    there = {each["media"] for each in first["pictures"]}
    typed["pictures"] = [each for each in typed["pictures"] if each["media"] in there]
    assert alike(merged(typed, first, as_sent(held_by(first)))[0]) == alike(typed)


@given(FORMS, FORMS, FORMS, st.sets(st.sampled_from([*NAMES, "channels", "submissions", "own"])))
def test_two_who_change_other_fields_both_keep_theirs(
    first: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], changed: set[str]
) -> None:
    typed = {name: (mine if name in changed else first)[name] for name in first}
    saved = {name: (first if name in changed else theirs)[name] for name in first}
    both = {name: (mine if name in changed else theirs)[name] for name in first}
    found, clashes = merged(typed, saved, as_sent(held_by(first)))
    assert (alike(found), clashes) == (alike(both), {})


@given(FORMS, st.sampled_from(NAMES), WORDS, WORDS)
def test_of_a_field_that_both_changed_they_see_the_others_beside_their_own(
    first: dict[str, Any], name: str, ours: str, other: str
) -> None:
    found, clashes = merged(first | {name: ours}, first | {name: other}, as_sent(held_by(first)))
    if len({first[name], ours, other}) == 3:
        assert (found[name], clashes) == (ours, {name: other})
    else:
        assert clashes == {}


@given(FORMS, FORMS)
def test_a_form_that_does_not_say_what_it_held_counts_as_typed(
    typed: dict[str, Any], saved: dict[str, Any]
) -> None:
    typed["pictures"] = saved["pictures"]
    assert alike(merged(typed, saved, None)[0]) == alike(typed)


@given(FORMS, FORMS, FORMS)
def test_nothing_is_said_about_a_picture_that_the_form_does_not_show(
    first: dict[str, Any], typed: dict[str, Any], saved: dict[str, Any]
) -> None:
    found, clashes = merged(typed, saved, as_sent(held_by(first)))
    of_pictures = ("alt_fr", "alt_en", "credit", "focus")
    said = {name.split(":")[1] for name in clashes if name.split(":")[0] in of_pictures}
    assert said <= {each["media"] for each in found["pictures"]}
