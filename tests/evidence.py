"""What promises are kept by: a message that is out, and a poster that is valid."""

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.text import Bilingual
from mixroom.plan import actions as plan
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.supports import actions as supporting
from mixroom.supports import store
from mixroom.supports.model import Checking, SupportKind, SupportLang, Version, with_version
from tests.cast import Cast

BOTH = Bilingual("Merci à Lumen.", "Thank you, Lumen.")


def message(cast: Cast) -> str:
    """Return the id of a message that is out on X."""
    wanted = Message("", "", "Merci", (Channel.X, Channel.MASTODON), BOTH)
    made = plan.add(cast.ben, wanted)
    plan.publish(cast.ben, made.id, Channel.X, url="https://x.com/museomix/status/1")
    return made.id


def support(cast: Cast, *, valid: bool = True) -> str:
    """Return the id of a poster with a version, which is valid."""
    lang, now = SupportLang.FR, clock.now()
    (made,) = supporting.add(cast.amelie, Bilingual("Affiche"), SupportKind.POSTER, lang)
    version = Version(made.id, 1, "v1-0.pdf", "PDF", 9, cast.ben.id, now, checking=Checking.READY)
    with transaction() as tx:
        store.save(tx, with_version(made))
        store.add_version(tx, version)
    if valid:
        supporting.validate(cast.amelie, made.id, 1)
    return made.id
