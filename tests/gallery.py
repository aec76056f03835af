"""Photographs that were sent, developed and approved, for pages full of them."""

from functools import cache

from tests.client import Api
from tests.photos import NAMES, TWELVE_MP, phone
from tests.servers import Server, until


def hang(server: Server, token: str, count: int, size: tuple[int, int] = TWELVE_MP) -> list[str]:
    """Have so many photographs approved by someone who may; return the ids of their posts.

    Every third one is upright; `size` is that of the others.
    """
    with Api(server.url, token) as api:
        sent = [_send(api, number, size) for number in range(count)]
        for key in sent:
            until(lambda key=key: _is_ready(api, key), f"the photo of {key} to be ready")
            api.decide(key, "approval")
    return sent


def _send(api: Api, number: int, size: tuple[int, int]) -> str:
    upright = number % 3 == 0
    picture = _picture(NAMES[number % len(NAMES)], size[::-1] if upright else size)
    form = {"file": (f"{number}.jpg", picture + number.to_bytes(2))}  # each is another file
    media = api.ask("POST", "/media", files=form).json()["id"]
    words = {"fr": f"Photo {number} de l’atelier", "en": f"Photo {number} of the workshop"}
    body = {"kind": "photo", "media": [media], "consent": "cleared", "text": words, "alt": words}
    return str(api.submit(**body)["id"])


def _is_ready(api: Api, key: str) -> bool:
    photos = api.ask("GET", f"/submissions/{key}").json()["media"]
    return all(photo["status"] == "ready" for photo in photos)


@cache
def _picture(name: str, size: tuple[int, int]) -> bytes:
    return phone(name, 1, size).data
