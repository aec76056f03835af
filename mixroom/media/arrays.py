"""numpy, and a JPEG decoder that answers in its arrays. No other file names either.

The worker forks, so numpy may start no threads of its own.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from simplejpeg import decode_jpeg

__all__ = ["decode_jpeg", "numpy"]
