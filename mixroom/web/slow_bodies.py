"""Requests with long bodies: others get their turn, and the sender may be signed out meanwhile."""

import time
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import HTTPException

from mixroom.web.problems import RefusedError
from mixroom.web.security import recheck_sign_in

IN_MEMORY = 500_000  # bytes of a form's file; a larger one is written to the disk


class _InTurns(SpooledTemporaryFile[bytes]):
    """A form's file, which lets other requests run after each portion."""

    def write(self, data: Any) -> int:
        """Append bytes."""
        time.sleep(0)
        return super().write(data)


class RecheckingRequest(Request):
    """A request that checks the person's sign-in again after a slow body has arrived."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body; raises RefusedError if the person was signed out in the meantime."""
        data = super().get_data(*args, **kwargs)
        recheck_sign_in()
        return data

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return _InTurns(max_size=IN_MEMORY)

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
