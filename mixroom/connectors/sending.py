"""The worker's long job: a courier checks accounts and publishes what is due at its second."""

import time
from typing import Any

from mixroom.connectors import results
from mixroom.connectors.courier import Outcome, Task, as_message
from mixroom.connectors.model import Account, Fault
from mixroom.connectors.plugs import Copy, Image, Login, Outgoing
from mixroom.connectors.results import Parcel
from mixroom.connectors.sealing import SealedError, unseal
from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.courier_job import CourierJob
from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.settings import Settings

AT_ONCE = 200  # posts that are looked at
AGAIN = 1.0  # seconds between two looks for what has become due meanwhile
SIZES = ("wall", "card")  # the renditions that a network may get, largest first


class Sending(CourierJob):
    """Posts on their way."""

    silence = 180.0
    patience = 3.0

    def __init__(self, job: Job, settings: Settings, files: Store) -> None:
        """Start a courier if something is due; `over` is True at once if nothing is."""
        super().__init__(job)
        self._settings = settings
        self._files = files
        self._texts: dict[str, str] = {}  # of the posts that are under way
        self._accounts: set[str] = set()  # that are being checked
        self._waiting: list[Task] = []  # for the courier to be ready
        self._ready = False
        self._looked = time.monotonic()
        self._take()
        if self._waiting:
            self.start("mixroom.connectors.courier")
        else:
            self.end()

    @property
    def _is_busy(self) -> bool:
        return bool(self._texts or self._accounts)

    def go_on(self) -> None:
        """Answer what the courier has said, and look now and then for what has become due."""
        super().go_on()
        if self._ready and (time.monotonic() - self._looked > AGAIN or not self._is_busy):
            self._look_again()

    def answer(self, said: dict[str, Any]) -> None:
        """Let the courier give a post away, and save what became of it."""
        match said["step"]:
            case "ready":
                self._ready = True
                self._hand_over()
            case "giving":
                key = said["id"]
                go = not self.over and results.give(self.job, key, self._texts[key])
                self.courier.say({"id": key, "go": go})
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
            self.courier.say_no_more()
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
            self.courier.say({"task": as_message(self._waiting.pop(0))})

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

    def end(self) -> None:
        """Settle the job."""
        self.over, self._ready = True, False
        results.settle(self.job)
