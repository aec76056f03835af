"""The declaration of messages on phones."""

from mixroom.core.text import N_
from mixroom.push.model import PERMISSIONS
from mixroom.push.store import subscriptions
from mixroom.web.declaration import Feature, Kept

FEATURE = Feature(
    name="push",
    api=("mixroom.push.api:api",),
    tables=(subscriptions,),
    permissions=PERMISSIONS,
    jobs="mixroom.push.jobs",
    privacy=(
        Kept(
            13,
            N_("Your phone’s address at the push service of its maker, if you want messages"),
            N_("To send you the messages that you switched on; they travel encrypted"),
            N_("Nobody on the team; the push service carries the messages"),
            until=N_("When you switch the messages off."),
        ),
    ),
)
