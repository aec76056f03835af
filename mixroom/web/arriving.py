"""A request as its body arrives: once all of it is here, it may be too late for who sent it."""

from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException

from mixroom.web.problems import RefusedError
from mixroom.web.security import must_still_be_in


class Arriving(Request):
    """A request whose person is looked up again where its body took long to come."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body; raises RefusedError where its person has been signed out meanwhile."""
        data = super().get_data(*args, **kwargs)
        must_still_be_in()
        return data

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            super()._load_form_data()
        except HTTPException:
            raise
        except ValueError as error:  # pieces that are none
            raise RefusedError("bad_request") from error
        if any("\0" in part for pair in self.form.items(multi=True) for part in pair):
            raise RefusedError("bad_request")  # databases choke on it
        must_still_be_in()
