"""The courier: a program that brings posts to networks, and says what became of each.

The worker starts it, `python -m mixroom.connectors.courier`, so that a server that never answers
delays nothing else. Both talk in JSON lines. It does all its tasks at once, each within LASTS. A
post is prepared before its time: its pictures are brought there. Then the courier asks, and the
worker writes down that the network may have it before it says yes: whatever dies at whatever
moment, the database knows which posts to look for before they are sent again.

    courier: {"step": "ready"}
    worker:  {"task": …}                   courier: {"step": "giving", "id": …}, or an outcome
    worker:  {"id": …, "go": true}         courier: {"step": "done", "outcome": …}

It ends when the worker closes the line and all its tasks are over. It imports no more than it
needs: no database, and none of the server's secrets but the tokens of its tasks.
"""

import base64
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from mixroom.connectors.bluesky import Bluesky
from mixroom.connectors.mastodon import Mastodon
from mixroom.connectors.plugs import (
    Copy,
    Image,
    Login,
    Outgoing,
    Plug,
    Profile,
    Published,
    TroubleError,
)

LASTS = 90.0  # seconds for a task, after the time of its post
MAY_GO = 30.0  # seconds for the worker's answer
PLUGS: Mapping[str, Plug] = {"mastodon": Mastodon(), "bluesky": Bluesky()}
TURNS: dict[tuple[str, str | None], threading.Lock] = {}
Result = Literal["checked", "sent", "absent", "put_off", "refused"]


@dataclass(frozen=True, slots=True)
class Task:
    """An account to look at, or a post to publish.

    A post that an earlier try may have published is looked for first (`looks`), and not sent where
    `sends` is False. It goes at `at`, in seconds since 1970.
    """

    id: str
    channel: str
    login: Login
    post: Outgoing | None = None
    looks: bool = False
    sends: bool = True
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a task: `fault` is the name of a `Fault`, `reply` the network's words."""

    id: str
    result: Result
    fault: str = ""
    reply: str = ""
    wait: int | None = None
    network_id: str = ""
    url: str = ""
    profile: Mapping[str, Any] = field(default_factory=dict)


def carry_out(task: Task, may_give: Callable[[], bool]) -> Outcome | None:
    """Do a task; return its outcome, or None if the worker said no at the last moment."""
    plug = PLUGS[task.channel]
    try:
        if task.post is None:
            return _checked(task, plug.check(task.login))
        return _published(plug, task, task.post, may_give)
    except TroubleError as trouble:
        result: Result = "refused" if trouble.for_good else "put_off"
        return Outcome(task.id, result, trouble.fault, trouble.reply, trouble.wait)
    except Exception as error:  # an answer that nobody foresaw
        return Outcome(task.id, "put_off", "malformed", repr(error))


def _published(
    plug: Plug, task: Task, post: Outgoing, may_give: Callable[[], bool]
) -> Outcome | None:
    if task.looks and (found := plug.find(task.login, post)):
        return _sent(task, found)
    if not task.sends:
        return Outcome(task.id, "absent")
    # One after the other for each account: a server may refuse what is sent to it at once.
    turn = TURNS.setdefault((task.login.origin, task.login.network_id), threading.Lock())
    with turn:
        prepared = plug.prepare(task.login, post)
    time.sleep(max(0.0, task.at - time.time()))
    if not may_give():
        return None
    with turn:
        return _sent(task, plug.send(task.login, post, prepared))


def as_message(task: Task) -> dict[str, Any]:
    """Return a task as it goes over the line."""
    said = asdict(task)
    if said["post"]:
        said["post"]["known"] = sorted(said["post"]["known"])
        for image in said["post"]["images"]:
            for copy in image["copies"]:
                copy["data"] = base64.b64encode(copy["data"]).decode()
    return said


def from_message(said: dict[str, Any]) -> Task:
    """Return the task of a line."""
    login = Login(**said["login"] | {"allowed": tuple(said["login"]["allowed"])})
    return Task(**said | {"login": login, "post": _post(said["post"])})


def _post(said: dict[str, Any] | None) -> Outgoing | None:
    if said is None:
        return None
    images = tuple(
        Image(
            tuple(
                Copy(each["width"], each["height"], base64.b64decode(each["data"]))
                for each in image["copies"]
            ),
            image["alt"],
            tuple(image["focus"]),
        )
        for image in said["images"]
    )
    return Outgoing(**said | {"images": images, "known": frozenset(said["known"])})


def _checked(task: Task, profile: Profile) -> Outcome:
    return Outcome(task.id, "checked", profile=asdict(profile))


def _sent(task: Task, published: Published) -> Outcome:
    return Outcome(task.id, "sent", network_id=published.network_id, url=published.url)


class Line:
    """The line to the worker, which several tasks share; each is over once, by its outcome."""

    def __init__(self) -> None:
        self._said = threading.Condition()
        self._answers: dict[str, queue.Queue[bool]] = {}  # of the tasks that are not over

    def begin(self, task: Task) -> None:
        """Do a task in a thread of its own; after LASTS it is over whatever its network does."""
        with self._said:
            self._answers[task.id] = queue.Queue()
        lasts = LASTS + max(0.0, task.at - time.time())
        late = Outcome(task.id, "put_off", "timeout")
        timer = threading.Timer(lasts, self._end, (task.id, late))
        timer.daemon = True
        timer.start()
        threading.Thread(target=self._do, args=(task, timer), daemon=True).start()

    def answer(self, key: str, *, go: bool) -> None:
        """Pass the worker's answer on to its task."""
        with self._said:
            if key in self._answers:
                self._answers[key].put(go)

    def close(self) -> None:
        """Say no to the tasks that ask from now on, and wait until all are over."""
        with self._said:
            for each in self._answers.values():
                each.put(False)
            self._said.wait_for(lambda: not self._answers)

    def _do(self, task: Task, timer: threading.Timer) -> None:
        outcome = carry_out(task, lambda: self._may_give(task.id))
        timer.cancel()
        self._end(task.id, outcome)

    def _may_give(self, key: str) -> bool:
        with self._said:
            answers = self._answers.get(key)
            if answers is None:
                return False
            _tell({"step": "giving", "id": key})
        try:
            go = answers.get(timeout=MAY_GO)
        except queue.Empty:
            return False
        with self._said:
            return go and key in self._answers

    def _end(self, key: str, outcome: Outcome | None) -> None:
        with self._said:
            if self._answers.pop(key, None) is not None:
                _tell({"step": "done", "id": key, "outcome": asdict(outcome) if outcome else None})
            self._said.notify_all()


def _tell(message: Mapping[str, object]) -> None:
    print(json.dumps(message), flush=True)


def main() -> None:
    """Do the tasks that the worker gives."""
    line = Line()
    _tell({"step": "ready"})
    for each in map(json.loads, iter(sys.stdin.readline, "")):
        if "task" in each:
            line.begin(from_message(each["task"]))
        else:
            line.answer(each["id"], go=each["go"])
    line.close()
    os._exit(0)  # threads that still wait for a network do not keep the program


if __name__ == "__main__":
    main()
