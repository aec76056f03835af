"""The kinds of what the crew sends and is asked for."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a submission, or of what a request asks for.

    The fingerprint of a request over HTTP hashes its `repr`, so the class keeps its name.
    """

    POST = "post"
    QUOTE = "quote"
    PHOTO = "photo"
    VIDEO = "video"
