"""Develops photographs with libvips: scales in a cascade, and finds out what Mixroom does.

    bench/peers/.venv/bin/python bench/peers/photographs_pyvips.py

Speaks the language of `photographs_sharp.mjs`.
"""

import base64
import hashlib
import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips

EDGES = {"wall": 1920, "card": 960, "thumb": 320}

pyvips.cache_set_max(0)


def developed(file: bytes) -> dict[str, bytes]:
    """Return the renditions of a photograph."""
    profile = b"ICC_PROFILE" in file[:65536]
    # Without a profile in the file, this option costs five times the rest.
    options = {"output_profile": "srgb"} if profile else {}
    shown = pyvips.Image.thumbnail_buffer(
        file, EDGES["wall"], height=EDGES["wall"], size="down", **options
    )
    prints = {}
    for name, edge in EDGES.items():
        if name != "wall":
            shown = shown.thumbnail_image(edge, height=edge, size="down")
        shown = shown.copy_memory()
        prints[name] = shown.jpegsave_buffer(Q=80, keep="none")
    hashlib.sha256(file).hexdigest()
    grey = shown.colourspace("b-w")
    for width, height in ((9, 8), (32, 32)):
        grey.thumbnail_image(width, height=height, size="force").write_to_memory()
    shown.thumbnail_image(16).webpsave_buffer(Q=40, keep="none")
    shown.thumbnail_image(48, height=36, size="force").hist_find_ndim(bins=8).write_to_memory()
    return prints


def main() -> None:
    """Develop the photograph that each line names."""
    for line in sys.stdin:
        keep, path = line.startswith("keep "), line.removeprefix("keep ").rstrip("\n")
        file = Path(path).read_bytes()
        begun = time.process_time()
        prints = developed(file)
        cpu = (time.process_time() - begun) * 1000
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = {"cpu": cpu, "memory": memory}
        if keep:
            answer["prints"] = {n: base64.b64encode(data).decode() for n, data in prints.items()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
