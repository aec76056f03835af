"""However strangers word their requests, few answers are kept."""

from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from mixroom.web.shared_requests import PAGE, PARAMETERS, POLL, common_form

NAMES = st.sampled_from(["after", "start", "before", "lang", "utm_source", "", "x"])
QUERIES = st.lists(st.tuples(NAMES, st.text(max_size=30) | st.from_regex(r"\A[0-9]{1,20}\Z")))
HEADER = st.text(max_size=60) | st.sampled_from(["gzip, br", "en", "fr-CA,fr;q=0.9", "*"])


@given(st.sampled_from([PAGE, POLL]), QUERIES, HEADER, HEADER, HEADER)
def test_only_what_matters_tells_two_requests_apart(
    path: str, query: list[tuple[str, str]], packed: str, spoken: str, cookies: str
) -> None:
    asked = {
        "PATH_INFO": path,
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": urlencode(query),
        "HTTP_ACCEPT_ENCODING": packed,
        "HTTP_ACCEPT_LANGUAGE": spoken,
        "HTTP_COOKIE": cookies,
        "HTTP_HOST": cookies,
    }
    form = common_form(asked, "mixroom")
    if form is None:
        assert any("\0" in name + text for name, text in query) or not _looks_right(path, query)
        return
    shared, switch = form
    assert shared.encoding in ("br", "gzip", "")
    assert shared.lang in (("fr", "en") if path == PAGE else ("",))
    assert switch in ("", "fr", "en")
    for name, text in parse_qsl(shared.query):
        assert PARAMETERS[path][name].fullmatch(text)
    environ = shared.environ(asked, "museum.example")
    assert "HTTP_COOKIE" not in environ
    assert environ["HTTP_HOST"] == "museum.example"
    # The common form of the common form is itself.
    again = common_form(environ, "mixroom")
    assert again is not None
    assert again[0] == shared


def test_a_session_is_never_shared() -> None:
    asked = {"PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    assert common_form(asked, "mixroom") is not None
    for more in (
        {"HTTP_COOKIE": "mixroom=secret"},
        {"HTTP_COOKIE": 'lang=en; x="; mixroom=secret"'},
        {"HTTP_AUTHORIZATION": "Bearer secret"},
        {"REQUEST_METHOD": "POST"},
        {"PATH_INFO": "/send"},
    ):
        assert common_form(asked | more, "mixroom") is None


def _looks_right(path: str, query: list[tuple[str, str]]) -> bool:
    first = dict(reversed(query))
    return all(
        pattern.fullmatch(first[name])
        for name, pattern in PARAMETERS[path].items()
        if first.get(name)
    )
