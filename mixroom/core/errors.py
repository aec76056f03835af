"""Errors that a person sees, each with a stable code; the web layer adds status and message."""


class MixroomError(Exception):
    """A refusal that concerns the person who asked.

    `code` is stable and public; `detail` names the thing refused; `facts` fill the message in.
    """

    code = "error"

    def __init__(self, detail: str = "", **facts: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.facts = facts


class StartError(Exception):
    """A process cannot start; the message is one line that says how to fix it."""


class NotFoundError(MixroomError):
    """The thing does not exist, or the person may not know that it does."""

    code = "not_found"


class NotAllowedError(MixroomError):
    """The person's role lacks the permission."""

    code = "not_allowed"


class InvalidError(MixroomError):
    """A `field` of the input breaks a `rule`; the features declare a message for each rule."""

    code = "invalid"

    def __init__(self, field: str, rule: str, **facts: object) -> None:
        super().__init__(f"{field}: {rule}", **facts)
        self.field = field
        self.rule = rule


class ConflictError(MixroomError):
    """The thing has changed in the meantime, or is taken."""

    code = "conflict"


class UnavailableError(MixroomError):
    """The server lacks something for the moment; the client should try again later."""

    code = "unavailable"
