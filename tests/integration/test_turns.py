"""No two transactions wait for each other: who waits for the turn of the journal holds no row that
the job which sends locks in its own turn.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from mixroom.connectors import actions as connectors
from mixroom.connectors import results as connecting
from mixroom.connectors import store as account_store
from mixroom.connectors.actions import Wanted
from mixroom.connectors.courier import Outcome
from mixroom.connectors.model import Account, AccountState, Fault
from mixroom.core import clock, jobs, journal
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.text import Bilingual
from mixroom.letters import actions as letters
from mixroom.letters import courier, results
from mixroom.letters import store as letter_store
from mixroom.letters.model import Addressee, Letter, Move
from mixroom.plan import actions as plan
from mixroom.plan import store as plan_store
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.recruiting import actions as recruiting
from mixroom.recruiting import applying
from mixroom.recruiting import store as application_store
from mixroom.recruiting.moves import Fact
from mixroom.recruiting.results import forget_unconfirmed
from tests.cast import Cast
from tests.integration.test_recruiting import SEAL, letter_token, send
from tests.servers import until

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
TEMPLATE = LetterTemplate("test.reminder", "Reminder", "%(what)s", "%(what)s!", ("what",))
KEY = "a key of tests, which is long enough"
WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
    "AND datname = current_database()"
)


def test_what_a_network_says_of_an_account_is_saved_in_turn(
    database: sa.Engine, cast: Cast
) -> None:
    job, account = _checking(cast)
    refused = Outcome(account.id, "refused", Fault.SIGN_IN.value)
    with _in_turn(database, partial(connecting.checked, job, account.id, refused)) as tx:
        _lock_all(tx, account_store.accounts)


def test_an_account_is_shut_in_turn(database: sa.Engine, cast: Cast) -> None:
    _, account = _checking(cast)
    with _in_turn(database, partial(connecting.shut, account, Fault.SEALED)) as tx:
        _lock_all(tx, account_store.accounts)


def test_the_fate_of_a_post_waits_for_its_message_before_its_turn(
    database: sa.Engine, cast: Cast
) -> None:
    """A lead who changes the message holds it, and then waits for her turn to record that."""
    job, account = _checking(cast)
    message = _due(cast)
    known = replace(account, state=AccountState.CONNECTED, network_id="1", lease=None)
    with transaction() as tx:
        account_store.save(tx, replace(known, connected_at=clock.now() - timedelta(minutes=5)))
    _, (parcel,) = connecting.take(job, clock.now(), 50)
    refused = Outcome(parcel.dispatch.id, "refused", Fault.SIGN_IN.value)
    act = partial(connecting.done, job, refused.id, refused)
    with _in_turn(database, act, lambda tx: plan_store.lock(tx, message)) as tx:
        tx.execute(sa.select(journal.head.c.seq).with_for_update(nowait=True))


def test_the_fate_of_a_letter_is_saved_in_turn(database: sa.Engine, cast: Cast) -> None:
    job, (letter, *_) = _sending(cast)
    accepted = courier.Outcome(letter.id, "accepted")
    with _in_turn(database, partial(results.done, job, accepted)) as tx:
        _lock_all(tx, letter_store.letters)


def test_a_lead_moves_letters_in_turn(database: sa.Engine, cast: Cast) -> None:
    _, (letter, *_) = _sending(cast)
    with _in_turn(database, partial(letters.move_found, cast.amelie, [], "", Move.HOLD)) as tx:
        _lock_all(tx, letter_store.letters)
    with transaction() as tx:
        (still,) = letter_store.some(tx, cast.event.id, [letter.id])
    assert still.lease == letter.lease, "it is on its way, and stays so"


def test_letters_are_erased_in_turn(database: sa.Engine, cast: Cast) -> None:
    _sending(cast)

    def erase() -> None:
        with transaction() as tx:
            results.erase(tx, cast.event.id, ["k0", "k1"], cast.amelie.id)

    with _in_turn(database, erase) as tx:
        _lock_all(tx, letter_store.letters)


@pytest.mark.parametrize("whose", ["the lead's", "the applicant's", "the calendar's"])
def test_an_application_is_changed_in_turn(database: sa.Engine, cast: Cast, whose: str) -> None:
    key = send(cast)
    applying.confirm(letter_token(key), SEAL)
    token = letter_token(key)
    send(cast, email="lea@example.org")  # which is never confirmed
    acts = {
        "the lead's": partial(recruiting.decide, cast.amelie, key, Fact.SHORTLISTED, SEAL),
        "the applicant's": partial(applying.withdraw, token, SEAL),
        "the calendar's": _forget_applications,
    }
    with _in_turn(database, acts[whose]) as tx:
        _lock_all(tx, application_store.applications)


@contextmanager
def _in_turn(
    database: sa.Engine,
    act: Callable[[], object],
    take: Callable[[sa.Connection], object] = journal.take_turn,
) -> Iterator[sa.Connection]:
    """Open a transaction that holds what it takes, its turn, while `act` waits in a thread."""
    failed: list[BaseException] = []

    def attempt() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=attempt)
    with transaction() as tx:
        take(tx)
        thread.start()
        until(lambda: failed or _somebody_waits(database), "the other waits")
        yield tx
    thread.join(10)
    assert not thread.is_alive()
    assert failed == []


def _somebody_waits(database: sa.Engine) -> bool:
    with database.connect() as connection:
        return bool(connection.scalar(WAITING))


def _lock_all(tx: sa.Connection, table: sa.Table) -> None:
    """Lock all rows; fails if another transaction holds one."""
    assert tx.execute(sa.select(table.c.id).with_for_update(nowait=True)).all()


def _forget_applications() -> None:
    with transaction() as tx:
        forget_unconfirmed(tx, clock.now(), 10)


def _checking(cast: Cast) -> tuple[Job, Account]:
    """Have an account that a job is asking the network about."""
    wanted = Wanted("mastodon", "https://hooks.invalid", "@mix", "secret")
    connectors.connect(cast.amelie, wanted, secret_key=KEY, allowed=())
    job = _claimed(connecting.SEND_JOB)
    (account,), _ = connecting.take(job, clock.now(), 50)
    return job, account


def _due(cast: Cast) -> str:
    """Have a message that was due a moment ago; return its id."""
    due = clock.now() - timedelta(seconds=1)
    wanted = Message(
        id="",
        event_id=cast.event.id,
        title="Portes ouvertes",
        channels=(Channel.MASTODON,),
        text=Bilingual("Les portes ouvrent."),
        due=due,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: due - timedelta(minutes=2))
        made = plan.add(cast.ben, wanted)
        plan.mark_ready(cast.amelie, made.id)
        return plan.schedule(cast.ben, made.id).id


def _sending(cast: Cast) -> tuple[Job, list[Letter]]:
    """Have two letters of which a job has taken one."""
    with transaction() as tx:
        for n in range(2):
            to, fields = Addressee(f"Personne {n}", f"p{n}@example.org", "fr"), {"what": "Demain"}
            results.write(tx, cast.event.id, TEMPLATE, to, fields, key=f"k{n}", by=cast.amelie.id)
    job = _claimed(results.SEND_JOB)
    return job, results.take(job, clock.now(), server=True, most=1)


def _claimed(kind: str) -> Job:
    with transaction() as tx:
        job = jobs.claim(tx, only={kind})
    assert job is not None
    return job
