"""Pages as a browser without a script has them: their forms, filled in as they were made."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient


class Pages:
    """Someone who opens pages and sends their forms."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
        self._as = headers | {"Accept-Language": "fr"}

    def form(self, page: str, path: str) -> dict[str, str]:
        """Return what the form of a page that goes to `path` holds."""
        found = self._client.get(page, headers=self._as)
        assert found.status_code == 200, page
        return form_of(found.text, path)

    def post(self, path: str, form: Mapping[str, str | list[str]]) -> Any:
        """Send a form."""
        return self._client.post(path, data=dict(form), headers=self._as)


def form_of(page: str, path: str) -> dict[str, str]:
    """Return the fields and values of a page's form that goes to `path`.

    Of several, it is the first that says what its fields hold, else all of them together.
    """
    reader = _Reader(path)
    reader.feed(page)
    assert reader.forms, path
    together = {name: value for form in reader.forms for name, value in form.items()}
    return next((form for form in reader.forms if "held" in form), together)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._path, self._inside, self._open = path, False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "form":
            self._inside = of.get("action") == self._path
            if self._inside:
                self.forms.append({})
        name, value = of.get("name") or "", of.get("value") or ""
        if not self._inside or tag == "button":
            return
        fields = self.forms[-1]
        if tag == "option":
            if "selected" in of or self._open not in fields:
                fields[self._open] = value
        elif tag in ("select", "textarea"):
            self._open = name
            if tag == "textarea":
                fields[name] = ""
        elif tag == "input" and of.get("type") not in ("checkbox", "radio", "file"):
            fields[name] = value

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self._inside and self._open:
            self.forms[-1][self._open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._open = ""
        if tag == "form":
            self._inside = False
