"""Mixroom with little patience, so that what tests its time limits takes seconds.

`python -m tests.hasty web` is one web process, `python -m tests.hasty serve` the supervisor.
"""

import sys

if sys.argv[1] == "web":
    from mixroom import serve  # first: it makes the process green

    serve.MAX_HEAD, serve.MAX_IDLE, serve.MIN_PACE = 1, 1, 10_000
else:
    from mixroom import supervise

    supervise.MAX_SILENCE = {"web": 2.5, "work": 2.5}

from mixroom.cli import main

sys.exit(main())
