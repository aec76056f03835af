"""The language of a request: by the switch, the person's choice or the browser; else French."""

from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import dump_cookie, parse_accept_header

from mixroom.core.speech import translations
from mixroom.core.text import LANGS

COOKIE = "lang"
A_YEAR = 365 * 24 * 3600


def init(app: Flask) -> None:
    """Choose the language of each request, and install translation in templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(g.lang).ugettext(text),
        lambda one, many, n: translations(g.lang).ungettext(one, many, n),
        newstyle=True,
    )
    app.before_request(_choose)
    app.after_request(_remember)


def of_visitor(switch: str | None, chosen: str | None, spoken: str) -> str:
    """Return the language of a page: by the switch, an earlier choice or the browser; else French.

    `spoken` is the header Accept-Language.
    """
    return _first(switch, chosen, _spoken(spoken))


def kept(lang: str) -> str:
    """Return the header of a cookie that keeps a choice."""
    return dump_cookie(COOKIE, lang, max_age=A_YEAR, samesite="Lax", httponly=True)


def switch_url() -> str:
    """Return the address of this page in the other language, without other parameters."""
    other = "en" if g.lang == "fr" else "fr"
    return f"{request.path}?lang={other}"


def _choose() -> None:
    asked = request.args.get("lang")
    person = g.identity.person if g.get("identity") else None
    chosen = person.lang if person else None
    browser = _spoken(request.headers.get("Accept-Language", ""))
    if request.path.startswith("/api/"):
        g.lang = _first(browser, chosen)
    else:
        g.lang = _first(asked, request.cookies.get(COOKIE), chosen, browser)


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGS and not request.path.startswith("/api/"):
        response.headers.add("Set-Cookie", kept(g.lang))
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        return response  # a file is in no language, and a page of the phone asks for forty
    response.headers.setdefault("Content-Language", g.get("lang", "fr"))
    response.vary.add("Accept-Language")
    return response


def _first(*choices: str | None) -> str:
    return next((lang for lang in choices if lang in LANGS), "fr")


@lru_cache(maxsize=500)
def _spoken(spoken: str) -> str | None:
    return parse_accept_header(spoken, LanguageAccept).best_match(LANGS)
