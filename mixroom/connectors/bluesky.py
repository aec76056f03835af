"""The plug of Bluesky: plain XRPC to the account's server (PDS).

The key of a post's record is ours (`marker`), so the same post can be put there any number of
times and is there once; whether it is there already, one request says.
"""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from mixroom.connectors.plugs import (
    INVALID,
    Call,
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

COLLECTION = "app.bsky.feed.post"
# lexicons/app/bsky/embed/images.json of github.com/bluesky-social/atproto: at most a megabyte.
LARGEST = 1_000_000  # bytes
MOST = 300  # graphemes
LONGEST_TAG = 64  # graphemes, by the lexicon app.bsky.richtext.facet
TAKES = 40.0  # seconds for a picture to arrive
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?…)\]}»’]", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w&/#])[#＃](?P<tag>\w*[^\W\d_]\w*)")


class Bluesky:
    """The plug."""

    def check(self, login: Login) -> Profile:
        """Sign in, and return the account's name."""
        session = self._signed_in(login)
        try:
            return Profile(session["handle"], session["did"], MOST, LARGEST)
        except KeyError as error:
            raise TroubleError("malformed", for_good=True) from error

    def prepare(self, login: Login, post: Outgoing) -> tuple[Login, list[dict[str, Any]]]:
        """Sign in and bring the pictures there; return the session and what the post says."""
        session = self._signed_in(login)
        signed = replace(login, network_id=session["did"], secret=session["accessJwt"])
        most = login.largest_picture or LARGEST
        return signed, [self._upload(signed, each, most) for each in post.images]

    def find(self, login: Login, post: Outgoing) -> Published | None:
        """Return the post if there is a record with its key."""
        query = f"repo={quote(login.network_id or '')}&collection={COLLECTION}&rkey={post.marker}"
        answer = called(login, Call("GET", f"/xrpc/com.atproto.repo.getRecord?{query}"))
        if answer.status == INVALID and b"RecordNotFound" in answer.body:
            return None
        return _published(login, understood(answer))

    def send(
        self, login: Login, post: Outgoing, prepared: tuple[Login, list[dict[str, Any]]]
    ) -> Published:
        """Put the record of the post there."""
        signed, images = prepared
        record: dict[str, Any] = {
            "$type": COLLECTION,
            "text": post.text,
            "createdAt": post.at,
            "langs": [post.lang],
        }
        if facets := facets_of(post.text):
            record["facets"] = facets
        if images:
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        body, headers = as_json(
            {
                "repo": signed.network_id,
                "collection": COLLECTION,
                "rkey": post.marker,
                "record": record,
            }
        )
        path = "/xrpc/com.atproto.repo.putRecord"
        answer = called(signed, Call("POST", path, signed.secret, headers, body))
        if answer.status == INVALID and re.search(rb"grapheme|must not be longer", answer.body):
            raise TroubleError("text_too_long", trouble(answer).reply, for_good=True)
        return _published(login, understood(answer))

    def _signed_in(self, login: Login) -> dict[str, Any]:
        body, headers = as_json(
            {"identifier": login.network_id or login.handle, "password": login.secret}
        )
        path = "/xrpc/com.atproto.server.createSession"
        session = understood(called(login, Call("POST", path, headers=headers, body=body)))
        if not isinstance(session, dict) or not session.get("accessJwt"):
            raise TroubleError("malformed", for_good=True)
        return session

    def _upload(self, signed: Login, image: Image, most: int) -> dict[str, Any]:
        copy = image.fitting(most)
        path, headers = "/xrpc/com.atproto.repo.uploadBlob", {"Content-Type": "image/jpeg"}
        call = Call("POST", path, signed.secret, headers, copy.data, answers=TAKES)
        answer = called(signed, call)
        if answer.status == INVALID:
            raise TroubleError("picture_refused", trouble(answer).reply, for_good=True)
        blob = understood(answer)["blob"]
        shape = {"width": copy.width, "height": copy.height}
        return {"alt": image.alt, "image": blob, "aspectRatio": shape}


def facets_of(text: str) -> list[dict[str, Any]]:
    """Return what makes addresses and hashtags of a text links; places are counted in bytes."""
    found = []
    for each in _ADDRESS.finditer(text):
        link = {"$type": "app.bsky.richtext.facet#link", "uri": each[0]}
        found.append((each.span(), link))
    taken = [span for span, _ in found]
    for each in _TAG.finditer(text):
        inside = any(start <= each.start() < end for start, end in taken)
        if not inside and len(each["tag"]) <= LONGEST_TAG:
            tag = {"$type": "app.bsky.richtext.facet#tag", "tag": each["tag"]}
            found.append((each.span(), tag))
    return [
        {
            "index": {
                "byteStart": len(text[:start].encode()),
                "byteEnd": len(text[:end].encode()),
            },
            "features": [feature],
        }
        for (start, end), feature in sorted(found, key=lambda each: each[0])
    ]


def _published(login: Login, said: dict[str, Any]) -> Published:
    try:
        uri = str(said["uri"])
    except (KeyError, TypeError) as error:
        raise TroubleError("malformed") from error
    return Published(uri, f"https://bsky.app/profile/{login.handle}/post/{uri.rsplit('/', 1)[-1]}")
