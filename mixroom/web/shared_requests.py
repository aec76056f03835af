"""Which requests share an answer, and the common form of those that do.

A stranger chooses a request's words, but not how many answers are kept: only parameters that matter
count, only where they look right, and headers only for what is chosen by them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.http import parse_cookie

from mixroom.core.text import LANGS
from mixroom.web import compression, language

PAGE, STORY, POLL = "/", "/wrap-up/", "/api/v1/views/public"
ONE_STORY = re.compile(r"/wrap-up/[1-9][0-9]?", re.ASCII)  # by the number of its day
KEY = re.compile(r"[\w:.-]{1,100}", re.ASCII)
# The parameters that the answer of each kind depends on, and what they look like.
PARAMETERS: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    PAGE: {"before": KEY},
    STORY: {},
    POLL: {"after": re.compile(r"[0-9]{1,18}", re.ASCII), "start": KEY},
}
MAX_HEADER = 1000  # characters of a query or a header that is looked into
READ = ("QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")


class Shared(NamedTuple):
    """The common form of a request: the parts that its answer depends on."""

    path: str
    query: str
    lang: str
    encoding: str
    after: int  # the number that a poll asks from

    @property
    def kind(self) -> str:
        """Return what kind of answer it is: PAGE, STORY or POLL."""
        return _kind(self.path)

    def environ(self, asked: Mapping[str, Any], host: str) -> dict[str, Any]:
        """Return the environment of this request, without any header of the one that asked."""
        plain = {name: asked[name] for name in asked if not name.startswith(("HTTP_", "CONTENT_"))}
        return plain | {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": self.query,
            "HTTP_HOST": host,
            "HTTP_ACCEPT": "application/json" if self.path == POLL else "text/html",
            "HTTP_ACCEPT_LANGUAGE": self.lang,
            "HTTP_ACCEPT_ENCODING": self.encoding or "identity",
        }


def common_form(environ: Mapping[str, Any], session: str) -> tuple[Shared, str] | None:
    """Return the common form, and the language that its switch asks for, if any.

    None if the answer is not shared. `session` is the name of the cookie of people who are signed
    in.
    """
    path = environ.get("PATH_INFO", "")
    if _kind(path) not in PARAMETERS or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
        return None
    words = [environ.get(name, "") for name in READ]
    if "HTTP_AUTHORIZATION" in environ or max(map(len, words)) > MAX_HEADER:
        return None
    return _form(path, session, *words)


@lru_cache(maxsize=1000)
def _form(
    path: str, session: str, query: str, cookies: str, spoken: str, packed: str
) -> tuple[Shared, str] | None:
    if session in cookies:
        return None
    given = _parameters(query) if query else {}
    matter = _those_that_matter(given, PARAMETERS[_kind(path)])
    if matter is None:
        return None
    switch = given.get("lang", "") if path != POLL and given.get("lang") in LANGS else ""
    chosen = parse_cookie(cookies).get(language.COOKIE) if language.COOKIE in cookies else None
    lang = language.of_visitor(switch, chosen, spoken) if path != POLL else ""
    after = int(matter.get("after", 0))
    return Shared(path, urlencode(matter), lang, compression.best(packed), after), switch


def _kind(path: str) -> str:
    return STORY if ONE_STORY.fullmatch(path) else path


def _parameters(query: str) -> dict[str, str]:
    """Return the first value of each parameter, as the application takes it."""
    return dict(reversed(parse_qsl(query, keep_blank_values=True, errors="replace")))


def _those_that_matter(
    given: Mapping[str, str], parameters: Mapping[str, re.Pattern[str]]
) -> dict[str, str] | None:
    """Return the parameters that the answer depends on; None if one has an odd value.

    PostgreSQL cannot store the character NUL, so the application refuses it anywhere.
    """
    matter = {name: given[name] for name in parameters if given.get(name)}
    odd = any(not parameters[name].fullmatch(text) for name, text in matter.items())
    if odd or any("\0" in name + text for name, text in given.items()):
        return None
    return matter
