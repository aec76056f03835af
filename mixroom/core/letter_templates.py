"""The templates of letters: the words that a feature writes to someone outside, with fields.

A feature only declares its templates. `mixroom/letters/` keeps the letters and sends them, and a
lead may change the words of a template for her event.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELD = re.compile(r"%\((\w*)\)s")


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A kind of letter, which a feature declares.

    `title` names it for leads. `title`, `subject` and `body` are messages of the interface; subject
    and body may contain `%(field)s` for each name in `fields`. The body is plain text, its
    paragraphs divided by an empty line; an address alone on its line becomes a button.

    People can unsubscribe from `optional` letters, such as reminders. A lead who changes the words
    must keep the fields of `needs`. The values of `secrets`, such as a personal link, are struck
    out of the kept letter once it was sent.
    """

    name: str
    title: str
    subject: str
    body: str
    fields: tuple[str, ...]
    optional: bool = False
    needs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def fields_of(text: str) -> set[str]:
    """Return the names of the fields in a text."""
    return set(FIELD.findall(text))


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Return a text with its fields filled in; any other percent sign stands for itself."""
    return FIELD.sub(lambda found: fields[found[1]], text)
