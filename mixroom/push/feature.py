"""The declaration of messages on phones."""

from mixroom.push.api import api
from mixroom.push.model import PERMISSIONS
from mixroom.push.store import subscriptions
from mixroom.web.declaration import Feature, always

FEATURE = Feature(
    name="push",
    api=(always(api),),
    tables=(subscriptions,),
    permissions=PERMISSIONS,
    jobs="mixroom.push.jobs",
)
