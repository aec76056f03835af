"""The plug of Mastodon, and of what speaks its API.

A second try within an hour carries the same Idempotency-Key, which makes the server answer with
the first post. After that, and before any second try, the account's last posts are looked through
for the words that were sent.
"""

import html
import re
import time
import unicodedata
import uuid
from datetime import datetime, timedelta
from typing import Any

from mixroom.connectors.plugs import (
    NOT_FOUND,
    UNPROCESSABLE,
    Call,
    Copy,
    Image,
    Login,
    Outgoing,
    Profile,
    Published,
    TroubleError,
    as_json,
    called,
    trouble,
    understood,
)

LOOKED_THROUGH = 40  # posts: as many as a server gives at once
CLOCKS_APART = timedelta(minutes=10)  # by which the server's clock may be behind ours
LARGEST = 16_000_000  # bytes of a picture, unless the server says otherwise
ACCEPTED, PARTIAL = 202, 206  # the picture is there, and not ready yet
LOOKS = 15  # at a picture that is not ready, a second apart
TAKES = 40.0  # seconds for a picture to arrive
_TAG = re.compile(r"<br\s*/?>|</p>|<[^>]*>", re.IGNORECASE)
_FAR_MENTION = re.compile(r"(@\w+)@[\w.-]+\w")


class Mastodon:
    """The plug."""

    def check(self, login: Login) -> Profile:
        """Return the account's name, and the limits of its server."""
        said = self._get(login, "/api/v1/accounts/verify_credentials")
        limits = called(login, Call("GET", "/api/v2/instance"))
        if limits.status == NOT_FOUND:
            limits = called(login, Call("GET", "/api/v1/instance"))
        own = understood(limits)
        try:
            host = login.origin.partition("://")[2]
            handle, key = f"{said['username']}@{host}", str(said["id"])
            chosen = own.get("configuration") or {}
            most = chosen.get("statuses", {}).get("max_characters") or own.get("max_toot_chars")
            largest = chosen.get("media_attachments", {}).get("image_size_limit")
        except (KeyError, TypeError, AttributeError) as error:
            raise TroubleError("malformed", for_good=True) from error
        return Profile(handle, key, _number(most), _number(largest))

    def prepare(self, login: Login, post: Outgoing) -> list[str]:
        """Bring the pictures there; return their ids."""
        most = login.largest_picture or LARGEST
        return [self._upload(login, each, each.fitting(most)) for each in post.images]

    def find(self, login: Login, post: Outgoing) -> Published | None:
        """Return the post among the account's last ones, by its words and its time."""
        path = f"/api/v1/accounts/{login.network_id}/statuses"
        query = f"?limit={LOOKED_THROUGH}&exclude_reblogs=true&exclude_replies=true"
        since = datetime.fromisoformat(post.since) - CLOCKS_APART
        sought = _plain(post.said)
        for each in self._get(login, path + query):
            at = datetime.fromisoformat(each["created_at"])
            if str(each["id"]) in post.known or at < since:
                continue
            if _plain(_text(each["content"])) == sought:
                return _published(each)
        return None

    def send(self, login: Login, post: Outgoing, prepared: list[str]) -> Published:
        """Publish the post for everyone."""
        said = {"status": post.text, "language": post.lang, "visibility": "public"}
        body, headers = as_json({**said, "media_ids": prepared})
        headers["Idempotency-Key"] = f"mixroom-{post.marker}"
        call = Call("POST", "/api/v1/statuses", login.secret, headers, body)
        answer = called(login, call)
        if answer.status == UNPROCESSABLE and re.search(
            rb"character limit|too long|maximum is", answer.body
        ):
            raise TroubleError("text_too_long", trouble(answer).reply, for_good=True)
        return _published(understood(answer))

    def _upload(self, login: Login, image: Image, copy: Copy) -> str:
        x, y = image.focus
        fields = {"description": image.alt, "focus": f"{2 * x - 1:.3f},{1 - 2 * y:.3f}"}
        body, headers = _form(fields, copy.data)
        call = Call("POST", "/api/v2/media", login.secret, headers, body, answers=TAKES)
        answer = called(login, call)
        if answer.status == UNPROCESSABLE:
            fault = "picture_too_large" if b"size" in answer.body else "picture_refused"
            raise TroubleError(fault, trouble(answer).reply, for_good=True)
        key = str(understood(answer)["id"])
        looks = LOOKS
        while answer.status in (ACCEPTED, PARTIAL) and looks:
            time.sleep(1)
            looks -= 1
            answer = called(login, Call("GET", f"/api/v1/media/{key}", login.secret))
            understood(answer)
        if answer.status in (ACCEPTED, PARTIAL):
            raise TroubleError("timeout")
        return key

    def _get(self, login: Login, path: str) -> Any:
        return understood(called(login, Call("GET", path, login.secret)))


def _published(said: dict[str, Any]) -> Published:
    try:
        return Published(str(said["id"]), str(said["url"] or said["uri"]))
    except (KeyError, TypeError) as error:
        raise TroubleError("malformed") from error


def _form(fields: dict[str, str], picture: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a multipart body with some fields and a picture, and its header."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="picture.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = b"".join((*parts, head.encode(), picture, f"\r\n--{mark}--\r\n".encode()))
    return body, {"Content-Type": f"multipart/form-data; boundary={mark}"}


def _text(content: str) -> str:
    """Return the words of a post's HTML."""
    breaks = {"<br": "\n", "</p": "\n\n"}
    return html.unescape(_TAG.sub(lambda tag: breaks.get(tag[0][:3].lower(), ""), content))


def _plain(text: str) -> str:
    """Return words for a comparison: the server shows mentions without their host."""
    return " ".join(_FAR_MENTION.sub(r"\1", unicodedata.normalize("NFC", text)).split())


def _number(said: object) -> int | None:
    return said if isinstance(said, int) and said > 0 else None
