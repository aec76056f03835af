"""Answers with files of the media store."""

from flask import Response, request
from werkzeug.wsgi import wrap_file

from mixroom.core.errors import NotFoundError
from mixroom.core.files import Store


def send_stored(files: Store, name: str, mimetype: str) -> Response:
    """Answer with a file, or with the requested range of it; raises NotFoundError."""
    try:
        opened = files.open(name)
    except FileNotFoundError as error:
        raise NotFoundError(name) from error
    body = wrap_file(request.environ, opened.stream)
    response = Response(body, mimetype=mimetype, direct_passthrough=True)
    response.content_length = opened.size
    response.last_modified = opened.modified
    return _conditional(response, name, opened.size)


def send_in_pieces(files: Store, name: str, mimetype: str) -> Response:
    """Answer with a large file, or a range of it, read in pieces; raises NotFoundError."""
    try:
        pieces = files.pieces(name)
    except FileNotFoundError as error:
        raise NotFoundError(name) from error
    response = Response(pieces, mimetype=mimetype, direct_passthrough=True)
    response.content_length = pieces.size
    return _conditional(response, name, pieces.size)


def _conditional(response: Response, name: str, size: int) -> Response:
    file = name.rpartition("/")[2]
    response.set_etag(file)
    response.headers.set("Content-Disposition", "inline", filename=file)
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    return response
