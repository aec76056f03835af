"""The content of a submission: words and photos, the details of each photo, and their rules.

The fingerprint of a request is a hash of `repr(content)`: a class or a field that is renamed here
makes a retry of an earlier request look like a different one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.kinds import Kind
from mixroom.core.text import LANGS, Bilingual, Lang, other

MAX_TEXT_LENGTH = 2000
MAX_ALT_LENGTH = 500
MAX_LABEL_LENGTH = 120
MAX_TAGS = 10
MAX_PHOTOS = 10
MAX_CAPTION_ON_WALL = 280  # letters that can be read in time; a screen's room may allow fewer


class Consent(StrEnum):
    """The consent of the people in a photo to be shown."""

    CLEARED = "cleared"
    PENDING = "pending"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class Purpose(StrEnum):
    """A use for which a photo can be cleared."""

    WALL = "wall"
    WEB = "web"
    PRESS = "press"
    SPONSORS = "sponsors"


CONSENTED = frozenset({Consent.CLEARED, Consent.NOT_NEEDED})
# The purposes that consent covers.
USUAL_PURPOSES = frozenset({Purpose.WALL, Purpose.WEB, Purpose.PRESS})


@dataclass(frozen=True, slots=True)
class Rights:
    """A reviewer's notes on a photo: its cleared purposes, the people and the artwork in it."""

    cleared_for: frozenset[Purpose] = USUAL_PURPOSES
    minors: bool = False
    no_photo: bool = False
    artwork: str | None = None
    licence: str | None = None

    def allows(self, purpose: Purpose) -> bool:
        """Return whether the photo may be used for this; never with a "no photo" badge in it."""
        return purpose in self.cleared_for and not self.no_photo


@dataclass(frozen=True, slots=True)
class Piece:
    """The details of one photo; a `consent` of None means that of the whole submission."""

    id: str
    caption: Bilingual = Bilingual()
    alt: Bilingual = Bilingual()
    consent: Consent | None = None
    rights: Rights | None = None

    def __bool__(self) -> bool:
        return bool(self.caption or self.alt or self.consent or self.rights)


@dataclass(frozen=True, slots=True)
class Content:
    """The content that an author writes.

    `team` and `place` are the names that they had at that time. `media` are the ids of the photos,
    in their order; `pieces` has the details of those that have some.
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
        """Return the details of one of the photos."""
        return next((each for each in self.pieces if each.id == media_id), Piece(media_id))

    def words(self) -> dict[str, Bilingual]:
        """Return all texts by part: `text`, `alt`, `<photo id>.caption`, `<photo id>.alt`."""
        parts = {"text": self.text, "alt": self.alt}
        for piece in self.pieces:
            parts |= {f"{piece.id}.caption": piece.caption, f"{piece.id}.alt": piece.alt}
        return {part: words for part, words in parts.items() if words}

    def side(self, lang: Lang) -> dict[str, str]:
        """Return the texts in one language, by part."""
        texts = {part: getattr(words, lang) for part, words in self.words().items()}
        return {part: words for part, words in texts.items() if words}

    def missing(self) -> Lang | None:
        """Return the language that the first part with only one language lacks, or None."""
        for words in self.words().values():
            for lang in LANGS:
                if not getattr(words, lang) and getattr(words, other(lang)):
                    return lang
        return None

    def with_side(self, lang: Lang, texts: Mapping[str, str]) -> "Content":
        """Return the content with these texts in one language; parts that are not named stay."""

        def now(part: str, words: Bilingual) -> Bilingual:
            return replace(words, **{lang: texts[part]}) if part in texts else words

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

    def with_known_rights(self, before: "Content | None" = None) -> "Content":
        """Return an author's content with the rights of `before`: only a reviewer may set them."""
        known = {piece.id: piece.rights for piece in before.pieces} if before else {}
        pieces = [replace(self.piece(each), rights=known.get(each)) for each in self.media]
        return replace(self, pieces=tuple(piece for piece in pieces if piece))

    def allows(self, purpose: Purpose) -> bool:
        """Return whether every photo may be used for this; words always may."""
        pieces = [self.piece(each) for each in self.media]
        return all(
            (piece.consent or self.consent) in CONSENTED
            and (piece.rights or Rights()).allows(purpose)
            for piece in pieces
        )


def checked(content: Content) -> Content:
    """Return the content, tidied; raises InvalidError with the field that breaks a rule."""
    _must_fit("text", content.text, MAX_TEXT_LENGTH)
    _must_fit("alt", content.alt, MAX_ALT_LENGTH)
    for field, label in (("team", content.team), ("place", content.place)):
        _must_fit(field, label or Bilingual(), MAX_LABEL_LENGTH)
    _must_fit("credit", Bilingual(content.credit), MAX_LABEL_LENGTH)
    if len(content.tags) > MAX_TAGS:
        raise InvalidError("tags", "too_many", most=MAX_TAGS)
    if any(len(tag) > MAX_LABEL_LENGTH for tag in content.tags):
        raise InvalidError("tags", "too_long", most=MAX_LABEL_LENGTH)
    if len(content.media) > MAX_PHOTOS:
        raise InvalidError("media", "too_many", most=MAX_PHOTOS)
    for piece in content.pieces:
        known = piece.rights or Rights()
        _must_fit("media.rights", Bilingual(known.artwork, known.licence), MAX_LABEL_LENGTH)
        _must_fit("media.caption", piece.caption, MAX_TEXT_LENGTH)
        _must_fit("media.alt", piece.alt, MAX_ALT_LENGTH)
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
    """Return the details of the photos; if one has its own consent, all of them get one.

    The consent of the whole is then the strictest of them.
    """
    pieces = [content.piece(media_id) for media_id in dict.fromkeys(content.media)]
    if any(piece.consent for piece in pieces):
        pieces = [replace(piece, consent=piece.consent or content.consent) for piece in pieces]
    return tuple(piece for piece in pieces if piece)


def _must_fit(field: str, text: Bilingual, most: int) -> None:
    if text.longest() > most:
        raise InvalidError(field, "too_long", most=most)
