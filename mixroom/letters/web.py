"""The lead's pages of letters, and the page on which anyone unsubscribes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.ids import is_id
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.speech import say
from mixroom.core.text import LANGS, N_
from mixroom.crew.asking import member
from mixroom.letters import actions, queries
from mixroom.letters.composing import html, plain
from mixroom.letters.items import letter_items
from mixroom.letters.live import OUTBOX_VIEW
from mixroom.letters.model import EDITABLE, SHOWN, Letter, Move, Wording
from mixroom.web.declaration import letter_templates, parts
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event, saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.touched import shown_again

RATE = "60/minute"
MAX_MAILTO = 6000  # characters of an address that mail programs still take
# The preview may style itself, and do nothing else.
PREVIEW = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
FAULTS: Mapping[str, str] = {
    "no_server": N_("No mail server is set up: send it by hand."),
    "unreachable": N_("The mail server cannot be reached."),
    "timeout": N_("The mail server does not answer."),
    "tls": N_("The connection to the mail server is not secure: its certificate is not accepted."),
    "sign_in": N_("The mail server refuses the user name or the password."),
    "broken": N_("The connection broke off."),
    "later": N_("The mail server asked to try again later."),
    "refused": N_("The mail server refused it for good."),
    "unsubscribed": N_("The person wants no letters of this kind."),
    "gone": N_("The person was removed."),
}
WORDS = ("subject_fr", "body_fr", "subject_en", "body_en")  # as in Wording
web = Blueprint("letters", __name__)


def _page(refused: dict[str, Any] | None = None) -> str:
    by, asked = member(), request.args
    show, search = _shown(asked.get("show", "")), asked.get("q", "")[:80]
    found = queries.outbox(by, SHOWN.get(show, ()), search, _before())
    return render_template(
        "letters/letters.html",
        letters=letter_items(found.letters),
        older=urlencode({"show": show, "q": search, "before": found.older}) if found.older else "",
        chosen=found.chosen,
        show=show,
        search=search,
        view=PageView(live_list(OUTBOX_VIEW, by.event_id)),
        titles=_titles(),
        faults=FAULTS,
        by_hand=parts().settings.smtp_url is None,
        moved=_count("moved"),
        left=_count("left"),
        refused=refused,
    )


@web.get("/letters")
def letters() -> str:
    """Show the outbox."""
    return _page()


@web.post("/letters/moves")
@show_form_again(_page)
def move_some() -> Response:
    """Make a move with the letters that are ticked, or with all that the list has."""
    by, form = member(), request.form
    by.must("letter.edit")
    show, search, how, at = _shown(form.get("show", "")), form.get("q", "")[:80], _how(), _at()
    if how is Move.AGAIN:
        raise InvalidError("how", "unknown")  # what may have arrived is decided one by one
    if form.get("all"):
        done = actions.move_found(by, SHOWN.get(show, ()), search, how, at=at)
    else:
        done = actions.move_some(by, form.getlist("letters"), how, at=at)
    told = {"show": show, "q": search, "moved": done.made, "left": done.left}
    return _to(f"/letters?{urlencode(told)}")


@web.post("/letters/settings")
@show_form_again(_page)
def choose() -> Response:
    """Set whether letters wait for a lead, and where answers go."""
    form = request.form
    actions.choose(member(), hold=form.get("hold") == "1", reply_to=form.get("reply_to", ""))
    return saved_at("/letters")


def _letter_page(key: str, refused: dict[str, Any] | None = None) -> str:
    letter, settings = queries.letter(member(), key), parts().settings
    text = plain(letter, settings.base_url)
    form = {"email": letter.to.email, "subject": letter.subject, "body": letter.body}
    if letter.state in EDITABLE:
        refused = shown_again(refused, f"/letters/{key}/words", form)
    return render_template(
        "letters/letter.html",
        letter=letter,
        may_move=[how.value for how in Move if letter.may(how)],
        text=text,
        form=form,
        mailto=_mailto(letter, text),
        title=_titles().get(letter.template, letter.template),
        faults=FAULTS,
        by_hand=settings.smtp_url is None,
        refused=refused,
    )


@web.get("/letters/<key>")
def letter(key: str) -> str:
    """Show a letter as it goes, and what can be done with it."""
    return _letter_page(key)


@web.get("/letters/<key>/html")
def preview(key: str) -> Response:
    """Show the letter as mail programs do."""
    found = queries.letter(member(), key)
    event = current_event()
    text = html(found, parts().settings.base_url, event.name[found.to.lang])
    return make_response(text, {"Content-Security-Policy": PREVIEW})


@web.post("/letters/<key>/moves")
@show_form_again(lambda refused: _letter_page(_key(), refused))
def move(key: str) -> Response:
    """Make a move with a letter; after one was sent by hand, show the next."""
    by, how = member(), _how()
    actions.move(by, key, how, at=_at())
    if how is Move.BY_HAND and (following := queries.next_held(by, key)):
        return _to(f"/letters/{following}")
    return _to(f"/letters/{key}")


@web.post("/letters/<key>/words")
@show_form_again(lambda refused: _letter_page(_key(), refused))
def edit(key: str) -> Response:
    """Change the words of a letter, or the address that it goes to."""
    form = request.form
    actions.edit(
        member(),
        key,
        email=form.get("email", ""),
        subject=form.get("subject", ""),
        body=form.get("body", ""),
        seen=form.get("seen"),
    )
    return _to(f"/letters/{key}")


@web.get("/letters/templates")
def templates() -> str:
    """Show the kinds of letters."""
    edited = queries.wordings(member())
    found = sorted(letter_templates().values(), key=lambda each: say(g.lang, each.title))
    subjects = {each.name: say(g.lang, each.subject) for each in found}
    return render_template(
        "letters/templates.html", templates=found, subjects=subjects, edited=edited
    )


def _template_page(refused: dict[str, Any] | None = None) -> str:
    template = _template()
    own = queries.wording(member(), template.name)
    words = own or _usual(template)
    form = {name: getattr(words, name) for name in WORDS}
    return render_template(
        "letters/template.html",
        template=template,
        own=own,
        form=form,
        refused=shown_again(refused, f"/letters/templates/{template.name}", form),
    )


@web.get("/letters/templates/<name>")
def template(name: str) -> str:
    """Show the words of a kind of letters, in both languages."""
    del name  # the page reads it
    return _template_page()


@web.post("/letters/templates/<name>")
@show_form_again(_template_page)
def set_wording(name: str) -> Response:
    """Change the words of a kind of letters."""
    form, by = request.form, member()
    by.must("letter.edit")
    words = Wording(*(form.get(each, "") for each in WORDS))
    actions.set_wording(by, _template(), words, form.get("seen"))
    return _to(f"/letters/templates/{name}?saved=1")


@web.post("/letters/templates/<name>/usual")
def put_back(name: str) -> Response:
    """Use the usual words again."""
    by = member()
    by.must("letter.edit")
    actions.put_back(by, _template())
    return _to(f"/letters/templates/{name}")


@web.get("/u/<token>")
def unsubscribing(token: str) -> str:
    """Show what unsubscribing means; nothing changes yet, since mail programs open links."""
    _, event, done = queries.by_token(token)
    return render_template("letters/unsubscribe.html", token=token, about=event, done=done)


@web.post("/u/<token>")
@limiter.limit(RATE)
def unsubscribe(token: str) -> str:
    """Unsubscribe, from the page or by a mail program's button (RFC 8058)."""
    actions.unsubscribe(token)
    return unsubscribing(token)


@web.post("/u/<token>/again")
@limiter.limit(RATE)
def subscribe_again(token: str) -> Response:
    """Get such letters again."""
    actions.subscribe_again(token)
    return _to(f"/u/{token}")


def _key() -> str:
    return str((request.view_args or {})["key"])


def _template() -> LetterTemplate:
    found = letter_templates().get((request.view_args or {})["name"])
    if found is None:
        raise NotFoundError
    return found


def _usual(template: LetterTemplate) -> Wording:
    subjects = [say(lang, template.subject) for lang in LANGS]
    bodies = [say(lang, template.body) for lang in LANGS]
    return Wording(subjects[0], bodies[0], subjects[1], bodies[1])


def _titles() -> dict[str, str]:
    return {name: say(g.lang, each.title) for name, each in letter_templates().items()}


def _how() -> Move:
    how = request.form.get("how", "")
    if how not in list(Move):
        raise InvalidError("how", "unknown")
    return Move(how)


def _at() -> datetime | None:
    """Return the typed time, which is by the museum's clock."""
    typed = request.form.get("at", "")
    if not typed or request.form.get("how") != Move.SCHEDULE:
        return None
    try:
        local = datetime.fromisoformat(typed).replace(tzinfo=current_event().zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidError("at", "malformed") from error


def _before() -> str:
    before = request.args.get("before", "")
    if before and not is_id(before):
        raise NotFoundError(before)
    return before


def _shown(name: str) -> str:
    return name if name in SHOWN else ""


def _count(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None  # noqa: PLR2004


def _mailto(letter: Letter, text: str) -> str:
    """Return the address that opens the letter in a mail program, or "" if it would be too long."""
    lines = text.replace("\n", "\r\n")
    address = f"mailto:{quote(letter.to.email)}?subject={quote(letter.subject)}&body={quote(lines)}"
    return address if letter.to.email and len(address) <= MAX_MAILTO else ""


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))
