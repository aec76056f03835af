"""The worker's long job: a courier hands letters over, one at a time, while other jobs go on."""

from collections import deque
from dataclasses import asdict
from email.utils import parseaddr
from typing import Any

from mixroom.core import clock
from mixroom.core.courier_job import CourierJob
from mixroom.core.jobs import Job
from mixroom.letters import queries, results
from mixroom.letters.courier import ANSWERS, CONNECTS, TAKES, MailServer, Outcome
from mixroom.settings import Settings

AT_ONCE = 50  # letters of one job


class Sending(CourierJob):
    """The due letters on their way."""

    silence = CONNECTS + 4 * ANSWERS + TAKES
    patience = 2.0

    def __init__(self, job: Job, settings: Settings) -> None:
        """Take the due letters and start a courier; `over` is True at once if none is due."""
        super().__init__(job)
        url, sender, now = settings.smtp_url, settings.mail_from, clock.now()
        letters = results.take(job, now, server=bool(url and sender), most=AT_ONCE)
        self._ready = False
        self._left: deque[dict[str, str]] = deque()
        if not letters or not url or not sender:
            self.end()
            return
        texts = queries.messages(letters, sender=sender, base_url=settings.base_url, now=now)
        self._left.extend(
            {"id": each.id, "to": each.to.email, "text": texts[each.id]} for each in letters
        )
        address = parseaddr(sender)[1]
        self.start("mixroom.letters.courier")
        server = asdict(MailServer.of(url))
        host = address.rpartition("@")[2]
        self.courier.say({"server": server, "sender": address, "name": host})

    def answer(self, said: dict[str, Any]) -> None:
        """Let the courier give a letter away, and save what became of it."""
        match said["step"]:
            case "unreachable":
                self._ready = True
                results.unreachable(self.job, self._keys(), said["fault"], said["reply"])
            case "giving":
                key = said["id"]
                go = not self.over and results.give(self.job, key)
                self.courier.say({"id": key, "go": go})
            case "done":
                results.done(self.job, Outcome(**said["outcome"]))
                if said["stands"]:
                    self._next()
            case _:
                self._ready = True
                self._next()

    def end(self) -> None:
        """Settle the job; of a courier that never reached the server, note that."""
        if self._left and not self._ready:
            results.unreachable(self.job, self._keys(), "broken", "")
        self.over = True
        results.settle(self.job)

    def _keys(self) -> list[str]:
        """Return the ids of the letters that the courier does not have yet."""
        return [each["id"] for each in self._left]

    def _next(self) -> None:
        """Give the courier the next letter; after the last, it ends."""
        if self.over:
            return
        if self._left:
            self.courier.say(self._left.popleft())
        else:
            self.courier.say_no_more()
