"""Runs the command line: `python -m mixroom` is the same as `mixroom`."""

from mixroom.cli import main

main()
