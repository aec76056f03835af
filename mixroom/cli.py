"""The command line: parse, call one function, print."""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import click

from mixroom.core import private
from mixroom.core.errors import InvalidError, MixroomError, StartError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import invite_url
from mixroom.event.model import Event, Languages
from mixroom.settings import SettingError, Settings

WITH_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LANGUAGES = click.Choice([each.value for each in Languages])
ROLES = click.Choice([role.value for role in Role if role is not Role.SCREEN])


def main() -> None:
    """Run `mixroom`; an error is one line that says how to fix it, exit code 1 (2: wrong usage)."""
    private.from_now_on()
    try:
        sys.exit(cli(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except (SettingError, StartError) as error:
        sys.exit(f"mixroom: {error}")
    except MixroomError as error:
        sys.exit(f"mixroom: {_words(error)}")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mixroom")
def cli() -> None:
    """Mixroom: the software of a museum event's media room."""


def connected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the settings to a command, after opening and checking the database."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from mixroom.start import begin

        settings = Settings.from_env()
        begin(settings)
        return command(settings, *args, **kwargs)

    return run


@cli.command()
@click.option("--host", help="Address to listen on (HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (PORT).")
@click.option("--processes", type=click.IntRange(1, 32), help="Web processes (MIXROOM_PROCESSES).")
@click.option(
    "--tls-cert", metavar="FILE", help="Certificate to speak https with (MIXROOM_TLS_CERT)."
)
@click.option("--tls-key", metavar="FILE", help="Key of the certificate (MIXROOM_TLS_KEY).")
@click.option("--no-worker", is_flag=True, help="Start no worker with SQLite.")
def serve(no_worker: bool, **options: str | int | None) -> None:
    """Serve pages, API and live stream; with SQLite, migrate first and start a worker too."""
    import os

    from mixroom.launch import launch

    names = {"host": "HOST", "port": "PORT"}
    for option, value in options.items():
        if value is not None:
            os.environ[names.get(option, f"MIXROOM_{option.upper()}")] = str(value)
    sys.exit(launch(Settings.from_env(), worker=not no_worker))


@cli.command(hidden=True)
@click.option("--shared", is_flag=True)
@click.option("--process", default="0")
def web(shared: bool, process: str) -> None:
    """Run one web process (started by `serve`)."""
    from mixroom.serve import serve as run

    run(Settings.from_env(), shared=shared, process=process)


@cli.command()
def work() -> None:
    """Run a worker, which does the jobs: prepare photos, send messages, and so on."""
    from mixroom.work import work as run

    run(Settings.from_env())


@cli.command()
@WITH_JSON
def migrate(as_json: bool) -> None:
    """Migrate the database to this release; safe to run from several processes at once."""
    from mixroom.installation import connect
    from mixroom.migrate import migrate as run

    connect(Settings.from_env())
    revision = run()
    _print(
        as_json,
        {"revision": revision},
        f"Révision de la base · Revision of the database: {revision}",
    )


@cli.group()
def event() -> None:
    """Editions of the event."""


@event.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="Its name (in French; --name-en for English).")
@click.option("--name-en", help="Its name in English.")
@click.option("--from", "starts", required=True, metavar="DATE", help="First day: 2015-11-06.")
@click.option("--to", "ends", required=True, metavar="DATE", help="Last day: 2015-11-08.")
@click.option("--timezone", help="America/Toronto, or that of --like, unless given.")
@click.option(
    "--languages",
    type=LANGUAGES,
    help="How the walls show text in both languages; french_first, or as --like, unless given.",
)
@click.option("--like", metavar="SLUG", help="Begin with places, programme and look of this one.")
@click.option("--with-people", is_flag=True, help="With --like: ask its people again, by letter.")
@WITH_JSON
@connected
def create_event(
    settings: Settings,
    slug: str,
    name: str,
    name_en: str | None,
    starts: str,
    ends: str,
    timezone: str | None,
    languages: str | None,
    like: str | None,
    with_people: bool,
    as_json: bool,
) -> None:
    """Open a new edition, which becomes the present one."""
    if with_people and like is None:
        raise click.UsageError(
            "--with-people demande --like SLUG · --with-people needs --like SLUG"
        )
    from mixroom.event import actions
    from mixroom.features import listed
    from mixroom.installation import store_of
    from mixroom.setup import renewing

    label = Bilingual.of(name, name_en or name)
    first, last = _day(starts), _day(ends)
    if like is None:
        zone, order = timezone or "America/Toronto", Languages(languages or "french_first")
        made = actions.create(slug, label, first, last, zone, languages=order)
    else:
        made = renewing.renew_from_server(
            _event(like),
            slug,
            label,
            first,
            last,
            timezone=timezone,
            languages=Languages(languages) if languages else None,
            with_people=with_people,
            renews=listed("renews"),
            files=store_of(settings),
        )
    said = f"L’événement {made.slug} est ouvert. · The event {made.slug} is open."
    _print(as_json, {"id": made.id, "slug": made.slug}, said)


@cli.command()
@click.argument("name")
@click.option("--role", type=ROLES, required=True)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--event", "slug", help="The event's short name; the present one unless given.")
@WITH_JSON
@connected
def invite(
    settings: Settings, name: str, role: str, lang: Any, slug: str | None, as_json: bool
) -> None:
    """Print a personal sign-in link, good for three devices."""
    from mixroom.crew import actions

    made = actions.invite_from_server(_event(slug).id, name, Role(role), lang)
    url = invite_url(settings.base_url, made.token)
    facts = {"url": url, "code": made.code, "person": made.person.id}
    _print(as_json, facts, f"{url}\ncode: {made.code[:4]} {made.code[4:]}")


@cli.command()
@click.argument("name")
@click.option("--role", type=ROLES, required=True)
@click.option("--event", "slug", help="The event's short name; the present one unless given.")
@WITH_JSON
@connected
def token(_settings: Settings, name: str, role: str, slug: str | None, as_json: bool) -> None:
    """Print an API token for a script, once."""
    from mixroom.crew import actions

    person, secret = actions.token_from_server(_event(slug).id, name, Role(role))
    _print(as_json, {"token": secret, "person": person.id}, secret)


@cli.command()
@click.argument("name")
@click.option("--event", "slug", help="The event's short name; the present one unless given.")
@WITH_JSON
@connected
def screen(settings: Settings, name: str, slug: str | None, as_json: bool) -> None:
    """Print a link that turns the browser that opens it into a wall."""
    from mixroom.crew import actions

    made = actions.invite_from_server(_event(slug).id, name, Role.SCREEN)
    url = invite_url(settings.base_url, made.token)
    _print(as_json, {"url": url, "code": made.code, "person": made.person.id}, url)


@cli.command()
@click.argument("person")
@click.option("--event", "slug", help="The event of a name; the present one unless given.")
@WITH_JSON
@connected
def erase(_settings: Settings, person: str, slug: str | None, as_json: bool) -> None:
    """Erase a PERSON's data, by id, e-mail address (at every event) or name, and report it.

    Submissions stay, without the name.
    """
    from mixroom.core.speech import both
    from mixroom.erasure import LABELS
    from mixroom.erasure import erase as run

    erased = run(person, _event(slug).id)
    counts = {name: number for name, number in erased.counts.items() if number}
    words = {name: both(LABELS[name]) for name in counts}
    lines = [f"{counts[name]:>5}  {text.fr} · {text.en}" for name, text in words.items()]
    _print(as_json, {"people": erased.people, "removed": counts}, "\n".join(lines))


@cli.command()
@click.option("--speed", type=click.FloatRange(1, 100_000), default=60.0, show_default=True)
@click.option("--minutes", type=click.FloatRange(1, 10_000), help="Instead: how long it takes.")
@click.option("--like", metavar="SLUG", help="Take the name, teams and programme of this event.")
@click.option("--follow", is_flag=True, hidden=True, help="End when the standard input ends.")
@click.option("--clear", is_flag=True, help="Remove every trace of the rehearsal.")
@connected
def demo(
    settings: Settings,
    speed: float,
    minutes: float | None,
    like: str | None,
    follow: bool,
    clear: bool,
) -> None:
    """Replay a rehearsal of the three days, live; --clear removes it."""
    from mixroom.demo import replay
    from mixroom.installation import store_of
    from mixroom.recruiting.signing import Seal

    if follow:
        _end_with_input()
    files = store_of(settings)
    if clear:
        gone = replay.clear(files)
        click.echo(
            "La répétition est effacée. · The rehearsal is gone."
            if gone
            else "Il n’y a pas de répétition. · There is no rehearsal."
        )
        return
    rehearsal, ways = replay.begin(
        files, Seal(settings.secret_key, settings.base_url), _event(like) if like else None
    )
    for page in ("wall", "review", "send"):
        click.echo(f"{page:<7} {invite_url(settings.base_url, getattr(ways, page))}")
    click.echo(
        "Jusqu’à --clear, le lien de la ou du responsable y mène aussi, comme /wall dans ce "
        "navigateur.\n"
        "Il faut un serveur et un worker en marche : `mixroom serve`. Ctrl-C l’arrête.\n"
        "Until --clear, the lead's own link and /wall in that browser lead to it as well.\n"
        "It needs a server and a worker that run: `mixroom serve`. Ctrl-C stops it."
    )
    replay.replay(rehearsal, None if minutes else speed, minutes)


@cli.command()
@WITH_JSON
def check(as_json: bool) -> None:
    """Check the configuration and everything that it names; exit code 1 if something is wrong."""
    from mixroom.check import check as run

    found = run(Settings.from_env())
    lines = [f"{'✗' if fault else '✓'} {name}: {fault or 'ok'}" for name, fault in found.items()]
    _print(as_json, {name: fault or "ok" for name, fault in found.items()}, "\n".join(lines))
    if any(found.values()):
        raise click.exceptions.Exit(1)


def _event(slug: str | None) -> Event:
    from mixroom.event import queries
    from mixroom.welcome import present_or_first

    if slug is None:
        return present_or_first()
    found = queries.get_by_slug(slug)
    if found is None:
        raise click.ClickException(
            f"aucun événement {slug!r} : voyez `mixroom event create` · "
            f"there is no event {slug!r}: see `mixroom event create`"
        )
    return found


def _end_with_input() -> None:
    """End this process when its standard input ends, which is when its parent has gone."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text!r} n’est pas un jour · is not a day (2015-11-06)") from error


def _print(as_json: bool, facts: dict[str, Any], text: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _words(error: MixroomError) -> str:
    from mixroom.core.speech import both
    from mixroom.features import declared
    from mixroom.web.problems import PROBLEMS, RULES

    if isinstance(error, InvalidError):
        title = both({**RULES, **declared("rules")}[error.rule], **error.facts)
    else:
        title = both({**PROBLEMS, **declared("problems")}.get(error.code, (0, error.code))[1])
    message = f"{title.fr} · {title.en}"
    about = error.field if isinstance(error, InvalidError) else error.detail
    details = [str(fact) for fact in (about, error.facts.get("example")) if fact]
    return (
        f"{message} ({'; exemple · example: '.join(details)})"
        if details != [error.code]
        else message
    )
