"""A letter as it goes over the line: plain text and HTML in one message, with its headers."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import quote

from mixroom.core.speech import say
from mixroom.core.text import N_
from mixroom.letters.model import Letter

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»]")
INK, PAPER, SOFT, LINE = "#121212", "#fffefb", "#5d5a54", "#cfcabf"
FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
POLICY = SMTP.clone(cte_type="7bit", utf8=False)
FOLD = "\r\n "


def message(
    letter: Letter, *, sender: str, reply_to: str | None, base_url: str, event: str, now: datetime
) -> str:
    """Return the message for the mail server, in ASCII, with CRLF; `sender` is checked.

    The Message-ID is always the same, so that a second try is the same letter.
    """
    name, address = parseaddr(sender)
    found = EmailMessage(POLICY)
    found["Date"] = format_datetime(now)
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(plain(letter, base_url), cte="quoted-printable")
    found.add_alternative(html(letter, base_url, event), "html", cte="quoted-printable")
    # EmailMessage folds what it should not, and loses spaces between two encoded words.
    exact = [
        f"From: {_mailbox(name, address)}",
        f"To: {_mailbox(letter.to.name, letter.to.email)}",
        f"Subject: {_words(letter.subject, 'Subject')}",
        f"Message-ID: <{letter.message_id}@{address.rpartition('@')[2]}>",
    ]
    if reply_to:
        exact.append(f"Reply-To: {reply_to}")
    if letter.optional:
        exact.append(f"List-Unsubscribe: <{unsubscribe_url(letter, base_url)}>")
        exact.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "\r\n".join([*exact, found.as_bytes().decode("ascii")])


def unsubscribe_url(letter: Letter, base_url: str) -> str:
    """Return the address at which the addressee of an optional letter unsubscribes."""
    return quote(f"{base_url}/u/{letter.token}", safe=":/[]%")


def plain(letter: Letter, base_url: str) -> str:
    """Return the letter as plain text, with the way to unsubscribe from an optional one."""
    if not letter.optional:
        return f"{letter.body}\n"
    return f"{letter.body}\n\n-- \n{_farewell(letter)}\n{unsubscribe_url(letter, base_url)}\n"


def html(letter: Letter, base_url: str, event: str) -> str:
    """Return the letter as HTML, styled as mail programs need it: in each element."""
    parts, lang = "".join(_blocks(letter)), letter.to.lang
    small = f"margin:32px 0 0;padding-top:12px;border-top:1px solid {LINE};color:{SOFT};"
    if letter.optional:
        url = escape(unsubscribe_url(letter, base_url), quote=True)
        parts += (
            f'<p style="{small}font-size:14px">{escape(_farewell(letter))} '
            f'<a href="{url}" style="color:{SOFT}">{escape(say(lang, UNSUBSCRIBE))}</a></p>'
        )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(letter.subject)}</title></head>"
        f'<body style="margin:0;background:{PAPER};color:{INK}">'
        '<div style="max-width:560px;margin:0 auto;padding:24px 20px 40px;'
        f'font:16px/1.5 {FONTS};overflow-wrap:break-word">'
        f'<p style="margin:0 0 24px;padding-bottom:8px;border-bottom:3px solid {INK};'
        f'font-weight:700">{escape(event)}</p>{parts}</div></body></html>'
    )


FAREWELL = N_("You get this because you are on the team. You need not.")
UNSUBSCRIBE = N_("Get no more of these")
OPEN = N_("Open")


def _blocks(letter: Letter) -> Iterator[str]:
    """Yield each paragraph; an address alone on its line becomes a button, and stays readable."""
    for block in re.split(r"\n\s*\n", letter.body):
        lines: list[str] = []
        for line in block.split("\n"):
            if LINK.fullmatch(line.strip()):
                yield from _paragraph(lines)
                lines = []
                yield _button(line.strip(), letter)
            else:
                lines.append(_linked(line))
        yield from _paragraph(lines)


def _paragraph(lines: list[str]) -> Iterator[str]:
    if lines:
        yield f'<p style="margin:0 0 16px">{"<br>".join(lines)}</p>'


def _button(url: str, letter: Letter) -> str:
    href, label = escape(url, quote=True), escape(say(letter.to.lang, OPEN))
    return (
        f'<p style="margin:24px 0"><a href="{href}" style="display:inline-block;padding:12px 24px;'
        f'background:{INK};color:{PAPER};font-weight:700;text-decoration:none">{label}</a><br>'
        f'<a href="{href}" style="color:{SOFT};font-size:13px;word-break:break-all">{href}</a></p>'
    )


def _linked(line: str) -> str:
    parts, at = [], 0
    for found in LINK.finditer(line):
        url = escape(found[0], quote=True)
        parts += [
            escape(line[at : found.start()]),
            f'<a href="{url}" style="color:{INK}">{url}</a>',
        ]
        at = found.end()
    return "".join([*parts, escape(line[at:])])


def _farewell(letter: Letter) -> str:
    return say(letter.to.lang, FAREWELL)


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if _is_plain(name):
        name = re.sub(r'(["\\])', r"\\\1", name)
        return f'"{name}"{FOLD}<{address}>'
    return f"{_words(name, 'To')}{FOLD}<{address}>"


def _words(text: str, header: str) -> str:
    """Return a text for a header, in encoded words (RFC 2047) where it needs them, folded."""
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, header_name=header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Return whether a text needs no encoded words, and could not be taken for one."""
    return text.isascii() and "=?" not in text
