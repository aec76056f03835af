"""Text in two languages: what people write (`Bilingual`), and the mark for interface texts."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, Lang] = ("fr", "en")


def other(lang: Lang) -> Lang:
    """Return the other language."""
    return "en" if lang == "fr" else "fr"


def N_(message: str) -> str:  # noqa: N802  the name that gettext's extractors look for
    """Mark an interface text for translation without translating it: that is done at the edge."""
    return message


@dataclass(frozen=True, slots=True)
class Bilingual:
    """What a person wrote, in French, in English or in both; None where it was not written."""

    fr: str | None = None
    en: str | None = None

    @classmethod
    def of(cls, fr: str | None = None, en: str | None = None) -> "Bilingual":
        """Return the text trimmed, an empty side as None."""
        return cls((fr or "").strip() or None, (en or "").strip() or None)

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def __getitem__(self, lang: str) -> str:
        """Return the text in `lang` or, where that is missing, what there is: the one rule."""
        return (self.en or self.fr or "") if lang == "en" else (self.fr or self.en or "")

    def longest(self) -> int:
        """Return the length, in characters, of the longer side."""
        return max(len(self.fr or ""), len(self.en or ""))

    def as_dict(self) -> dict[str, str | None]:
        """Return the text as the API writes it."""
        return {"fr": self.fr, "en": self.en}
