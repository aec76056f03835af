"""All settings, read once from the environment; no other file reads it."""

import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent
PUSH_SERVICES = "fcm.googleapis.com push.services.mozilla.com web.push.apple.com notify.windows.com"
SMTP_SCHEMES = ("smtp+starttls", "smtps", "smtp")
P_256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # number of keys


class SettingError(Exception):
    """A wrong setting; the message has the variable, the fault in both languages, an example."""

    def __init__(self, variable: str, value: str | None, fr: str, en: str, example: object) -> None:
        shown = "" if value is None else f"{value!r} "
        super().__init__(f"{variable}: {shown}{fr} · {en}; exemple · example: {example}")


def _setting(variable: str, default: str, what: str, example: str) -> Any:
    return field(
        metadata={"variable": variable, "default": default, "what": what, "example": example}
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, in the order of the documentation (`docs/settings.md` is made from this)."""

    database_url: str = _setting(
        "DATABASE_URL",
        "a SQLite file in the `MIXROOM_VAR` folder",
        "The database: SQLite for one machine, PostgreSQL for several processes or machines.",
        "postgresql://mixroom:secret@localhost/mixroom",
    )
    redis_url: str | None = _setting(
        "REDIS_URL",
        "none",
        "Redis for wake-ups across machines, shared rate limits and presence. Optional: all data "
        "stays in the database.",
        "redis://localhost:6379/0",
    )
    host: str = _setting("HOST", "127.0.0.1", "The address to listen on.", "0.0.0.0")  # noqa: S104
    port: int = _setting("PORT", "5000", "The port to listen on.", "8080")
    base_url: str = _setting(
        "MIXROOM_BASE_URL",
        "http://HOST:PORT, https with a certificate",
        "The address at which phones and screens reach Mixroom; https turns secure cookies on.",
        "https://mixroom.example.org",
    )
    tls_cert: Path | None = _setting(
        "MIXROOM_TLS_CERT",
        "none",
        "Certificate file (PEM, with its chain) for https without a proxy; needs `MIXROOM_TLS_KEY` "
        "too.",
        "/etc/mixroom/fullchain.pem",
    )
    tls_key: Path | None = _setting(
        "MIXROOM_TLS_KEY",
        "none",
        "Key file (PEM, without a password) of the certificate.",
        "/etc/mixroom/privkey.pem",
    )
    secret_key: str = _setting(
        "SECRET_KEY",
        "made once and kept in the `MIXROOM_VAR` folder, mode 600",
        "Signs form tokens and seals the tokens of connected accounts. Must be the same for all "
        "processes; after a change, accounts are connected again.",
        "64 random characters",
    )
    vapid_key: str = _setting(
        "MIXROOM_VAPID_KEY",
        "made once and kept in the `MIXROOM_VAR` folder, mode 600",
        "Signs push messages: a P-256 private key, 32 bytes in base64url. Must be the same for all "
        "processes; after a change, every phone must subscribe again.",
        "43 letters of base64url",
    )
    vapid_contact: str = _setting(
        "MIXROOM_VAPID_CONTACT",
        "`MIXROOM_BASE_URL` if that is https, else an address at its host",
        "Contact for push services about our messages: a `mailto:` or `https:` address.",
        "mailto:media@museum.example.org",
    )
    push_services: tuple[str, ...] = _setting(
        "MIXROOM_PUSH_SERVICES",
        "those of Chrome, Firefox, Safari and Edge",
        "Hosts to which push messages may be sent, including their subdomains; an entry with a "
        "scheme and port is meant literally.",
        "fcm.googleapis.com push.example.org",
    )
    webhook_hosts: tuple[str, ...] = _setting(
        "MIXROOM_WEBHOOK_HOSTS",
        "none: webhooks go to public https addresses only",
        "Origins to which webhooks may be sent although they are not public, or not https: a "
        "scheme, a host and a port, meant literally. A lead can then make the server ask there.",
        "http://127.0.0.1:9000",
    )
    connector_hosts: tuple[str, ...] = _setting(
        "MIXROOM_CONNECTOR_HOSTS",
        "none: only public https servers are asked",
        "Origins of Mastodon and Bluesky servers that may be asked although they are not public, "
        "or not https: a scheme, a host and a port, meant literally. For tests.",
        "http://127.0.0.1:3000",
    )
    smtp_url: str | None = _setting(
        "MIXROOM_SMTP_URL",
        "none: letters are sent by hand",
        "The mail server that sends the letters: `smtp+starttls://` or `smtps://`, with the user "
        "name and the password (percent-encoded); `smtp://` without encryption only for a server "
        "without a password. Needs `MIXROOM_MAIL_FROM` too.",
        "smtp+starttls://user:password@mail.example.org:587",
    )
    mail_from: str | None = _setting(
        "MIXROOM_MAIL_FROM",
        "none",
        "The sender of the letters: an address of the mail server, with a name if you like.",
        "Museomix Montréal <media@museum.example.org>",
    )
    processes: int = _setting("MIXROOM_PROCESSES", "1", "Web processes that share the port.", "2")
    var: Path = _setting(
        "MIXROOM_VAR",
        "`var/` in the checkout",
        "Folder of the server's own files.",
        "var",
    )
    uploads: Path = _setting(
        "MIXROOM_UPLOADS",
        "`uploads/` in the checkout",
        "Folder of the media store; originals in it are private.",
        "/srv/mixroom/uploads",
    )
    max_upload_mb: int = _setting(
        "MIXROOM_MAX_UPLOAD_MB", "40", "Largest photo accepted, in megabytes (10⁶ bytes).", "40"
    )
    max_clip_mb: int = _setting(
        "MIXROOM_MAX_CLIP_MB", "500", "Largest clip accepted, in megabytes (10⁶ bytes).", "500"
    )
    reserve_mb: int = _setting(
        "MIXROOM_RESERVE_MB",
        "500",
        "Free space that uploads must leave, in megabytes; with less, they are answered 507.",
        "1000",
    )
    pending_person_mb: int = _setting(
        "MIXROOM_PENDING_PERSON_MB",
        "10000",
        "Megabytes that one person may have announced and not yet sent; further announcements are "
        "answered 429 until some have arrived.",
        "20000",
    )
    pending_person_files: int = _setting(
        "MIXROOM_PENDING_PERSON_FILES",
        "300",
        "Number of files that one person may have announced and not yet sent.",
        "500",
    )
    pending_event_mb: int = _setting(
        "MIXROOM_PENDING_EVENT_MB",
        "100000",
        "Megabytes that all people of an event may have announced and not yet sent; further "
        "announcements are answered 507.",
        "200000",
    )
    pending_event_files: int = _setting(
        "MIXROOM_PENDING_EVENT_FILES",
        "3000",
        "Number of files that all people of an event may have announced and not yet sent.",
        "5000",
    )
    submit_rate: str = _setting(
        "MIXROOM_SUBMIT_RATE",
        "300/minute",
        "Submissions and uploads accepted from one person.",
        "60/minute",
    )
    fan_out: str = _setting(
        "MIXROOM_FAN_OUT",
        "shared",
        "How changes reach all sockets: `shared` makes one frame for all of them, `library` leaves "
        "it to Socket.IO, which costs several times as much.",
        "library",
    )

    @property
    def secure(self) -> bool:
        """Return whether the public address is https, so that cookies are `Secure`."""
        return self.base_url.startswith("https://")

    def max_bytes(self, *, clip: bool) -> int:
        """Return the size of the largest photo, or clip, that is accepted, in bytes."""
        return (self.max_clip_mb if clip else self.max_upload_mb) * 1_000_000

    @property
    def embedded(self) -> bool:
        """Return whether the database is SQLite: then `serve` migrates it and starts a worker."""
        return self.database_url.startswith("sqlite")

    @property
    def database_file(self) -> Path | None:
        """Return SQLite's file, or None if the database is no file."""
        name = self.database_url.partition(":///")[2].partition("?")[0]
        return Path(name) if self.embedded and name else None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the settings; raises SettingError for the first wrong value."""
        var = Path(env.get("MIXROOM_VAR") or ROOT / "var").expanduser().resolve()
        host = env.get("HOST") or "127.0.0.1"
        port = _number(env, "PORT", 5000, 1, 65535)
        cert, key = _pair(env, "MIXROOM_TLS_CERT", "MIXROOM_TLS_KEY")
        scheme = "https" if cert else "http"
        base = _base(env.get("MIXROOM_BASE_URL") or f"{scheme}://{_reachable(host)}:{port}")
        return cls(
            database_url=_database(env, var),
            redis_url=_url(
                env, "REDIS_URL", ("redis", "rediss", "unix"), "redis://localhost:6379/0"
            ),
            host=host,
            port=port,
            base_url=base,
            tls_cert=cert,
            tls_key=key,
            secret_key=_secret(env, var),
            vapid_key=_vapid(env, var),
            vapid_contact=_contact(env, base),
            push_services=_hosts(env, "MIXROOM_PUSH_SERVICES", PUSH_SERVICES),
            webhook_hosts=_origins(env, "MIXROOM_WEBHOOK_HOSTS"),
            connector_hosts=_origins(env, "MIXROOM_CONNECTOR_HOSTS"),
            smtp_url=_smtp(env),
            mail_from=_sender(env),
            processes=_number(env, "MIXROOM_PROCESSES", 1, 1, 32),
            var=var,
            uploads=_uploads(env),
            max_upload_mb=_number(env, "MIXROOM_MAX_UPLOAD_MB", 40, 1, 2000),
            max_clip_mb=_number(env, "MIXROOM_MAX_CLIP_MB", 500, 1, 10_000),
            reserve_mb=_number(env, "MIXROOM_RESERVE_MB", 500, 0, 1_000_000),
            pending_person_mb=_number(env, "MIXROOM_PENDING_PERSON_MB", 10_000, 1, 100_000_000),
            pending_person_files=_number(env, "MIXROOM_PENDING_PERSON_FILES", 300, 1, 1_000_000),
            pending_event_mb=_number(env, "MIXROOM_PENDING_EVENT_MB", 100_000, 1, 100_000_000),
            pending_event_files=_number(env, "MIXROOM_PENDING_EVENT_FILES", 3000, 1, 1_000_000),
            submit_rate=_rate(env, "MIXROOM_SUBMIT_RATE", "300/minute"),
            fan_out=_choice(env, "MIXROOM_FAN_OUT", ("shared", "library")),
        )


def documented() -> list[Mapping[str, Any]]:
    """Return the documentation of each setting."""
    return [f.metadata for f in fields(Settings)]


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        fr = f"n’est pas un nombre entier de {low} à {high}"
        raise SettingError(name, text, fr, f"is not a whole number from {low} to {high}", default)
    return int(text)


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], example: str) -> str | None:
    text = env.get(name) or None
    if text and ((parts := _parts(text)) is None or parts.scheme not in schemes):
        fr, en = f"n’est pas une adresse {schemes[0]}", f"is not a {schemes[0]} address"
        raise SettingError(name, _without_password(text), fr, en, example)
    return text


def _database(env: Mapping[str, str], var: Path) -> str:
    text = env.get("DATABASE_URL") or f"sqlite:///{var}/mixroom.db"
    text = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", text)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "DATABASE_URL",
            _without_password(text),
            "n’est ni SQLite ni PostgreSQL",
            "is neither SQLite nor PostgreSQL",
            "postgresql://mixroom:secret@localhost/mixroom",
        )
    return text


def _parts(text: str) -> SplitResult | None:
    """Return the parts of a URL, or None if the text is no URL."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _base(text: str) -> str:
    parts = _parts(text)
    if not parts or parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(
            "MIXROOM_BASE_URL",
            text,
            "n’est pas une adresse web",
            "is not a web address",
            "https://mixroom.example.org",
        )
    return text.rstrip("/")


def _pair(env: Mapping[str, str], first: str, second: str) -> tuple[Path | None, Path | None]:
    """Return two files; raises SettingError if only one of them is set."""
    paths = [
        Path(env[name]).expanduser().resolve() if env.get(name) else None
        for name in (first, second)
    ]
    for name, path, other in ((first, paths[0], second), (second, paths[1], first)):
        if path is None and any(paths):
            fr, en = f"manque, mais {other} est là", f"is missing, but {other} is there"
            raise SettingError(name, None, fr, en, "/etc/mixroom/file.pem")
    return paths[0], paths[1]


def _uploads(env: Mapping[str, str]) -> Path:
    text = env.get("MIXROOM_UPLOADS") or str(ROOT / "uploads")
    if "://" in text:
        fr, en = "n’est pas un dossier", "is not a folder"
        raise SettingError("MIXROOM_UPLOADS", text, fr, en, "/srv/mixroom/uploads")
    return Path(text).expanduser().resolve()


def _rate(env: Mapping[str, str], name: str, default: str) -> str:
    text = env.get(name) or default
    if not re.fullmatch(r"\d{1,6}/(second|minute|hour|day)", text):
        raise SettingError(name, text, "n’est pas une cadence", "is not a rate", default)
    return text


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices, by default the first."""
    text = env.get(name) or choices[0]
    if text not in choices:
        fr, en = f"n’est pas l’un de : {', '.join(choices)}", f"is none of {', '.join(choices)}"
        raise SettingError(name, text, fr, en, choices[0])
    return text


def _secret(env: Mapping[str, str], var: Path) -> str:
    text = env.get("SECRET_KEY")
    if text is not None:
        if len(text) < 32:  # noqa: PLR2004  256 bits as letters are longer than this
            fr, en = "a moins de 32 caractères", "is shorter than 32 characters"
            raise SettingError("SECRET_KEY", None, fr, en, "64 random characters")
        return text
    return _kept(var / "secret_key", lambda: secrets.token_urlsafe(48))


def _vapid(env: Mapping[str, str], var: Path) -> str:
    text = env.get("MIXROOM_VAPID_KEY")
    if text is None:
        return _kept(var / "vapid_key", lambda: _base64(secrets.randbelow(P_256 - 1) + 1))
    try:
        number = int.from_bytes(base64.urlsafe_b64decode(f"{text}="), "big")
    except ValueError:
        number = 0
    if len(text) != len(_base64(1)) or not 0 < number < P_256:
        fr, en = "n’est pas une clé P-256 en base64url", "is no P-256 key in base64url"
        raise SettingError("MIXROOM_VAPID_KEY", None, fr, en, "43 letters of base64url")
    return text


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _contact(env: Mapping[str, str], base: str) -> str:
    text = env.get("MIXROOM_VAPID_CONTACT")
    if text is None:
        return base if base.startswith("https:") else f"mailto:mixroom@{urlsplit(base).hostname}"
    if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https://[^/\s]+\S*", text):
        fr, en = "n’est pas une adresse mailto: ou https:", "is no mailto: or https: address"
        example = "mailto:media@museum.example.org"
        raise SettingError("MIXROOM_VAPID_CONTACT", text, fr, en, example)
    return text


def _hosts(env: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    hosts = tuple((env.get(name) or default).split())
    for host in hosts:
        if not re.fullmatch(r"(https?://)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?", host):
            fr, en = "n’est pas un nom d’hôte", "is not the name of a host"
            raise SettingError(name, host, fr, en, "fcm.googleapis.com push.example.org")
    return hosts


def _origins(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = tuple(env.get(name, "").split())
    for origin in origins:
        if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", origin):
            fr, en = "n’est pas une origine", "is not an origin"
            raise SettingError(name, origin, fr, en, "http://127.0.0.1:9000")
    return origins


def _smtp(env: Mapping[str, str]) -> str | None:
    text = env.get("MIXROOM_SMTP_URL") or None
    if text is None:
        return None
    parts, fault = _parts(text), None
    if not parts or parts.scheme not in SMTP_SCHEMES or not parts.hostname or parts.path.strip("/"):
        schemes = ", ".join(f"{each}://" for each in SMTP_SCHEMES)
        fault = f"n’est pas une adresse {schemes}", f"is no address of {schemes}"
    elif bool(parts.username) != bool(parts.password):
        fault = "n’a que le nom ou que le mot de passe", "has a user name or a password only"
    elif parts.scheme == "smtp" and parts.password:
        fault = "montrerait le mot de passe à tous", "would show the password to everyone"
    elif not env.get("MIXROOM_MAIL_FROM"):
        fault = "demande MIXROOM_MAIL_FROM aussi", "needs MIXROOM_MAIL_FROM too"
    if fault:
        example = "smtp+starttls://user:password@mail.example.org:587"
        raise SettingError("MIXROOM_SMTP_URL", _without_password(text), *fault, example)
    return text


def _sender(env: Mapping[str, str]) -> str | None:
    text = env.get("MIXROOM_MAIL_FROM") or None
    address = r"[!-;=?A-~]+@[A-Za-z0-9.-]+"  # in ASCII, since it goes to the mail server so
    if text and not re.fullmatch(rf"[^\x00-\x1f<>]*<{address}>|{address}", text):
        fr, en = "n’est pas une adresse courriel", "is no e-mail address"
        example = "Museomix <media@museum.example.org>"
        raise SettingError("MIXROOM_MAIL_FROM", text, fr, en, example)
    return text


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return the text of a file, making it on the first start; two simultaneous starts agree."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(make())
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        fr, en = f"est impossible à écrire ({error.strerror})", "cannot be written"
        raise SettingError("MIXROOM_VAR", str(path.parent), fr, en, "var") from error


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _without_password(url: str) -> str:
    return re.sub(r"//([^:/@]*):[^@]*@", r"//\1:…@", url)
