"""Translation of interface texts: English is in the code, French in `translations/fr`.

Each feature has a small catalogue of its own.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from mixroom.core.text import LANGS, Bilingual

FOLDER = Path(__file__).resolve().parent.parent / "translations"


@cache
def translations(lang: str) -> NullTranslations:
    """Return the catalogue of a language, for gettext and Jinja."""
    merged = Catalog(locale=lang)
    for path in sorted((FOLDER / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def say(lang: str, message: str, **facts: object) -> str:
    """Translate a message, with `facts` for its placeholders."""
    text = translations(lang).ugettext(message)
    return text % facts if facts else text


def both(message: str, **facts: object) -> Bilingual:
    """Translate a message into both languages."""
    fr, en = (say(lang, message, **facts) for lang in LANGS)
    return Bilingual(fr, en)
