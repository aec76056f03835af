"""The worker's long job: a courier checks accounts and publishes what is due at its second."""

import json
import logging
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.connectors import results
from mixroom.connectors.courier import Outcome, Task, as_message
from mixroom.connectors.model import Account, Fault
from mixroom.connectors.plugs import Copy, Image, Login, Outgoing
from mixroom.connectors.results import Parcel
from mixroom.connectors.sealing import SealedError, unseal
from mixroom.core import clock, jobs
from mixroom.core.clock import rfc3339
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.core.line_program import LineProgram, bare_environment
from mixroom.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 200  # posts that are looked at
RENEW = 5.0  # seconds between two renewals of the job's lease
AGAIN = 1.0  # seconds between two looks for what has become due meanwhile
SILENCE = 180.0  # seconds without a word, after which a courier is killed
PATIENCE = 3.0  # seconds for the fate of posts that are under way, when the worker stops
SIZES = ("wall", "card")  # the renditions that a network may get, largest first


class Sending:
    """Posts on their way; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, settings: Settings, files: Store) -> None:
        """Start a courier if something is due; `over` is True at once if nothing is."""
        self.job = job
        self.over = False
        self._settings = settings
        self._files = files
        self._texts: dict[str, str] = {}  # of the posts that are under way
        self._accounts: set[str] = set()  # that are being checked
        self._waiting: list[Task] = []  # for the courier to be ready
        self._ready = False
        self._program: LineProgram | None = None
        self._heard = self._renewed = self._looked = time.monotonic()
        self._take()
        if self._waiting:
            environment = bare_environment()
            self._program = LineProgram("mixroom.connectors.courier", environment=environment)
        else:
            self._end()

    @property
    def _courier(self) -> LineProgram:
        assert self._program, "nothing is due"
        return self._program

    @property
    def _is_busy(self) -> bool:
        return bool(self._texts or self._accounts)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has said something."""
        return self._courier.fileno()

    def go_on(self) -> None:
        """Answer what the courier has said; raises LostLeaseError if another worker has the job."""
        now = time.monotonic()
        if now - self._heard > SILENCE:
            self._courier.kill()
        if now - self._renewed > RENEW:
            self._renewed = now
            with transaction() as tx:
                jobs.renew(tx, self.job)
        self._hear(self._courier.lines())
        if self._courier.ended:
            self._courier.close()
            self._end()
        elif self._ready and (now - self._looked > AGAIN or not self._is_busy):
            self._look_again()

    def stop(self) -> None:
        """Stop the courier, once it has told the fate of what is under way if that is soon.

        What the network did not get is due again; what it may have is looked for first.
        """
        self.over = True
        if self._program is None:
            return
        self._courier.say_no_more()  # it gives nothing away any more
        until = time.monotonic() + PATIENCE
        try:
            while self._courier.wait_for_word(max(0.0, until - time.monotonic())):
                self._hear(self._courier.lines())
                if self._courier.ended:
                    break
        except (MixroomError, sa.exc.SQLAlchemyError):  # without the database it stays uncertain
            log.warning("the fate of a post could not be saved", exc_info=True)
        finally:
            self._courier.kill()
            self._courier.close()

    def _hear(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            self._heard = time.monotonic()
            self._answer(json.loads(line))

    def _answer(self, said: dict[str, Any]) -> None:
        match said["step"]:
            case "ready":
                self._ready = True
                self._hand_over()
            case "giving":
                key = said["id"]
                go = not self.over and results.give(self.job, key, self._texts[key])
                self._courier.say({"id": key, "go": go})
            case "done":
                self._done(said["id"], said["outcome"])

    def _done(self, key: str, said: dict[str, Any] | None) -> None:
        outcome = Outcome(**said) if said else None
        if key in self._accounts:
            self._accounts.discard(key)
            if outcome:
                results.checked(self.job, key, outcome)
        else:
            self._texts.pop(key, None)
            results.done(self.job, key, outcome)

    def _look_again(self) -> None:
        """Take what has become due meanwhile; with nothing under way, let the courier end."""
        self._looked = time.monotonic()
        self._take()
        self._hand_over()
        if not self._is_busy:
            self._courier.say_no_more()
            self._ready = False  # it gets nothing any more

    def _take(self) -> None:
        accounts, parcels = results.take(self.job, clock.now(), AT_ONCE)
        for account in accounts:
            if (login := self._login(account)) is not None:
                self._accounts.add(account.id)
                self._waiting.append(Task(account.id, account.channel.value, login))
        for each in parcels:
            login = self._login(each.account)
            if login is None:
                sealed = Outcome(each.dispatch.id, "refused", Fault.SEALED.value)
                results.done(self.job, each.dispatch.id, sealed)
            else:
                self._texts[each.dispatch.id] = each.post.text if each.post else ""
                self._waiting.append(self._task(each, login))

    def _hand_over(self) -> None:
        while self._waiting:
            self._courier.say({"task": as_message(self._waiting.pop(0))})

    def _login(self, account: Account) -> Login | None:
        """Return what signs in to an account; if its token cannot be read, note that."""
        try:
            secret = unseal(self._settings.secret_key, account.id, account.sealed)
        except SealedError:
            results.shut(account, Fault.SEALED)
            return None
        return Login(
            account.origin,
            account.handle,
            secret,
            account.network_id,
            account.largest_picture,
            tuple(self._settings.connector_hosts),
        )

    def _task(self, parcel: Parcel, login: Login) -> Task:
        dispatch, post = parcel.dispatch, parcel.post
        outgoing = Outgoing(
            text=post.text if post else "",
            lang=dispatch.lang,
            marker=dispatch.marker,
            at=rfc3339(dispatch.due),
            images=self._images(parcel),
            said=dispatch.said or "",
            since=rfc3339(dispatch.given_at) if dispatch.given_at else "",
            known=parcel.known,
        )
        return Task(
            dispatch.id,
            dispatch.channel.value,
            login,
            outgoing,
            looks=dispatch.was_given,
            sends=post is not None,
            at=dispatch.due.timestamp(),
        )

    def _images(self, parcel: Parcel) -> tuple[Image, ...]:
        if parcel.post is None:
            return ()
        pictures = {each.media_id: each for each in parcel.post.pictures}
        images = []
        for photo in parcel.photos:
            picture = pictures[photo.id]
            made = [photo.renditions[size] for size in SIZES if size in photo.renditions]
            copies = [
                Copy(each.width, each.height, data)
                for each in made
                if (data := self._read(photo.stored(each.file)))
            ]
            alt = picture.alt[parcel.dispatch.lang]
            images.append(Image(tuple(copies), alt, picture.focus))
        return tuple(images)

    def _read(self, name: str) -> bytes:
        """Return a file of the store; nothing if it was replaced at this moment."""
        try:
            with self._files.local(name) as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def _end(self) -> None:
        self.over = True
        results.settle(self.job)
