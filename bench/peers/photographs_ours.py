"""Develops photographs as the worker does: each in a child process of its own, shut in.

    .venv/bin/python -m bench.peers.photographs_ours

Speaks the language of `photographs_sharp.mjs`. The CPU time is that of the child and of the
worker's part in it; the memory is that of the largest child.
"""

import base64
import json
import resource
import sys
from pathlib import Path

from mixroom import work
from mixroom.media.findings import Print
from mixroom.media.sandbox import develop
from mixroom.settings import Settings


def main() -> None:
    """Develop the photograph that each line names."""
    work.handlers(Settings.from_env())  # what a worker has loaded
    for line in sys.stdin:
        keep, path = line.startswith("keep "), line.removeprefix("keep ").rstrip("\n")
        begun = _cpu()
        with Path(path).open("rb") as photo:
            findings = list(develop(photo))
        answer = {"cpu": (_cpu() - begun) * 1000, "memory": _memory()}
        prints = {each.name: each.data for each in findings if isinstance(each, Print)}
        assert len(prints) == 3, findings[-1]
        if keep:
            answer["prints"] = {n: base64.b64encode(data).decode() for n, data in prints.items()}
        print(json.dumps(answer), flush=True)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
