"""What is sent: words and photos, what is said of each photo, and the rules they keep to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.text import LANGS, Bilingual, Lang, other

LONGEST_TEXT = 2000
LONGEST_ALT = 500
LONGEST_LABEL = 120
MOST_TAGS = 10
MOST_PHOTOS = 10
CAPTION_ON_THE_WALL = 280  # read in an item's time; the rooms of the screens may allow less


class Kind(StrEnum):
    """What was sent."""

    POST = "post"
    QUOTE = "quote"
    PHOTO = "photo"
    VIDEO = "video"


class Consent(StrEnum):
    """Whether the people in a photo agree to be shown."""

    CLEARED = "cleared"
    PENDING = "pending"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class Purpose(StrEnum):
    """What a photo may be used for."""

    WALL = "wall"
    WEB = "web"
    PRESS = "press"
    SPONSORS = "sponsors"


AGREED = frozenset({Consent.CLEARED, Consent.NOT_NEEDED})
USUAL = frozenset({Purpose.WALL, Purpose.WEB, Purpose.PRESS})  # what people agree to when asked


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reviewer knows of a photo: for what it is cleared, who and what is in it."""

    cleared_for: frozenset[Purpose] = USUAL
    minors: bool = False
    no_photo: bool = False
    artwork: str | None = None
    licence: str | None = None

    def allows(self, purpose: Purpose) -> bool:
        """Say whether it may be used so: nothing is, where someone wears the "no photo" badge."""
        return purpose in self.cleared_for and not self.no_photo


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said of one of several photos; `consent` is None where it is that of all."""

    id: str
    caption: Bilingual = Bilingual()
    alt: Bilingual = Bilingual()
    consent: Consent | None = None
    rights: Rights | None = None

    def __bool__(self) -> bool:
        return bool(self.caption or self.alt or self.consent or self.rights)


@dataclass(frozen=True, slots=True)
class Content:
    """What an author writes; `team` and `place` are kept by name, as they were called then.

    `media` are the photos in their order; `pieces` has what is said of single ones.
    """

    kind: Kind
    text: Bilingual = Bilingual()
    alt: Bilingual = Bilingual()
    credit: str | None = None
    team: Bilingual | None = None
    place: Bilingual | None = None
    tags: tuple[str, ...] = ()
    consent: Consent = Consent.PENDING
    media: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def piece(self, media_id: str) -> Piece:
        """Return what is said of one of the photos."""
        return next((each for each in self.pieces if each.id == media_id), Piece(media_id))

    def words(self) -> dict[str, Bilingual]:
        """Return all that is written in words by its part: `text`, `alt`, and of single photos."""
        parts = {"text": self.text, "alt": self.alt}
        for piece in self.pieces:
            parts |= {f"{piece.id}.caption": piece.caption, f"{piece.id}.alt": piece.alt}
        return {part: words for part, words in parts.items() if words}

    def side(self, lang: Lang) -> dict[str, str]:
        """Return what it says in a language, by its parts."""
        said = {part: getattr(words, lang) for part, words in self.words().items()}
        return {part: words for part, words in said.items() if words}

    def missing(self) -> Lang | None:
        """Return the language that a part lacks while it has the other; the text's comes first."""
        for words in self.words().values():
            for lang in LANGS:
                if not getattr(words, lang) and getattr(words, other(lang)):
                    return lang
        return None

    def with_side(self, lang: Lang, said: Mapping[str, str]) -> "Content":
        """Return the content that says this in a language; what is not named stays."""

        def now(part: str, words: Bilingual) -> Bilingual:
            return replace(words, **{lang: said[part]}) if part in said else words

        pieces = (self.piece(media_id) for media_id in self.media)
        mended = (
            replace(
                piece,
                caption=now(f"{piece.id}.caption", piece.caption),
                alt=now(f"{piece.id}.alt", piece.alt),
            )
            for piece in pieces
        )
        return replace(
            self,
            text=now("text", self.text),
            alt=now("alt", self.alt),
            pieces=tuple(piece for piece in mended if piece),
        )

    def as_told_by_author(self, before: "Content | None" = None) -> "Content":
        """Return the content with the rights that a reviewer had found out, and no others."""
        known = {piece.id: piece.rights for piece in before.pieces} if before else {}
        told = [replace(self.piece(each), rights=known.get(each)) for each in self.media]
        return replace(self, pieces=tuple(piece for piece in told if piece))

    def allows(self, purpose: Purpose) -> bool:
        """Say whether every photo may be used so; words always may."""
        pieces = [self.piece(each) for each in self.media]
        return all(
            (piece.consent or self.consent) in AGREED and (piece.rights or Rights()).allows(purpose)
            for piece in pieces
        )


def checked(content: Content) -> Content:
    """Return the content, tidied; raises InvalidError naming the field that breaks a rule."""
    _must_fit("text", content.text, LONGEST_TEXT)
    _must_fit("alt", content.alt, LONGEST_ALT)
    for field, label in (("team", content.team), ("place", content.place)):
        _must_fit(field, label or Bilingual(), LONGEST_LABEL)
    _must_fit("credit", Bilingual(content.credit), LONGEST_LABEL)
    if len(content.tags) > MOST_TAGS:
        raise InvalidError("tags", "too_many", most=MOST_TAGS)
    if any(len(tag) > LONGEST_LABEL for tag in content.tags):
        raise InvalidError("tags", "too_long", most=LONGEST_LABEL)
    if len(content.media) > MOST_PHOTOS:
        raise InvalidError("media", "too_many", most=MOST_PHOTOS)
    for piece in content.pieces:
        known = piece.rights or Rights()
        _must_fit("media.rights", Bilingual(known.artwork, known.licence), LONGEST_LABEL)
        _must_fit("media.caption", piece.caption, LONGEST_TEXT)
        _must_fit("media.alt", piece.alt, LONGEST_ALT)
    if content.kind in (Kind.PHOTO, Kind.VIDEO) and not content.media:
        raise InvalidError("media", "missing")
    if content.kind in (Kind.POST, Kind.QUOTE) and not content.text:
        raise InvalidError("text", "missing")
    pieces = _pieces(content)
    tags = tuple(tag.strip().lstrip("#").strip() for tag in content.tags)
    return replace(
        content,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        credit=(content.credit or "").strip() or None,
        media=tuple(dict.fromkeys(content.media)),
        pieces=pieces,
        consent=min(
            {piece.consent or content.consent for piece in pieces} or {content.consent},
            key=_STRICTEST.index,
        ),
    )


_STRICTEST = (Consent.REFUSED, Consent.PENDING, Consent.CLEARED, Consent.NOT_NEEDED)


def _pieces(content: Content) -> tuple[Piece, ...]:
    """Return what is said of single photos; once one has a consent of its own, each has one.

    The consent of the whole is then that of the photo where it is least sure.
    """
    pieces = [content.piece(media_id) for media_id in dict.fromkeys(content.media)]
    if any(piece.consent for piece in pieces):
        pieces = [replace(piece, consent=piece.consent or content.consent) for piece in pieces]
    return tuple(piece for piece in pieces if piece)


def _must_fit(field: str, text: Bilingual, most: int) -> None:
    if text.longest() > most:
        raise InvalidError(field, "too_long", most=most)
