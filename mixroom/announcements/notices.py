"""The kind of message by which an announcement reaches phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

ANNOUNCED = Notice("announcement", N_("A word to the room"), timedelta(minutes=30), "/send", "high")
