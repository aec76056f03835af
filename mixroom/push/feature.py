"""The declaration of messages on phones."""

from mixroom.push.api import blueprint as api
from mixroom.push.model import PERMISSIONS
from mixroom.push.store import subscriptions
from mixroom.web.declaration import Feature

FEATURE = Feature(
    name="push",
    api=(lambda parts: api(parts.settings),),
    tables=(subscriptions,),
    permissions=PERMISSIONS,
    jobs="mixroom.push.jobs",
)
