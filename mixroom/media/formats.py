"""A photo or a clip as screens and programs see it."""

from typing import Any

from mixroom.core.speech import both
from mixroom.media.model import Media, words_of


def as_item(photo: Media) -> dict[str, Any]:
    """Return a photo for a live item or an API answer; addresses are null until they exist."""
    return {
        "id": photo.id,
        "kind": photo.kind.value,
        "status": photo.status.value,
        "role": photo.role.value,
        "original": photo.original.value,
        "duration": photo.duration,
        "progress": photo.progress,
        "refusal": _refusal(photo),
        "width": photo.width,
        "height": photo.height,
        "color": photo.color,
        "placeholder": photo.placeholder,
        **{name: _address(photo, name) for name in ("thumb", "card", "wall", "clip")},
        "twins": list(photo.twins),
    }


def _address(photo: Media, name: str) -> str | None:
    rendition = photo.renditions.get(name)
    return f"/media/{photo.id}/{rendition.file}" if rendition else None


def _refusal(photo: Media) -> dict[str, str | None] | None:
    if photo.refusal is None:
        return None
    words = both(words_of(photo.refusal, photo.kind)).as_dict()
    return {"code": photo.refusal.value, **words}
