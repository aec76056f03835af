"""The language of a request: by the switch, the person's choice or the browser; else French."""

from flask import Flask, Response, g, request

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


def switch_url() -> str:
    """Return the address of this page in the other language, without other parameters."""
    other = "en" if g.lang == "fr" else "fr"
    return f"{request.path}?lang={other}"


def _choose() -> None:
    asked = request.args.get("lang")
    person = g.identity.person if g.get("identity") else None
    browser = request.accept_languages.best_match(LANGS)
    chosen = person.lang if person else None
    if request.path.startswith("/api/"):
        choices = [browser, chosen]
    else:
        choices = [asked, request.cookies.get(COOKIE), chosen, browser]
    g.lang = next((lang for lang in choices if lang in LANGS), "fr")


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGS and not request.path.startswith("/api/"):
        response.set_cookie(COOKIE, g.lang, max_age=A_YEAR, samesite="Lax", httponly=True)
    response.headers.setdefault("Content-Language", g.get("lang", "fr"))
    response.vary.add("Accept-Language")
    return response
