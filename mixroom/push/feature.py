"""The declaration of messages on phones."""

from mixroom.push.model import PERMISSIONS
from mixroom.push.store import subscriptions
from mixroom.web.declaration import Feature

FEATURE = Feature(
    name="push",
    api=("mixroom.push.api:api",),
    tables=(subscriptions,),
    permissions=PERMISSIONS,
    jobs="mixroom.push.jobs",
)
