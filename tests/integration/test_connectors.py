"""Connectors against real servers: published once each, whatever dies, refuses or never answers."""

import select
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mixroom.app import create_app
from mixroom.connectors import actions, plugs, queries, results, store
from mixroom.connectors.actions import Wanted
from mixroom.connectors.alarms import FAILED, UNPUBLISHED
from mixroom.connectors.courier import Task, carry_out
from mixroom.connectors.live import VIEW
from mixroom.connectors.model import Account, AccountState, Dispatch, Fault, State
from mixroom.connectors.plugs import Copy, Image, Login, Outgoing
from mixroom.connectors.sending import Sending
from mixroom.core import clock, ids, jobs, public_http
from mixroom.core.alarm_rules import AlarmRule, Look
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.jobs import LEASE
from mixroom.core.text import Bilingual
from mixroom.media import store as media_store
from mixroom.plan import actions as plan
from mixroom.plan import post_store
from mixroom.plan import queries as plan_queries
from mixroom.plan import results as plan_results
from mixroom.plan import store as plan_store
from mixroom.plan.model import Message
from mixroom.plan.moves import Status
from mixroom.settings import Settings
from tests.cast import Cast
from tests.networks import Bluesky, Mastodon, Network, bluesky, mastodon
from tests.photos import portrait
from tests.replay import assert_replays
from tests.servers import until
from tests.wraps import approved_photo

# The rest of the program is on both databases elsewhere, and a courier takes half a second.
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
STATUSES = "/api/v1/statuses"
KEY = "a key of tests, which is long enough"


@pytest.fixture(scope="module")
def mastodon_server() -> Iterator[Mastodon]:
    with mastodon() as found:
        yield found


@pytest.fixture(scope="module")
def bluesky_server() -> Iterator[Bluesky]:
    with bluesky() as found:
        yield found


@pytest.fixture
def mock(mastodon_server: Mastodon) -> Iterator[Mastodon]:
    """mastodon-mock, on which nothing fails before and after the test."""
    yield mastodon_server
    mastodon_server.works()


@pytest.fixture(params=["mastodon", "bluesky"])
def network(request: pytest.FixtureRequest) -> Network:
    """Each network in turn."""
    found: Network = request.getfixturevalue(f"{request.param}_server")
    return found


@ONE_DATABASE
def test_a_message_is_published_once_in_each_language_and_the_plan_knows_where(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    account = desk.connect()
    assert (account.state, account.fault) == (AccountState.CONNECTED, None)
    message = desk.scheduled("Les portes ouvrent.", "Doors are open.")
    desk.run()
    desk.run()
    assert desk.posted(message) == [(message.text.en, "en"), (message.text.fr, "fr")]
    assert desk.states(message) == {State.SENT}
    urls = {each.url for each in desk.dispatches(message)}
    with reading() as tx:
        (found,) = plan_store.with_ids(tx, [message.id]).values()
        publications, failures = post_store.posts_of(tx, [message.id])[message.id]
    assert found.status is Status.PUBLISHED
    assert not failures
    assert {each.url for each in publications} == urls
    assert len(urls) == 2


def test_a_courier_killed_between_sending_and_noting_leaves_one_post(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    message = desk.scheduled("Une seule fois.", None)
    desk.dies_after_sending(message)
    assert desk.states(message) == {State.SENDING}
    later(seconds=LEASE.total_seconds() + 1)
    desk.run()
    assert len(desk.posted(message)) == 1
    assert desk.states(message) == {State.SENT}
    assert desk.status(message) is Status.PUBLISHED


@ONE_DATABASE
def test_what_is_scheduled_again_goes_again_only_with_other_words(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    message = desk.scheduled("Samedi à 10 h.", None)
    desk.run()
    desk.again(message)
    desk.run()
    assert (len(desk.posted(message)), desk.status(message)) == (1, Status.PUBLISHED)
    (first,) = desk.dispatches(message)
    desk.again(message, f"Non : dimanche. {ids.new()[-12:]}")
    desk.run()
    (second,) = desk.dispatches(message)
    assert desk.status(message) is Status.PUBLISHED
    assert second.url != first.url, "it is not said to be out where other words are"
    assert [each.text for each in network.posts()].count(second.said) == 1


@ONE_DATABASE
def test_a_courier_killed_before_sending_leaves_nothing_and_the_next_one_sends(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    message = desk.scheduled("Au second essai.", None)
    desk.dies_before_sending(message)
    assert desk.posted(message) == []
    later(seconds=LEASE.total_seconds() + 1)
    desk.run()
    assert len(desk.posted(message)) == 1
    assert desk.states(message) == {State.SENT}


def test_what_was_taken_back_when_it_may_be_out_is_looked_for_and_not_sent(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    out = desk.scheduled("Parti.", None)
    desk.dies_after_sending(out)
    later(seconds=LEASE.total_seconds() + 1)
    never = desk.scheduled("Jamais parti.", None, due=out.due)
    desk.dies_before_sending(never)
    for each in (out, never):
        if desk.status(each) is Status.SCHEDULED:
            plan.draft(cast.amelie, each.id)
    later(seconds=LEASE.total_seconds() + 1)
    desk.run()
    assert (desk.states(out), desk.states(never)) == ({State.SENT}, {State.CALLED_OFF})
    assert (len(desk.posted(out)), len(desk.posted(never))) == (1, 0)
    with reading() as tx:
        publications, _ = post_store.posts_of(tx, [out.id])[out.id]
    assert [each.url for each in publications] == [each.url for each in desk.dispatches(out)]


@ONE_DATABASE
def test_it_goes_at_its_second_and_not_if_it_is_taken_back_before(
    cast: Cast, mastodon_server: Mastodon, tmp_path: Path
) -> None:
    desk = Desk(cast, mastodon_server, tmp_path)
    desk.connected()
    due = clock.now() + timedelta(seconds=3)
    kept = desk.scheduled("À la seconde.", None, due=due)
    dropped = desk.scheduled("Pas du tout.", None, due=due)
    sending = desk.begin()
    desk.go_on(sending, lambda: sending._ready)
    plan.draft(cast.amelie, dropped.id)
    desk.go_on(sending, lambda: False)
    (dispatch,) = desk.dispatches(kept)
    assert dispatch.ended_at is not None
    assert timedelta() <= dispatch.ended_at - due < timedelta(seconds=2)
    desk.run()
    assert desk.posted(dropped) == []
    assert desk.states(dropped) == {State.CALLED_OFF}


@ONE_DATABASE
def test_pictures_go_with_their_description_in_the_language_of_the_post(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    key = approved_photo(cast, alt=Bilingual("Un robot danse", "A robot dances"))
    desk.keep_files(key)
    message = desk.scheduled("Voyez le robot.", "See the robot.", drawn=(key,))
    desk.run()
    assert desk.alts(message) == [("en", ["A robot dances"]), ("fr", ["Un robot danse"])]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("effect", "fault"),
    [
        ({"effect": "ratelimit", "headers": {"Retry-After": "600"}}, Fault.BUSY),
        ({"effect": "status", "status": 503}, Fault.SERVER),
        ({"effect": "malformed"}, Fault.MALFORMED),
    ],
)
def test_what_a_server_refuses_for_now_is_tried_again(
    cast: Cast, mock: Mastodon, tmp_path: Path, effect: dict[str, Any], fault: Fault
) -> None:
    desk = Desk(cast, mock, tmp_path)
    desk.connected()
    message = desk.scheduled("Encore une fois.", None)
    mock.fails(STATUSES, **effect)
    desk.run()
    (dispatch,) = desk.dispatches(message)
    assert (dispatch.state, dispatch.fault, dispatch.tries) == (State.UNCERTAIN, fault, 1)
    assert dispatch.next_at is not None
    pause = dispatch.next_at - clock.now()
    wanted = 590 if fault is Fault.BUSY else 5
    assert timedelta(seconds=wanted) < pause < timedelta(seconds=wanted + 80)
    assert alarms(cast, UNPUBLISHED, minutes=1) == []
    later(minutes=11)
    assert alarms(cast, UNPUBLISHED, minutes=1) == [dispatch.id]
    desk.run()
    assert len(desk.posted(message)) == 1
    assert desk.states(message) == {State.SENT}
    assert alarms(cast, UNPUBLISHED, minutes=1) == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("path", "status", "says", "fault"),
    [
        (STATUSES, 422, "Text character limit of 500 exceeded", Fault.TEXT_TOO_LONG),
        (STATUSES, 422, "Validation failed", Fault.REFUSED),
        (STATUSES, 403, "This action is outside the authorized scopes", Fault.FORBIDDEN),
        ("/api/v2/media", 413, "Request Entity Too Large", Fault.PICTURE_TOO_LARGE),
        ("/api/v2/media", 422, "File file size must be less than 16 MB", Fault.PICTURE_TOO_LARGE),
        ("/api/v2/media", 422, "File type is not supported", Fault.PICTURE_REFUSED),
    ],
)
def test_what_a_server_refuses_for_good_is_said_in_both_languages(
    cast: Cast, mock: Mastodon, tmp_path: Path, path: str, status: int, says: str, fault: Fault
) -> None:
    desk = Desk(cast, mock, tmp_path)
    desk.connected()
    key = approved_photo(cast)
    desk.keep_files(key)
    message = desk.scheduled("Refusé.", None, drawn=(key,))
    mock.fails(path, "status", status=status, body={"error": says})
    desk.run()
    desk.run()
    (dispatch,) = desk.dispatches(message)
    assert (dispatch.state, dispatch.fault) == (State.FAILED, fault)
    assert dispatch.reply == f"{status} {says}"
    assert desk.posted(message) == []
    with reading() as tx:
        _, failures = post_store.posts_of(tx, [message.id])[message.id]
    (failure,) = failures.values()
    assert failure.words.fr
    assert failure.words.en
    assert failure.words.fr != failure.words.en
    plan.try_again(cast.ben, message.id)
    desk.run()
    assert len(desk.posted(message)) == 1


@ONE_DATABASE
def test_a_text_that_is_too_long_for_the_network_is_refused_by_it(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    desk.connected()
    with transaction() as tx:
        plan_results.set_limit(tx, cast.event.id, network.channel, 5000)
    message = desk.scheduled("é" * 600, None)
    desk.run()
    (dispatch,) = desk.dispatches(message)
    assert (dispatch.state, dispatch.fault) == (State.FAILED, Fault.TEXT_TOO_LONG)


@ONE_DATABASE
def test_the_plan_counts_by_the_limit_that_the_server_says(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    account = desk.connect()
    assert account.most
    assert plan_queries.limits(cast.amelie)[network.channel] == account.most
    with pytest.raises(InvalidError, match="over_limit"):
        desk.scheduled("é" * (account.most + 1), None)


@ONE_DATABASE
def test_a_wrong_token_is_said_and_a_revoked_one_stops_the_account(
    cast: Cast, network: Network, tmp_path: Path
) -> None:
    desk = Desk(cast, network, tmp_path)
    account = desk.connect(Wanted(network.channel.value, network.origin, "nobody.test", "wrong"))
    assert (account.state, account.fault) == (AccountState.FAILED, Fault.SIGN_IN)
    account = desk.connect()
    assert account.state is AccountState.CONNECTED
    message = desk.scheduled("Révoqué.", None)
    desk.break_token(account)
    desk.run()
    (dispatch,) = desk.dispatches(message)
    assert (dispatch.state, dispatch.fault) == (State.FAILED, Fault.SIGN_IN)
    assert desk.account().state is AccountState.FAILED
    later(minutes=2)
    assert alarms(cast, FAILED, minutes=1) == [account.id]
    desk.connect()
    plan.try_again(cast.ben, message.id)
    desk.run()
    assert len(desk.posted(message)) == 1
    assert alarms(cast, FAILED, minutes=1) == []


@ONE_DATABASE
def test_a_changed_key_of_the_server_asks_to_connect_again(
    cast: Cast, mastodon_server: Mastodon, tmp_path: Path
) -> None:
    desk = Desk(cast, mastodon_server, tmp_path)
    account = desk.connect()
    assert mastodon_server.wanted().secret not in account.sealed
    message = desk.scheduled("Sous clé.", None)
    desk.settings = desk.settings_with("another key of tests, as long as it")
    desk.run()
    assert (desk.account().state, desk.account().fault) == (AccountState.FAILED, Fault.SEALED)
    assert {each.fault for each in desk.dispatches(message)} == {Fault.SEALED}
    assert desk.posted(message) == []


@ONE_DATABASE
def test_an_account_gets_nothing_that_was_due_before_it_or_an_hour_ago(
    cast: Cast, mastodon_server: Mastodon, tmp_path: Path
) -> None:
    desk = Desk(cast, mastodon_server, tmp_path)
    desk.connect()
    account = desk.account().connected_at
    before = desk.scheduled("Avant le compte.", None, due=account - timedelta(minutes=1))
    desk.run()
    assert desk.posted(before) == []
    assert desk.dispatches(before) == []
    after = desk.scheduled("Après le compte.", None)
    desk.run()
    assert len(desk.posted(after)) == 1, "what is not sent does not hold up what follows"
    desk.connected_since(hours=3)
    old = desk.scheduled("Trop tard.", None, due=clock.now() - timedelta(hours=2))
    desk.run()
    assert desk.posted(old) == []
    assert {each.fault for each in desk.dispatches(old)} == {Fault.TOO_LATE}


def test_an_answer_that_never_comes_ends_and_what_went_is_found(
    mock: Mastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = Login(mock.origin, "", "alice_token", mock.network_id, allowed=(mock.origin,))
    post = Outgoing(f"Sans réponse {ids.new()}", "fr", "3mxroomnever22", "2015-11-07T19:00:00Z")
    again = replace(post, said=post.text, since="2015-11-07T19:00:00Z")

    def tried(ask: Any, post: Outgoing, *, looks: bool) -> tuple[str, str]:
        monkeypatch.setattr(plugs, "ask", ask)
        outcome = carry_out(Task("1", "mastodon", login, post, looks=looks), lambda: True)
        assert outcome
        return outcome.result, outcome.fault

    mock.fails(STATUSES, "latency", delay_ms=1500)
    impatient = partial(_impatiently, public_http.ask)
    assert tried(impatient, post, looks=False) == ("put_off", "timeout")
    assert tried(partial(_deaf, public_http.ask), again, looks=True) == ("put_off", "timeout")
    assert tried(public_http.ask, again, looks=True) == ("sent", "")
    assert [each.text for each in mock.posts()].count(post.text) == 1


@ONE_DATABASE
@pytest.mark.parametrize(
    "origin",
    [
        "https://127.0.0.1",
        "https://localhost",
        "http://mastodon.social",
        "https://10.0.0.8",
        "https://[::1]",
        "https://169.254.169.254",
        "https://me:secret@mastodon.social",
        "https://mastodon.social/path",
        "https://museum.internal",
        "",
    ],
)
def test_an_account_at_a_private_address_is_refused(cast: Cast, origin: str) -> None:
    with pytest.raises(InvalidError, match="origin"):
        actions.connect(
            cast.amelie, Wanted("mastodon", origin, "", "x"), secret_key=KEY, allowed=()
        )


@pytest.mark.parametrize("channel", ["mastodon", "bluesky"])
def test_a_public_name_that_leads_inside_is_not_asked(
    channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = partial(public_http.ask, resolve=lambda *_: ["10.0.0.8"], connect=_never)
    monkeypatch.setattr(plugs, "ask", asked)
    login = Login("https://museum.example.org", "x", "y")
    outcome = carry_out(Task("1", channel, login), lambda: True)
    assert outcome
    assert (outcome.result, outcome.fault) == ("refused", "private")


def test_only_leads_of_the_event_connect_and_see_accounts(cast: Cast) -> None:
    wanted = Wanted("bluesky", "", "@museomix.bsky.social", "abcd-efgh")
    for person in (cast.ben, cast.driss):
        with pytest.raises(NotAllowedError):
            actions.connect(person, wanted, secret_key=KEY, allowed=())
    connect = partial(actions.connect, cast.amelie, wanted, secret_key=KEY, allowed=())
    account = assert_replays(cast, connect)
    assert (account.origin, account.handle) == ("https://bsky.social", "museomix.bsky.social")
    for act in (actions.check, actions.disconnect, queries.account):
        with pytest.raises(NotFoundError):
            act(cast.eve, account.id)
    assert_replays(cast, partial(actions.check, cast.amelie, account.id))
    with reading() as tx:
        (item,) = VIEW.items(tx, cast.event.id).values()
    assert "sealed" not in item
    assert_replays(cast, partial(actions.disconnect, cast.amelie, account.id))
    assert queries.accounts(cast.amelie) == []


@ONE_DATABASE
def test_the_page_connects_an_account_and_never_shows_its_token(
    cast: Cast, mastodon_server: Mastodon, tmp_path: Path
) -> None:
    desk = Desk(cast, mastodon_server, tmp_path)
    browser = desk.browser()
    page = browser.get("/plan/accounts").text
    assert "Jeton d’accès" in page
    form = {"origin": "https://127.0.0.1", "secret": "alice_token"}
    refused = browser.post("/plan/accounts/mastodon", data=form)
    assert refused.status_code == 422
    assert "nom public" in refused.text
    assert "alice_token" not in refused.text
    form["origin"] = mastodon_server.origin
    assert browser.post("/plan/accounts/mastodon", data=form).status_code == 303
    assert "On interroge le réseau" in browser.get("/plan/accounts").text
    desk.run()
    desk.connected_since(minutes=5)
    message = desk.scheduled("Sur la page.", None)
    desk.run()
    page = browser.get("/plan/accounts").text
    assert "alice@" in page
    assert "Connecté" in page
    (dispatch,) = desk.dispatches(message)
    assert dispatch.url
    assert dispatch.url in page
    listed = browser.get("/api/v1/accounts").text + browser.get("/api/v1/dispatches").text
    assert "alice_token" not in page + listed
    assert dispatch.url in listed


class Desk:
    """A lead's desk with one network: connect, schedule, let the worker work, look."""

    def __init__(self, cast: Cast, network: Network, folder: Path) -> None:
        self.cast, self.network, self._folder = cast, network, folder
        self.settings = self.settings_with(KEY)
        self.files = DiskStore(folder / "uploads")

    def settings_with(self, key: str) -> Settings:
        env = {
            "MIXROOM_VAR": str(self._folder),
            "MIXROOM_UPLOADS": str(self._folder / "uploads"),
            "SECRET_KEY": key,
            "MIXROOM_CONNECTOR_HOSTS": self.network.origin,
        }
        return Settings.from_env(env)

    def connect(self, wanted: Wanted | None = None) -> Account:
        """Connect the account and let the network answer."""
        actions.connect(
            self.cast.amelie,
            wanted or self.network.wanted(),
            secret_key=KEY,
            allowed=(self.network.origin,),
        )
        self.connected_since(minutes=5)
        self.run()
        return self.account()

    def connected(self) -> None:
        """Have an account that the network has answered for, without asking it again."""
        account = actions.connect(
            self.cast.amelie, self.network.wanted(), secret_key=KEY, allowed=(self.network.origin,)
        )
        known = replace(
            account,
            state=AccountState.CONNECTED,
            handle=self.network.handle,
            network_id=self.network.network_id,
            connected_at=clock.now() - timedelta(minutes=5),
        )
        with transaction() as tx:
            store.save(tx, known)

    def connected_since(self, **time: float) -> None:
        with transaction() as tx:
            since = clock.now() - timedelta(**time)
            tx.execute(store.accounts.update().values(connected_at=since))

    def account(self) -> Account:
        with reading() as tx:
            (found,) = store.of_event(tx, self.cast.event.id)
        return found

    def break_token(self, account: Account) -> None:
        """Have the network not know the token any more."""
        from mixroom.connectors.sealing import seal

        with transaction() as tx:
            sealed = seal(KEY, account.id, "revoked")
            tx.execute(store.accounts.update().values(sealed=sealed))

    def scheduled(
        self,
        fr: str,
        en: str | None,
        *,
        due: datetime | None = None,
        drawn: tuple[str, ...] = (),
    ) -> Message:
        """Schedule a message of Ben's, which was due a moment ago unless `due` says otherwise."""
        marked = f"{fr} {ids.new()[-12:]}", f"{en} {ids.new()[-12:]}" if en else None
        at = due or clock.now() - timedelta(seconds=1)
        wanted = Message(
            "",
            "",
            title="",
            channels=(self.network.channel,),
            text=Bilingual(*marked),
            due=at,
            submissions=drawn,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: at - timedelta(minutes=2))
            made = plan.add(self.cast.ben, wanted, illustrated=bool(drawn))
            plan.mark_ready(self.cast.amelie, made.id)
            return plan.schedule(self.cast.ben, made.id)

    def again(self, message: Message, words: str = "") -> None:
        """Take its publication back and schedule it for now, perhaps with other words."""
        by, channel = self.cast.amelie, self.network.channel
        plan.unpublish(by, message.id, channel, "fr")
        at = clock.now() - timedelta(seconds=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: at - timedelta(minutes=2))
            text = {"text": Bilingual(words, None)} if words else {}
            now = plan.change(by, message.id, {"due": at, **text})
            if now.status is not Status.READY:
                plan.mark_ready(by, message.id)
            plan.schedule(by, message.id)

    def keep_files(self, submission: str) -> None:
        """Give the renditions of a photo their files."""
        with reading() as tx:
            photos = media_store.of_submissions(tx, [submission])[submission]
        for photo in photos:
            for each in photo.renditions.values():
                self.files.write(portrait((160, 120)), photo.stored(each.file))

    def begin(self) -> Sending:
        """Have the worker begin the job."""
        results.look(clock.now())
        with transaction() as tx:
            job = jobs.claim(tx, only={results.SEND_JOB})
        assert job
        return Sending(job, self.settings, self.files)

    def dies_after_sending(self, message: Message) -> None:
        """Have the worker and its courier die once the network has a message, and nobody knows."""
        sending = self.begin()
        self.go_on(sending, lambda: self.given(message))
        until(lambda: self.posted(message), "it is out")
        sending.courier.kill()
        sending.courier.close()

    def dies_before_sending(self, message: Message) -> None:
        """Have both die once the worker has said yes, which the courier does not hear."""
        sending = self.begin()
        say = sending.courier.say
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sending.courier, "say", lambda said: "task" in said and say(said))
            self.go_on(sending, lambda: self.given(message))
        sending.courier.kill()
        sending.courier.close()

    def go_on(self, sending: Sending, enough: Callable[[], bool]) -> None:
        """Let the job go on until it is over, or it is enough."""
        while not sending.over and not enough():
            select.select([sending], [], [], 0.05)
            sending.go_on()

    def run(self) -> None:
        """Do everything that is due."""
        results.look(clock.now())
        while True:
            with transaction() as tx:
                job = jobs.claim(tx, only={results.SEND_JOB})
            if job is None:
                return
            self.go_on(Sending(job, self.settings, self.files), lambda: False)

    def dispatches(self, message: Message) -> list[Dispatch]:
        with transaction() as tx:
            return store.of_messages(tx, [message.id])

    def states(self, message: Message) -> set[State]:
        return {each.state for each in self.dispatches(message)}

    def given(self, message: Message) -> bool:
        """Return whether the database knows that the network may have it."""
        return all(each.was_given for each in self.dispatches(message))

    def status(self, message: Message) -> Status:
        with reading() as tx:
            return plan_store.with_ids(tx, [message.id])[message.id].status

    def posted(self, message: Message) -> list[tuple[str | None, str]]:
        """Return the posts of a message as everyone sees them: text and language, in order."""
        return sorted((each.text, each.lang) for each in self._seen(message))

    def alts(self, message: Message) -> list[tuple[str, list[str]]]:
        return sorted((each.lang, each.alts) for each in self._seen(message))

    def _seen(self, message: Message) -> list[Any]:
        said = {message.text.fr, message.text.en}
        return [each for each in self.network.posts() if each.text in said]

    def browser(self) -> FlaskClient:
        """Return Amélie's browser."""
        app = create_app(self.settings)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.cast.tokens['amelie']}"
        return client


def later(**time: float) -> None:
    """Set the program's clock forward; the end of the test sets it right."""
    now = clock.now
    pytest.MonkeyPatch().setattr(clock, "now", lambda: now() + timedelta(**time))


def alarms(cast: Cast, rule: AlarmRule, *, minutes: float) -> list[str]:
    with reading() as tx:
        look = Look(tx, cast.event.id, minutes, clock.now(), files=None)  # type: ignore[arg-type]
        return [each.key for each in rule.find(look)]


def _impatiently(ask: Callable[..., Any], request: Any, **more: Any) -> Any:
    return ask(request, **more | {"answers": 0.3})


def _deaf(ask: Callable[..., Any], request: Any, **more: Any) -> Any:
    answer = ask(request, **more)
    if request.method == "POST":
        raise TimeoutError  # the server has done it, and we never hear so
    return answer


def _never(*_: object) -> Any:
    raise AssertionError("it was asked")


def test_a_picture_goes_in_the_largest_size_that_the_network_takes() -> None:
    copies = tuple(Copy(size, size, b"x" * size) for size in (3000, 900))
    assert Image(copies, "").fitting(5000).width == 3000
    assert Image(copies, "").fitting(1000).width == 900
    with pytest.raises(plugs.TroubleError, match="picture_too_large"):
        Image(copies, "").fitting(100)
