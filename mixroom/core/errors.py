"""What can go wrong for a person, each with a stable code; the edge gives it a status and words."""


class MixroomError(Exception):
    """A refusal that the person who asked can understand.

    `code` is stable and public; `detail` says what it was about, in any language.
    """

    code = "error"

    def __init__(self, detail: str = "", **facts: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.facts = facts


class StartError(Exception):
    """A process cannot start; the message is one line that says what to do."""


class NotFoundError(MixroomError):
    """There is no such thing, or the person may not know that there is."""

    code = "not_found"


class NotAllowedError(MixroomError):
    """The person's role does not have this verb."""

    code = "not_allowed"


class InvalidError(MixroomError):
    """What was sent breaks a rule; `field` names where."""

    code = "invalid"

    def __init__(self, field: str, rule: str, **facts: object) -> None:
        super().__init__(f"{field}: {rule}", **facts)
        self.field = field
        self.rule = rule


class ConflictError(MixroomError):
    """The thing has moved on, or is taken."""

    code = "conflict"


class UnavailableError(MixroomError):
    """Something the server needs is missing for the moment; trying again later is right."""

    code = "unavailable"
