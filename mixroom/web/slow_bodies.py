"""Requests with slow bodies: the person may have been signed out while the body arrived."""

from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException

from mixroom.web.problems import RefusedError
from mixroom.web.security import recheck_sign_in


class RecheckingRequest(Request):
    """A request that checks the person's sign-in again after a slow body has arrived."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body; raises RefusedError if the person was signed out in the meantime."""
        data = super().get_data(*args, **kwargs)
        recheck_sign_in()
        return data

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            super()._load_form_data()
        except HTTPException:
            raise
        except ValueError as error:  # malformed multipart
            raise RefusedError("bad_request") from error
        if any("\0" in part for pair in self.form.items(multi=True) for part in pair):
            raise RefusedError("bad_request")  # PostgreSQL cannot store NUL
        recheck_sign_in()
