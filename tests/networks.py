"""Real servers of networks on loopback: Bluesky's own, and mastodon-mock."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import requests
from mastodon_mock.testing.server import MockServer

from mixroom.connectors.actions import Wanted
from mixroom.plan.channels import Channel

INTEROP = Path(__file__).parent / "interop"


@dataclass(frozen=True)
class Seen:
    """A post as everyone sees it."""

    text: str
    lang: str
    alts: list[str] = field(default_factory=list)


class Network(Protocol):
    """A network, with one account of ours."""

    channel: Channel
    origin: str
    handle: str
    network_id: str

    def wanted(self) -> Wanted:
        """Return what a lead types to connect the account."""

    def posts(self) -> list[Seen]:
        """Return the account's posts, newest first."""


class Mastodon:
    """mastodon-mock, whose account is Alice."""

    channel = Channel.MASTODON

    def __init__(self, server: MockServer) -> None:
        self.origin = server.base_url
        self.handle = "alice@127.0.0.1"
        self.network_id = str(self._ask("GET", "/api/v1/accounts/verify_credentials")["id"])

    def wanted(self, token: str = "alice_token") -> Wanted:
        return Wanted("mastodon", self.origin, "", token)

    def posts(self) -> list[Seen]:
        found = self._ask("GET", f"/api/v1/accounts/{self.network_id}/statuses?limit=40")
        return [
            Seen(
                html.unescape(re.sub("<[^>]*>", "", each["content"])),
                each["language"],
                [one["description"] for one in each["media_attachments"]],
            )
            for each in found
        ]

    def fails(self, path: str, effect: str, count: int | None = 1, **more: Any) -> None:
        """Have the next requests of a path fail."""
        match = {"methods": ["POST"], "path": path}
        rule = {"match": match, "effect": {"type": effect, **more}, "count": count}
        self._ask("POST", "/api/v1/_mock/faults", json=rule)

    def works(self) -> None:
        """Have no request fail any more."""
        requests.delete(f"{self.origin}/api/v1/_mock/faults", timeout=10).raise_for_status()

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": "Bearer alice_token"}
        answer = requests.request(method, self.origin + path, headers=headers, timeout=10, **more)
        answer.raise_for_status()
        return answer.json()


class Bluesky:
    """Bluesky's own server, with an account of its own."""

    channel = Channel.BLUESKY

    def __init__(self, handle: str, said: dict[str, str]) -> None:
        self.handle = handle
        self.origin, self.network_id, self._password = said["url"], said["did"], said["appPassword"]

    def wanted(self, token: str = "") -> Wanted:
        return Wanted("bluesky", self.origin, self.handle, token or self._password)

    def posts(self) -> list[Seen]:
        query = {"repo": self.network_id, "collection": "app.bsky.feed.post", "limit": "100"}
        path = f"{self.origin}/xrpc/com.atproto.repo.listRecords"
        answer = requests.get(path, params=query, timeout=10)
        answer.raise_for_status()
        return [
            Seen(
                each["value"]["text"],
                each["value"]["langs"][0],
                [one["alt"] for one in each["value"].get("embed", {}).get("images", [])],
            )
            for each in answer.json()["records"]
        ]


@contextmanager
def mastodon() -> Iterator[Mastodon]:
    """Run mastodon-mock."""
    with MockServer() as server:
        yield Mastodon(server)


@contextmanager
def bluesky(handle: str = "museomix.test") -> Iterator[Bluesky]:
    """Run Bluesky's server; it ends with its standard input."""
    command = [shutil.which("node") or "node", str(INTEROP / "pds.mjs"), handle, "a long secret"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin
        assert program.stdout
        line = program.stdout.readline()
        assert line, "Bluesky's server did not start: run scripts/test-tools"
        yield Bluesky(handle, json.loads(line))
        program.stdin.close()
        program.wait(30)
