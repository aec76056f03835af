"""Text in two languages (`Bilingual`), and the mark for texts of the interface."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, Lang] = ("fr", "en")


def other(lang: Lang) -> Lang:
    """Return the other language."""
    return "en" if lang == "fr" else "fr"


def N_(message: str) -> str:  # noqa: N802  the name that gettext's extractors look for
    """Mark an interface text for translation; the web layer translates it."""
    return message


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A person's text in French, in English or in both; a missing side is None."""

    fr: str | None = None
    en: str | None = None

    @classmethod
    def of(cls, fr: str | None = None, en: str | None = None) -> "Bilingual":
        """Return the text trimmed, with an empty side as None."""
        return cls((fr or "").strip() or None, (en or "").strip() or None)

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def __getitem__(self, lang: str) -> str:
        """Return the text in a language, or in the other one if that is missing."""
        return (self.en or self.fr or "") if lang == "en" else (self.fr or self.en or "")

    def longest(self) -> int:
        """Return the length, in characters, of the longer side."""
        return max(len(self.fr or ""), len(self.en or ""))

    def as_dict(self) -> dict[str, str | None]:
        """Return the text as the API's JSON."""
        return {"fr": self.fr, "en": self.en}
