"""Letters: their states and moves, the words of templates, the message, and the settings."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.contacts import checked_email, checked_telephone, dialled
from mixroom.core.errors import InvalidError
from mixroom.core.letter_templates import LetterTemplate, fields_of, filled
from mixroom.core.speech import say
from mixroom.core.text import LANGS
from mixroom.features import listed
from mixroom.letters.composing import html, message
from mixroom.letters.courier import MailServer
from mixroom.letters.model import (
    MAX_SUBJECT,
    PAUSES,
    STRUCK_OUT,
    Addressee,
    Fault,
    Letter,
    LetterMovedError,
    Move,
    State,
    Wording,
    checked_wording,
    must_fit,
    one_line,
)
from mixroom.settings import SettingError, Settings

NOW = datetime(2026, 11, 7, 14, tzinfo=UTC)
LINK = "https://mixroom.example.org/j#secret"
LETTER = Letter(
    id="1",
    event_id="e",
    key="k",
    template="crew.invite",
    to=Addressee("Chloé Gagnon", "chloe@example.org", "fr"),
    subject="Votre invitation",
    body=f"Bonjour,\n\n{LINK}\n\nÀ bientôt!",
    state=State.WAITING,
    by="lead",
    created_at=NOW,
    message_id="abc",
    secrets=(LINK,),
    next_at=NOW,
    queued_at=NOW,
)
TEMPLATE = LetterTemplate("t", "T", "%(event)s", "%(name)s, %(link)s", ("event", "name", "link"))

STEPS = {
    "send": lambda each: each.queued(NOW, NOW),
    "schedule": lambda each: each.queued(NOW + timedelta(days=1), NOW),
    "hold": Letter.held,
    "cancel": lambda each: each.cancelled(NOW),
    "by hand": lambda each: each.sent_by_hand(NOW),
    "no server": Letter.without_server,
    "take": lambda each: each.taken("lease", NOW),
    "give": lambda each: each.given(NOW),
    "accept": lambda each: each.accepted(NOW, "250 OK"),
    "refuse": lambda each: each.refused(NOW, "550 No such user"),
    "put off": lambda each: each.put_off(NOW, Fault.LATER, "450 Later", 0.5),
    "lose": lambda each: each.lost(NOW),
    "doubt": lambda each: each.doubted(NOW, ""),
    "edit": lambda each: each.edited("c@example.org", "Objet", "Texte", "lead"),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_a_letter_that_may_have_arrived_goes_again_only_by_a_leads_hand(steps: list[str]) -> None:
    letter, given, by_lead = LETTER, False, False
    for step in steps:
        before = letter
        try:
            letter = STEPS[step](letter)
        except LetterMovedError:
            assert letter == before
            continue
        if step == "give":
            given, by_lead = True, False
        if step in {"refuse", "put off"}:
            given = False  # the server said that it has not taken it
        if step in {"send", "schedule"} and before.state is State.UNCERTAIN:
            by_lead = True
        if before.state in {State.SENT, State.CANCELLED}:
            raise AssertionError(f"{before.state} is the end, but {step}")
        if step == "take" and given:
            assert by_lead, "it went again by itself"
        assert (letter.state is State.SENDING) == (letter.lease is not None) or (
            letter.state is State.UNCERTAIN
        )
        assert letter.state is not State.WAITING or letter.next_at is not None
        assert letter.state not in {State.SENT, State.CANCELLED} or LINK not in letter.body


@given(st.integers(0, len(PAUSES) + 3), st.floats(0, 1))
def test_a_letter_is_tried_for_two_days_and_then_waits_for_the_lead(
    times: int, jitter: float
) -> None:
    letter, now = LETTER, NOW
    for _ in range(times):
        if letter.state is not State.WAITING:
            break
        assert letter.next_at is not None
        now = letter.next_at
        letter = letter.taken("lease", now).put_off(now, Fault.LATER, "450", jitter)
    assert (letter.state is State.FAILED) == (times > len(PAUSES))
    assert now - NOW <= timedelta(days=3)
    if letter.state is State.FAILED:
        assert letter.queued(now, now).tries == 0


def test_an_answer_that_comes_late_settles_the_doubt() -> None:
    doubted = LETTER.taken("lease", NOW).given(NOW).lost(NOW)
    assert doubted.state is State.UNCERTAIN
    assert doubted.lease == "lease"
    assert doubted.accepted(NOW, "250").state is State.SENT
    assert LETTER.taken("lease", NOW).lost(NOW).state is State.WAITING


def test_each_move_that_is_offered_can_be_made() -> None:
    acts = {
        Move.SEND: STEPS["send"],
        Move.SCHEDULE: STEPS["schedule"],
        Move.HOLD: STEPS["hold"],
        Move.RELEASE: STEPS["send"],
        Move.CANCEL: STEPS["cancel"],
        Move.BY_HAND: STEPS["by hand"],
        Move.AGAIN: STEPS["send"],
    }
    for state in State:
        letter = replace(LETTER, state=state)
        for move, act in acts.items():
            if letter.may(move):
                act(letter)


def test_secrets_are_struck_out_once_it_has_gone() -> None:
    sent = LETTER.taken("lease", NOW).given(NOW).accepted(NOW, "250 OK")
    assert LINK not in sent.body
    assert STRUCK_OUT in sent.body
    assert sent.secrets == ()
    assert LINK in LETTER.taken("lease", NOW).refused(NOW, "550").body  # it can be tried again


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("body_fr", "%(name)s", "field_missing"),
        ("body_en", "%(link)s %(nmae)s", "field_unknown"),
        ("subject_fr", "%(evnt)s", "field_unknown"),
        ("body_en", "%(link)s %(name)", "field_malformed"),
        ("body_fr", "", "missing"),
        ("subject_en", "x" * 201, "too_long"),
    ],
)
def test_a_leads_words_are_refused_where_they_are_wrong(field: str, value: str, rule: str) -> None:
    template = replace(TEMPLATE, needs=("link",))
    good = Wording("%(event)s", "%(link)s", "%(event)s", "%(link)s: 100 % yours")
    assert checked_wording(template, good) == good
    with pytest.raises(InvalidError) as refused:
        checked_wording(template, replace(good, **{field: value}))
    assert (refused.value.field, refused.value.rule) == (field, rule)


@given(st.text(), st.dictionaries(st.sampled_from(["event", "name"]), st.text(), min_size=2))
def test_fields_are_filled_in_and_nothing_else_changes(text: str, fields: dict[str, str]) -> None:
    assert filled(text.replace("(", "["), fields) == text.replace("(", "[")
    assert filled("a %(name)s % %%b", fields) == f"a {fields['name']} % %%b"
    with pytest.raises(ValueError, match="has the fields"):
        must_fit(TEMPLATE, fields)


def test_every_template_has_its_fields_in_both_languages() -> None:
    for each in listed("letters"):
        for lang in LANGS:
            used = fields_of(say(lang, each.subject)) | fields_of(say(lang, each.body))
            assert used <= set(each.fields), each.name
            assert set(each.needs) | set(each.secrets) <= set(each.fields), each.name
            words = Wording(*[say(lang, part) for part in (each.subject, each.body)] * 2)
            assert checked_wording(each, words), each.name


NAMES = st.text(max_size=80).filter(one_line)


@given(NAMES, NAMES, st.text(max_size=300))
def test_a_message_says_what_was_written_to_whom_and_nothing_more(
    name: str, subject: str, body: str
) -> None:
    name, subject = one_line(name)[:80], one_line(subject)[:MAX_SUBJECT]
    # An encoded word cannot have what is no character; the outbox refuses it before.
    if any("\ud800" <= sign <= "\udfff" for sign in name + subject + body):
        return
    letter = replace(
        LETTER, to=Addressee(name, "c@xn--muse-dpa.ca", "fr"), subject=subject, body=body, token="t"
    )
    text = message(
        letter,
        sender="Musée <m@example.org>",
        reply_to=None,
        base_url="https://mixroom.example.org",
        event="Museomix",
        now=NOW,
    )
    found = email.message_from_string(text, policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage)
    assert set(found.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type"),
    }
    assert [each.addr_spec for each in found["To"].addresses] == ["c@xn--muse-dpa.ca"]
    assert found["Message-ID"] == "<abc@example.org>"
    assert found["List-Unsubscribe"] == "<https://mixroom.example.org/u/t>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found.get_content_type() == "multipart/alternative"
    assert max(map(len, text.split("\r\n"))) <= 998
    assert "\n" not in text.replace("\r\n", "")
    assert _read(text, "Subject") == subject
    assert _read(text, "To").rpartition(" <")[0] == name


def test_a_long_subject_keeps_its_spaces() -> None:
    subject = (
        "Museomix Montréal : été « photo » — équipe 3, accueil à 9 h 30, poste n° 5, Ève et Léa"
    )
    for cut in range(len(subject)):
        letter = replace(LETTER, subject=one_line(subject[cut:] + " " + subject[:cut]))
        text = message(letter, sender="m@d.ca", reply_to=None, base_url="/", event="E", now=NOW)
        assert _read(text, "Subject") == letter.subject


def test_names_in_other_scripts_and_quotes_arrive() -> None:
    for name in ('Chloé "Cléo" Gagnon, photographe', "山田 花子", "محمد", "x" * 80, "Bcc: a@b.ca"):
        letter = replace(LETTER, to=Addressee(one_line(name + "\r\nBcc: z@z.ca"), "c@d.ca", "fr"))
        text = message(
            letter, sender="m@d.ca", reply_to="l@d.ca", base_url="https://d.ca", event="E", now=NOW
        )
        found = email.message_from_string(text)
        assert _read(text, "To") == f"{name} Bcc: z@z.ca <c@d.ca>"
        assert found["Bcc"] is None
        assert found["Reply-To"] == "l@d.ca"


def test_what_people_type_is_no_markup_and_an_address_alone_is_a_button() -> None:
    letter = replace(LETTER, body=f"<script>alert(1)</script> & http://a.example/b.\n\n{LINK}")
    page = html(letter, "https://d.ca", "E <b>")
    assert "<script>" not in page
    assert "E &lt;b&gt;" in page
    assert '<a href="http://a.example/b"' in page
    assert f'<a href="{LINK}" style="display:inline-block' in page
    assert ">Ouvrir</a>" in page


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("chloe@example.org", "chloe@example.org"),
        (" Chloe.Gagnon+mix@EXAMPLE.org ", "Chloe.Gagnon+mix@example.org"),
        ("a@musée.ca", "a@xn--muse-dpa.ca"),
        ("", None),
        ("chloe", None),
        ("chloe@", None),
        ("a b@example.org", None),
        ("a@b@example.org", None),
        ("chloé@example.org", None),
        ("a@example.org\r\nBcc: b@example.org", None),
        ("a@localhost", None),
        (f"{'a' * 65}@example.org", None),
    ],
)
def test_an_address_is_one_that_mail_servers_take(typed: str, address: str | None) -> None:
    if address:
        assert checked_email(typed) == address
        return
    with pytest.raises(InvalidError, match="email"):
        checked_email(typed)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("514 555-0199", "5145550199"),
        ("+1 (514) 555-0199", "+15145550199"),
        ("514.555.0199, poste 12", "5145550199,12"),
        ("12", None),
        ("demain", None),
    ],
)
def test_a_telephone_number_can_be_dialled(typed: str, digits: str | None) -> None:
    if digits:
        assert dialled(checked_telephone(typed)) == digits
        return
    with pytest.raises(InvalidError, match="telephone"):
        checked_telephone(typed)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtps://",
        "smtps://user@mail.example.org",
        "smtp://user:secret@mail.example.org",
        "smtp+starttls://user:secret@mail.example.org:port",
        "smtps://user:secret@mail.example.org/inbox",
    ],
)
def test_a_wrong_mail_server_stops_the_start_with_one_line(url: str, tmp_path: object) -> None:
    env = {
        "MIXROOM_VAR": str(tmp_path),
        "MIXROOM_SMTP_URL": url,
        "MIXROOM_MAIL_FROM": "m@example.org",
    }
    with pytest.raises(SettingError) as refused:
        Settings.from_env(env)
    said = str(refused.value)
    assert said.startswith("MIXROOM_SMTP_URL: ")
    assert "\n" not in said
    assert ":secret@" not in said


def test_the_mail_server_needs_a_sender_and_its_password_may_be_encoded(tmp_path: object) -> None:
    url = "smtp+starttls://m%40example.org:p%3A%40ss@mail.example.org"
    env = {"MIXROOM_VAR": str(tmp_path), "MIXROOM_SMTP_URL": url}
    with pytest.raises(SettingError, match="MIXROOM_MAIL_FROM"):
        Settings.from_env(env)
    for wrong in ("nobody", "a@b.ca\nBcc: c@d.ca", "Name <a@b.ca", "<a@b.ca> x"):
        with pytest.raises(SettingError, match="MIXROOM_MAIL_FROM"):
            Settings.from_env(env | {"MIXROOM_MAIL_FROM": wrong})
    settings = Settings.from_env(env | {"MIXROOM_MAIL_FROM": "Museomix <m@example.org>"})
    assert MailServer.of(settings.smtp_url or "") == MailServer(
        "smtp+starttls", "mail.example.org", 587, "m@example.org", "p:@ss"
    )


def _read(text: str, header: str) -> str:
    """Return a header of a message as its reader sees it, by the parser that follows RFC 2047."""
    raw = email.message_from_string(text)[header].replace("\r\n", "")
    words, of, address = raw.rpartition(" <") if header == "To" else (raw, "", "")
    if of and words.startswith('"'):
        words = re.sub(r"\\(.)", r"\1", words[1:-1])
    else:
        words = str(make_header(decode_header(words)))
    return words + of + address
