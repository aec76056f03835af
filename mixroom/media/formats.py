"""The JSON of a photo or a clip, for lists and the API."""

from typing import Any

from mixroom.core.speech import both
from mixroom.media.model import Media
from mixroom.media.refusals import words_of
from mixroom.media.retouch import PLAIN


def as_item(photo: Media) -> dict[str, Any]:
    """Return a photo for an item or an answer; addresses are null until they exist.

    `width` and `height` (pixels) and `focus` are those of the retouched original.
    """
    width, height = _size(photo)
    return {
        "id": photo.id,
        "kind": photo.kind.value,
        "status": photo.status.value,
        "role": photo.role.value,
        "original": photo.original.value,
        "duration": photo.duration,
        "progress": photo.progress,
        "muted": photo.muted,
        "refusal": _refusal(photo),
        "width": width,
        "height": height,
        "focus": _focus(photo),
        "color": photo.color,
        "placeholder": photo.placeholder,
        **{name: _address(photo, name) for name in ("thumb", "card", "wall", "clip")},
        "twins": list(photo.twins),
    }


def plain_address(photo: Media) -> str | None:
    """Return the address of the picture without its retouching, for reviewers."""
    return _address(photo, "wall" if photo.burnt == PLAIN else "plain")


def _size(photo: Media) -> tuple[int | None, int | None]:
    if photo.width is None or photo.height is None:
        return photo.width, photo.height
    return photo.burnt.size(photo.width, photo.height)


def _focus(photo: Media) -> dict[str, float] | None:
    aim = photo.burnt.aim()
    return {"x": round(aim.x, 4), "y": round(aim.y, 4)} if aim else None


def _address(photo: Media, name: str) -> str | None:
    rendition = photo.renditions.get(name)
    return f"/media/{photo.id}/{rendition.file}" if rendition else None


def _refusal(photo: Media) -> dict[str, str | None] | None:
    if photo.refusal is None:
        return None
    words = both(words_of(photo.refusal, clip=photo.is_clip)).as_dict()
    return {"code": photo.refusal.value, **words}
