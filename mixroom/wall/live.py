"""The wall as a screen follows it: everything approved."""

from dataclasses import replace

from mixroom.submissions.live import PUBLIC

VIEW = replace(PUBLIC, name="wall")
