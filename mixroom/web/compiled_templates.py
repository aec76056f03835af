"""Keeps compiled templates where Python keeps compiled modules, so that a server starts sooner.

Compiling all templates takes half of the CPU time that a web process needs to start. As with
modules, `__pycache__` (or PYTHONPYCACHEPREFIX) holds the result, PYTHONDONTWRITEBYTECODE keeps it
from being written, and a template that has changed is compiled again.
"""

import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


def init(app: Flask) -> None:
    """Have the application keep its compiled templates, where it may."""
    if sys.dont_write_bytecode:
        return
    folder = Path(cache_from_source(__file__)).parent / f"jinja2-{version('jinja2')}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = _Optional(str(folder))


class _Optional(FileSystemBytecodeCache):
    """A cache in a folder that may be read-only, full, or missing."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
