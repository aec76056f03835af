"""The permission matrix: every route, for everyone; a route that is not declared here fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from mixroom.alarms import store as alarms
from mixroom.alarms.model import Alarm
from mixroom.app import create_app
from mixroom.connectors import actions as connectors
from mixroom.core import clock, ids, journal
from mixroom.core.db import reading, transaction
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.event.model import Moment
from mixroom.installation import connect
from mixroom.letters import results as letters
from mixroom.letters import store as letter_store
from mixroom.letters.model import Addressee, State
from mixroom.plan import actions as planning
from mixroom.plan.aims import Campaign, Objective
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.promises import actions as promising
from mixroom.promises.model import PromiseKind
from mixroom.recruiting import store as recruiting
from mixroom.recruiting.model import Answers, Application, Consent
from mixroom.requests import actions as requesting
from mixroom.requests.model import Wanted
from mixroom.shifts import store as shifts
from mixroom.shifts.model import Shift, SignUp
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from mixroom.supports import actions as supporting
from mixroom.supports import model as supports
from mixroom.supports import store as support_store
from mixroom.webhooks import actions as webhooks
from mixroom.wrap import actions as wraps
from mixroom.wrap.model import Draft
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Server, until

EVERYONE = {"stranger", "amelie", "ben", "chloe", "driss", "flora", "mur", "eve"}
SIGNED_IN = EVERYONE - {"stranger"}
CREW = {"amelie", "ben", "chloe", "driss", "flora"}
WRITERS = CREW | {"eve"}  # Ève leads another event: she may write there
EDITED = {
    "name_fr": "Museomix",
    "starts_on": "2015-11-06",
    "ends_on": "2015-11-08",
    "timezone": "America/Toronto",
    "languages": "equal",
}
REVIEWERS = {"amelie", "ben"}
LEADS = {"amelie", "eve"}
OWN = {"driss"}


@dataclass(frozen=True)
class Ask:
    """A request and who gets past the gate: for them it is neither 401 nor 403 nor 404."""

    who: set[str]
    body: dict[str, Any] | None = None
    form: dict[str, str] = field(default_factory=dict)


# A phone at Chrome's push service; the keys are anyone's.
PHONE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/anyone",
    "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ"
        "tUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
}
APPLICATION = {
    "name": "Zoé Tremblay",
    "email": "zoe@example.org",
    "roles": ["photographer"],
    "languages": ["fr"],
    "availability": [{"day": 1, "part": "morning"}],
}
HOOK = "https://hooks.invalid/mixroom"  # a name that leads nowhere
SERVER = "https://social.invalid"  # likewise
SHIFT = {"role": "blogger", "from": "2015-11-07T19:00:00Z", "to": "2015-11-07T23:00:00Z"}
SENT = "{sent}"  # in a body
NAMED = (SENT, "{wrap}", "{sponsor}")
TUS = {"Tus-Resumable": "1.0.0"}

# {sent}: Driss's submission, waiting. {photo}: a photo of his. {attached}: one that he submitted.
# {author}: he himself. {device}: a device of his.
ROUTES: dict[str, Ask] = {
    "GET /api/v1/openapi.json": Ask(EVERYONE),
    "GET /api/v1/submissions": Ask(SIGNED_IN),
    "POST /api/v1/submissions": Ask(WRITERS, {"text": {"fr": "x"}}),
    "GET /api/v1/submissions/{sent}": Ask(REVIEWERS | OWN),
    "PATCH /api/v1/submissions/{sent}": Ask(REVIEWERS | OWN, {"text": {"fr": "y"}}),
    "POST /api/v1/submissions/{sent}/hold": Ask(REVIEWERS, {"reason": "later"}),
    "POST /api/v1/submissions/{sent}/return": Ask(REVIEWERS, {"reason": "blurry"}),
    "POST /api/v1/submissions/{sent}/rejection": Ask(REVIEWERS, {"reason": "duplicate"}),
    "POST /api/v1/submissions/{sent}/approval": Ask(REVIEWERS, {}),
    "POST /api/v1/submissions/{sent}/recall": Ask(REVIEWERS, {}),
    "POST /api/v1/submissions/{sent}/withdrawal": Ask(OWN, {}),
    "POST /api/v1/media": Ask(WRITERS),
    "GET /api/v1/media": Ask(WRITERS),
    "GET /api/v1/media/{photo}": Ask(REVIEWERS | OWN),
    "PUT /api/v1/media/{attached}/retouch": Ask(REVIEWERS, {}),
    "POST /api/v1/uploads/": Ask(WRITERS),
    "PATCH /api/v1/uploads/": Ask(set()),
    "DELETE /api/v1/uploads/": Ask(set()),
    "PATCH /api/v1/uploads/{upload}": Ask(OWN),
    "GET /api/v1/views/wall": Ask(SIGNED_IN),
    "GET /api/v1/views/public": Ask(EVERYONE),
    "GET /api/v1/views/desk": Ask(WRITERS),
    "GET /api/v1/views/crew": Ask(WRITERS),
    "GET /api/v1/views/review": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/docs": Ask(EVERYONE),
    "GET /api/v1/session": Ask(SIGNED_IN),
    "GET /api/v1/me/push-subscriptions": Ask(WRITERS),
    "POST /api/v1/me/push-subscriptions": Ask(WRITERS, PHONE),
    "DELETE /api/v1/me/push-subscriptions": Ask(SIGNED_IN, {"endpoint": PHONE["endpoint"]}),
    "GET /api/v1/people": Ask(WRITERS),
    "GET /api/v1/screens": Ask(WRITERS),
    "GET /api/v1/devices": Ask(SIGNED_IN),
    "POST /api/v1/invites": Ask(LEADS, {"name": "X", "role": "press"}),
    "POST /api/v1/screens": Ask(LEADS, {"name": "Mur"}),
    "POST /api/v1/screens/report": Ask({"mur"}, {"showing": {"scene": "hero"}, "seq": 0}),
    "PUT /api/v1/screens/{screen}/settings": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/pause": Ask(REVIEWERS, {}),
    "DELETE /api/v1/screens/{screen}/pause": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/blank": Ask(REVIEWERS, {}),
    "DELETE /api/v1/screens/{screen}/blank": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/testcard": Ask(REVIEWERS, {}),
    "DELETE /api/v1/screens/{screen}/testcard": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/message": Ask(REVIEWERS, {"text": {"fr": "x"}}),
    "DELETE /api/v1/screens/{screen}/message": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/spotlight": Ask(REVIEWERS, {"key": SENT}),
    "POST /api/v1/screens/{screen}/wrap": Ask(REVIEWERS, {"wrap": "{wrap}"}),
    "DELETE /api/v1/screens/{screen}/wrap": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/next": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/identify": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/{screen}/reload": Ask(REVIEWERS, {}),
    "POST /api/v1/screens/panic": Ask(REVIEWERS | {"eve"}, {}),
    "DELETE /api/v1/screens/panic": Ask(REVIEWERS | {"eve"}, {}),
    "GET /api/v1/submissions/{sent}/recall": Ask(REVIEWERS | OWN),
    "GET /api/v1/queue": Ask(REVIEWERS | {"eve"}),
    "POST /api/v1/submissions/{sent}/claim": Ask(REVIEWERS),
    "DELETE /api/v1/submissions/{sent}/claim": Ask(REVIEWERS),
    "POST /api/v1/submissions/{sent}/reopening": Ask(REVIEWERS),
    "POST /api/v1/submissions/{sent}/reports": Ask(set()),  # nobody has reported it
    "DELETE /api/v1/submissions/{sent}/reports": Ask(set()),
    "POST /api/v1/reports/restoration": Ask(REVIEWERS | {"eve"}, {}),
    "GET /api/v1/views/reports": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/submissions/{sent}/history": Ask(REVIEWERS),
    "PUT /api/v1/submissions/{sent}/translator": Ask(REVIEWERS, {"person": "nobody"}),
    "DELETE /api/v1/submissions/{sent}/translator": Ask(REVIEWERS),
    "PUT /api/v1/submissions/{sent}/translation": Ask(REVIEWERS, {"text": "x"}),
    "GET /api/v1/views/translations": Ask(WRITERS),
    "GET /api/v1/views/requests": Ask(WRITERS),
    "GET /api/v1/views/messages": Ask(WRITERS),
    "GET /plan/board": Ask(WRITERS),
    "GET /plan/messages": Ask(WRITERS),
    "GET /plan/messages/new": Ask(REVIEWERS | {"eve"}),
    "POST /plan/messages/new": Ask(
        REVIEWERS | {"eve"}, form={"channels": "x", "text_fr": "x", "owner": ""}
    ),
    "GET /plan/messages/{message}": Ask(CREW),
    "POST /plan/messages/{message}": Ask(REVIEWERS | OWN, form={"channels": "x", "text_fr": "y"}),
    "POST /plan/messages/{message}/moves": Ask(REVIEWERS, form={"how": "drop"}),
    "POST /plan/messages/{message}/publication": Ask(REVIEWERS | OWN, form={"channel": "x"}),
    "GET /plan/campaigns": Ask(WRITERS),
    "POST /plan/campaigns": Ask(REVIEWERS | {"eve"}, form={"name_fr": "x"}),
    "POST /plan/objectives": Ask(LEADS, form={"what_fr": "x"}),
    "GET /api/v1/messages": Ask(WRITERS),
    "POST /api/v1/messages": Ask(REVIEWERS | {"eve"}, {"channels": ["x"], "text": {"fr": "x"}}),
    "GET /api/v1/messages/{message}": Ask(CREW),
    "PATCH /api/v1/messages/{message}": Ask(REVIEWERS | OWN, {"title": "x"}),
    "POST /api/v1/messages/{message}/ready": Ask(REVIEWERS, {}),
    "POST /api/v1/messages/{message}/schedule": Ask(REVIEWERS, {}),
    "POST /api/v1/messages/{message}/draft": Ask(REVIEWERS | OWN, {}),
    "POST /api/v1/messages/{message}/drop": Ask(REVIEWERS, {}),
    "POST /api/v1/messages/{message}/retry": Ask(REVIEWERS, {}),
    "POST /api/v1/messages/{message}/publication": Ask(REVIEWERS | OWN, {"channel": "x"}),
    "DELETE /api/v1/messages/{message}/publication/x/en": Ask(set()),  # it is not out
    "GET /api/v1/campaigns": Ask(WRITERS),
    "POST /api/v1/campaigns": Ask(REVIEWERS | {"eve"}, {"name": "x"}),
    "PUT /api/v1/campaigns/{campaign}": Ask(REVIEWERS, {"name": "x"}),
    "POST /plan/objectives/{objective}/number": Ask({"amelie"}, form={"number": "1"}),
    "POST /api/v1/objectives/{objective}/number": Ask({"amelie"}, {"number": 1}),
    "GET /api/v1/objectives": Ask(WRITERS),
    "POST /api/v1/objectives": Ask(LEADS, {"what": "x"}),
    "PUT /api/v1/objectives/{objective}": Ask({"amelie"}, {"what": "x"}),
    "POST /api/v1/requests": Ask(REVIEWERS | {"eve"}, {"text": {"fr": "x"}}),
    "GET /api/v1/requests": Ask(WRITERS),
    "GET /api/v1/requests/{request}": Ask(CREW),
    "POST /api/v1/requests/{request}/taking": Ask(CREW),
    "POST /api/v1/requests/{request}/giving-back": Ask(CREW),
    "POST /api/v1/requests/{request}/cancellation": Ask(LEADS - {"eve"}),
    "POST /api/v1/requests/{request}/thanks": Ask(LEADS - {"eve"}),
    "GET /api/v1/views/shifts": Ask(WRITERS),
    "POST /api/v1/shifts": Ask(LEADS, SHIFT),
    "GET /api/v1/shifts": Ask(WRITERS),
    "GET /api/v1/shifts/hours": Ask(LEADS),
    "GET /api/v1/shifts/terms": Ask(WRITERS),
    "PUT /api/v1/shifts/terms": Ask(LEADS, {}),
    "GET /api/v1/shifts/{shift}": Ask(CREW),
    "PATCH /api/v1/shifts/{shift}": Ask({"amelie"}, {"seats": 2}),
    "POST /api/v1/shifts/{shift}/call": Ask({"amelie"}),
    "POST /api/v1/shifts/{shift}/copies": Ask({"amelie"}, {"days": ["2015-11-08"]}),
    "POST /api/v1/shifts/{shift}/signups": Ask(CREW),
    "POST /api/v1/shifts/{shift}/arrival": Ask(OWN),
    "POST /api/v1/shifts/{shift}/departure": Ask(OWN),
    "POST /api/v1/shifts/{shift}/notes": Ask({"amelie"} | OWN, {"text": "x"}),
    "POST /api/v1/shifts/{shift}/stand-in": Ask(OWN),
    "DELETE /api/v1/shifts/{shift}/stand-in": Ask(OWN),
    "POST /api/v1/shifts/{shift}/signups/{author}/arrival": Ask({"amelie"} | OWN),
    "POST /api/v1/shifts/{shift}/signups/{author}/stand-in": Ask(CREW),
    "PUT /api/v1/shifts/{shift}/signups/{author}/hours": Ask(
        {"amelie"}, {"minutes": 60, "why": "x"}
    ),
    "GET /shifts": Ask(WRITERS),
    "GET /shifts/timetable": Ask(WRITERS),
    "GET /shifts/timetable/new": Ask(LEADS),
    "POST /shifts/timetable/new": Ask(LEADS, form={"role": "blogger"}),
    "GET /shifts/timetable/hours": Ask(LEADS),
    "POST /shifts/timetable/hours": Ask(LEADS, form={"rest": "8"}),
    "POST /shifts/calendar": Ask(WRITERS),
    "GET /shifts/nothing.ics": Ask(set()),
    "GET /shifts/{shift}": Ask(CREW),
    "POST /shifts/{shift}": Ask({"amelie"} | OWN, form={"kind": "note", "note": "x"}),
    "GET /api/v1/views/screen": Ask({"mur"}),
    "GET /api/v1/views/screens": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/views/recalls": Ask(REVIEWERS | {"eve"}),
    "POST /api/v1/pairings": Ask(set(), {"code": "ABCD1234", "name": "Mur"}),
    "POST /api/v1/invites/look": Ask(set(), {"token": "nothing-that-anyone-was-given"}),
    "POST /api/v1/invites/redeem": Ask(set(), {"token": "nothing-that-anyone-was-given"}),
    "POST /api/v1/pairings/claim": Ask(set(), {"secret": "nothing"}),
    "GET /": Ask(EVERYONE),
    "GET /api/v1/views/wraps": Ask(SIGNED_IN),
    "GET /api/v1/views/stories": Ask(SIGNED_IN),
    "GET /api/v1/wraps/1": Ask(REVIEWERS | {"eve"}),
    "PUT /api/v1/wraps/1": Ask(REVIEWERS | {"eve"}, {}),
    "POST /api/v1/wraps/1/proposal": Ask(REVIEWERS | {"eve"}, {}),
    "POST /api/v1/wraps/1/publication": Ask(REVIEWERS | {"eve"}, {}),
    "DELETE /api/v1/wraps/1/publication": Ask(REVIEWERS | {"eve"}),
    "GET /wrap": Ask(REVIEWERS | {"eve"}),
    "GET /wrap/1": Ask(REVIEWERS | {"eve"}),
    "POST /wrap/1": Ask(REVIEWERS | {"eve"}, form={"title_fr": "X"}),
    "GET /wrap/{wrapped}/story.md": Ask(REVIEWERS),
    "GET /wrap/{wrapped}/story.html": Ask(REVIEWERS),
    "GET /wrap/{wrapped}/pictures.zip": Ask(REVIEWERS),
    "GET /wrap-up/{wrapped}": Ask(set()),  # a draft
    "GET /api/v1/views/sponsors": Ask(SIGNED_IN),
    "GET /api/v1/sponsors": Ask(LEADS),
    "POST /api/v1/sponsors": Ask(LEADS, {"name": {"fr": "X"}}),
    "PUT /api/v1/sponsors/{sponsor}": Ask({"amelie"}, {"name": {"fr": "X"}}),
    "POST /api/v1/exposures": Ask({"mur"}, {"items": []}),
    "GET /api/v1/exposures": Ask(LEADS),
    "GET /sponsors": Ask(LEADS),
    "GET /plan": Ask(WRITERS),
    "GET /plan/day/2015-11-07": Ask(WRITERS),
    "GET /plan/month": Ask(WRITERS),
    "GET /plan/month/2015-11": Ask(WRITERS),
    "GET /plan/templates": Ask(REVIEWERS | {"eve"}),
    "POST /plan/templates/each-evening": Ask(REVIEWERS | {"eve"}),
    "GET /plan/import": Ask(REVIEWERS | {"eve"}),
    "POST /plan/import": Ask(REVIEWERS | {"eve"}, form={"text": "date\tfr\n2015-11-01\tX"}),
    "GET /plan/export.csv": Ask(WRITERS),
    "GET /plan/export.xlsx": Ask(WRITERS),
    "GET /plan/links": Ask(WRITERS),
    "POST /plan/links": Ask(REVIEWERS | {"eve"}, form={"url": HOOK, "title": "X"}),
    "GET /plan/links/nothing": Ask(set()),
    "POST /plan/links/nothing": Ask(set(), form={"url": HOOK, "title": "X"}),
    "GET /plan/links/nothing/qr.svg": Ask(set()),
    "GET /l/nothing": Ask(set()),
    "GET /global.atom": Ask(EVERYONE),
    "GET /api/v1/shortlinks": Ask(WRITERS),
    "POST /api/v1/shortlinks": Ask(REVIEWERS | {"eve"}, {"url": HOOK, "title": "X"}),
    "GET /api/v1/shortlinks/nothing": Ask(set()),
    "PATCH /api/v1/shortlinks/nothing": Ask(set(), {"url": HOOK, "title": "X"}),
    "GET /api/v1/views/supports": Ask(WRITERS),
    "GET /api/v1/supports": Ask(WRITERS),
    "POST /api/v1/supports": Ask(LEADS, {"title": {"fr": "X"}}),
    "GET /api/v1/supports/{support}": Ask(CREW),
    "PATCH /api/v1/supports/{support}": Ask({"amelie"}, {"brief": "x"}),
    "POST /api/v1/supports/{support}/twin": Ask({"amelie"}),
    "POST /api/v1/supports/{support}/versions": Ask({"amelie"} | OWN),
    "POST /api/v1/supports/{support}/versions/uploaded": Ask({"amelie"} | OWN, {"upload": "x"}),
    "POST /api/v1/supports/{support}/versions/1/validation": Ask({"amelie"}),
    "DELETE /api/v1/supports/{support}/validation": Ask({"amelie"}),
    "POST /api/v1/supports/{support}/comments": Ask(CREW, {"text": "x"}),
    "POST /api/v1/supports/{support}/distributions": Ask(CREW, {"place": "x", "copies": 1}),
    "DELETE /api/v1/supports/{support}/distributions/nothing": Ask(set()),
    "POST /api/v1/supports/{support}/dropping": Ask({"amelie"}),
    "POST /api/v1/supports/{support}/reopening": Ask({"amelie"}),
    "GET /api/v1/partner-pages": Ask(LEADS),
    "POST /api/v1/partner-pages": Ask(LEADS, {"name": "X"}),
    "GET /supports": Ask(WRITERS),
    "POST /supports": Ask(LEADS, form={"title_fr": "X", "kind": "sign"}),
    "GET /supports/{support}": Ask(CREW),
    "POST /supports/{support}": Ask({"amelie"}, form={"title_fr": "X", "kind": "sign"}),
    "POST /supports/{support}/versions": Ask({"amelie"} | OWN),
    "POST /supports/{support}/versions/1/validation": Ask({"amelie"}),
    "POST /supports/{support}/comments": Ask(CREW, form={"comment": "x"}),
    "POST /supports/{support}/distributions": Ask(CREW, form={"place": "x", "copies": "1"}),
    "POST /supports/{support}/distributions/nothing/removal": Ask(set()),
    "POST /supports/{support}/moves": Ask({"amelie"}, form={"how": "invalidate"}),
    "GET /supports/{support}/files/nothing.pdf": Ask(set()),
    "POST /supports/partners": Ask(LEADS, form={"name": "X"}),
    "GET /s/nothing": Ask(set()),
    "GET /s/nothing/preview": Ask(set()),
    "GET /partners/nothing": Ask(set()),
    "GET /partners/{partners}": Ask(EVERYONE),
    "GET /api/v1/views/promises": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/promises": Ask(REVIEWERS | {"eve"}),
    "POST /api/v1/promises": Ask(LEADS, {"sponsor": "{sponsor}", "kind": "logo"}),
    "GET /api/v1/promises/{promise}": Ask(REVIEWERS),
    "PATCH /api/v1/promises/{promise}": Ask({"amelie"}, {"amount": 2}),
    "DELETE /api/v1/promises/nothing": Ask(set()),
    "POST /api/v1/promises/{promise}/evidence": Ask(REVIEWERS, {"kind": "url", "url": HOOK}),
    "DELETE /api/v1/promises/{promise}/evidence/nothing": Ask(set()),
    "GET /promises": Ask(REVIEWERS | {"eve"}),
    "GET /promises.csv": Ask(REVIEWERS | {"eve"}),
    "POST /promises": Ask(LEADS, form={"kind": "logo"}),
    "GET /promises/{promise}": Ask(REVIEWERS),
    "POST /promises/{promise}": Ask({"amelie"}, form={"due": "2015-11-07T10:00"}),
    "POST /promises/{promise}/evidence": Ask(REVIEWERS, form={"kind": "url", "url": HOOK}),
    "POST /promises/{promise}/evidence/nothing/removal": Ask(set()),
    "GET /plan/accounts": Ask(LEADS),
    "GET /api/v1/views/accounts": Ask(LEADS),
    "POST /plan/accounts/{channel}": Ask(LEADS, form={"origin": SERVER, "secret": "x"}),
    "POST /plan/accounts/{account}/check": Ask({"amelie"}),
    "GET /api/v1/accounts": Ask(LEADS),
    "POST /api/v1/accounts": Ask(LEADS, {"channel": "mastodon", "origin": SERVER, "secret": "x"}),
    "GET /api/v1/accounts/{account}": Ask({"amelie"}),
    "POST /api/v1/accounts/{account}/check": Ask({"amelie"}),
    "GET /api/v1/dispatches": Ask(LEADS),
    "GET /webhooks": Ask(LEADS),
    "POST /webhooks": Ask(LEADS, form={"url": HOOK, "topics": "alarm.raised"}),
    "GET /webhooks/{webhook}": Ask({"amelie"}),
    "POST /webhooks/{webhook}/secret": Ask({"amelie"}),
    "POST /webhooks/{webhook}/switch": Ask({"amelie"}, form={"on": "1"}),
    "POST /webhooks/{webhook}/test": Ask({"amelie"}),
    "POST /webhooks/{webhook}/deliveries/{delivery}/repetition": Ask({"amelie"}),
    "GET /api/v1/webhooks": Ask(LEADS),
    "POST /api/v1/webhooks": Ask(LEADS, {"url": HOOK, "topics": ["alarm.raised"]}),
    "PUT /api/v1/webhooks/{webhook}/switch": Ask({"amelie"}, {"on": True}),
    "POST /api/v1/webhooks/{webhook}/secret": Ask({"amelie"}),
    "GET /api/v1/webhooks/{webhook}/deliveries": Ask({"amelie"}),
    "POST /api/v1/webhooks/{webhook}/test": Ask({"amelie"}),
    "POST /api/v1/webhooks/{webhook}/deliveries/{delivery}/repetition": Ask({"amelie"}),
    "GET /alarms": Ask(REVIEWERS | {"eve"}),
    "GET /alarms/older": Ask(set()),  # without an id to begin at
    "POST /alarms/{alarm}/acknowledgement": Ask(REVIEWERS),
    "GET /alarms/rules": Ask(LEADS),
    "POST /alarms/rules/review.waiting": Ask(LEADS, form={"threshold": "10", "roles": "lead"}),
    "GET /api/v1/views/alarms": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/alarms": Ask(REVIEWERS | {"eve"}),
    "POST /api/v1/alarms/{alarm}/acknowledgement": Ask(REVIEWERS, {}),
    "GET /api/v1/alarms/rules": Ask(LEADS),
    "PUT /api/v1/alarms/rules/review.waiting": Ask(LEADS, {"threshold": 10, "roles": ["lead"]}),
    "GET /api/v1/views/announcements": Ask(WRITERS),
    "POST /api/v1/announcements": Ask(LEADS, {"text": {"fr": "Souper"}}),
    "POST /api/v1/announcements/nothing/receipt": Ask(set()),
    "DELETE /api/v1/announcements/nothing": Ask(set()),
    "GET /dashboard": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/dashboard": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/coverage": Ask(REVIEWERS | {"eve"}),
    "GET /api/v1/views/dashboard": Ask(REVIEWERS | {"eve"}),
    "POST /sponsors": Ask(LEADS, form={"name_fr": "X"}),
    "POST /sponsors/{sponsor}": Ask({"amelie"}, form={"name_fr": "X"}),
    "POST /sponsors/blackouts": Ask(LEADS, form={"day": "0", "from": "10:00", "to": "11:00"}),
    "POST /sponsors/blackouts/{blackout}/removal": Ask({"amelie"}),
    "GET /sponsors/{sponsor}/logo-0.png": Ask(set()),  # no such logo
    "GET /p/{sent}/me": Ask(set()),  # words only: nobody is in it
    "POST /p/{sent}/me": Ask(set()),
    "POST /api/v1/applications": Ask(EVERYONE, APPLICATION),
    "GET /api/v1/applications": Ask(LEADS),
    "GET /api/v1/applications/{application}": Ask({"amelie"}),
    "POST /api/v1/applications/{application}/shortlisting": Ask({"amelie"}),
    "POST /api/v1/applications/{application}/waiting": Ask({"amelie"}),
    "POST /api/v1/applications/{application}/reopening": Ask({"amelie"}),
    "POST /api/v1/applications/{application}/notes": Ask({"amelie"}, {"text": "x"}),
    "GET /api/v1/views/applications": Ask(LEADS),
    "GET /api/v1/views/needs": Ask(LEADS),
    "GET /apply": Ask(EVERYONE),
    "POST /apply": Ask(EVERYONE, form={"ticket": "none of ours"}),  # the form is shown again
    "GET /a/nothing": Ask(set()),
    "POST /a/nothing/confirmation": Ask(set()),
    "GET /a/nothing/change": Ask(set()),
    "POST /a/nothing/change": Ask(set()),
    "POST /a/nothing/withdrawal": Ask(set()),
    "GET /privacy": Ask(EVERYONE),
    "GET /applications": Ask(LEADS),
    "GET /applications/{application}": Ask({"amelie"}),
    "POST /applications/{application}/waiting": Ask({"amelie"}),
    "POST /applications/decisions": Ask(LEADS, form={"do": "waiting"}),
    "POST /applications/needs": Ask(LEADS),
    "POST /applications/opening": Ask(LEADS),
    "GET /j": Ask(EVERYONE),
    "POST /j": Ask(set(), form={"code": "ABCD1234"}),
    "GET /wall": Ask(EVERYONE),  # a stranger is shown a code to pair the screen by
    "GET /send": Ask(WRITERS),
    "POST /send": Ask(WRITERS, form={"text_fr": "x"}),
    "GET /review": Ask(REVIEWERS | {"eve"}),
    "GET /translations": Ask(WRITERS),
    "GET /review/reasons": Ask(LEADS),
    "GET /review/reports": Ask(REVIEWERS | {"eve"}),
    "POST /review/reports/restoration": Ask(REVIEWERS | {"eve"}),
    "POST /review/reports/{sent}/hiding": Ask(set()),
    "POST /review/reasons": Ask(LEADS, form={"return": "Flou | Blurry"}),
    "GET /review/audit.csv": Ask(LEADS),
    "GET /screens": Ask(REVIEWERS | {"eve"}),
    "GET /team": Ask(LEADS),
    "GET /me": Ask(SIGNED_IN),
    "POST /me/language": Ask(SIGNED_IN, form={"lang": "fr"}),
    "POST /team/invites": Ask(LEADS, form={"name": "X", "role": "press"}),
    "POST /team/people/{author}/invites": Ask({"amelie"}),
    "POST /team/people/{author}/trust": Ask({"amelie"}),
    "POST /team/people/{author}/languages": Ask({"amelie"} | OWN),
    "GET /team/people/{author}": Ask({"amelie"}),
    "POST /team/people/{author}/details": Ask({"amelie"} | OWN, form={"name": "Driss"}),
    "POST /me/details": Ask(WRITERS, form={"name": "X"}),
    "PATCH /api/v1/people/{author}": Ask({"amelie"} | OWN, {"name": "Driss"}),
    "GET /team/list": Ask(LEADS),
    "POST /team/list": Ask(LEADS, form={"text": "X", "role": "press"}),
    "POST /team/list/invitations": Ask(LEADS, form={"text": "Y", "role": "press"}),
    "GET /team/badges": Ask(LEADS),
    "POST /team/badges": Ask(LEADS),
    "GET /letters": Ask(LEADS),
    "POST /letters/moves": Ask(LEADS, form={"how": "hold"}),
    "POST /letters/settings": Ask(LEADS),
    "GET /letters/templates": Ask(LEADS),
    "GET /letters/templates/crew.invite": Ask(LEADS),
    "POST /letters/templates/crew.invite": Ask(LEADS),
    "POST /letters/templates/crew.invite/usual": Ask(LEADS),
    "GET /letters/{letter}": Ask({"amelie"}),
    "GET /letters/{letter}/html": Ask({"amelie"}),
    "POST /letters/{letter}/moves": Ask({"amelie"}, form={"how": "hold"}),
    "POST /letters/{letter}/words": Ask({"amelie"}, form={"subject": "x", "body": "y"}),
    "GET /u/{unsubscribing}": Ask(EVERYONE),
    "POST /u/{unsubscribing}": Ask(EVERYONE),
    "POST /u/{unsubscribing}/again": Ask(EVERYONE),
    "GET /api/v1/letters": Ask(LEADS),
    "GET /api/v1/letters/{letter}": Ask({"amelie"}),
    "POST /api/v1/letters/{letter}/moves": Ask({"amelie"}, {"move": "hold"}),
    "PUT /api/v1/letters/{letter}/words": Ask(
        {"amelie"}, {"email": "a@example.org", "subject": "x", "body": "y"}
    ),
    "GET /api/v1/views/letters": Ask(LEADS),
    "GET /api/v1/views/outbox": Ask(LEADS),
    "POST /team/pairings": Ask(set(), form={"code": "ABCD1234", "name": "Mur"}),
    "GET /event": Ask(LEADS),
    "POST /event": Ask(LEADS, form=EDITED),
    "POST /event/programme": Ask(LEADS, form={}),
    "POST /event/programme/rows": Ask(LEADS, form={"text": "9 h Accueil"}),
    "POST /event/groups": Ask(LEADS, form={"kind": "team", "name_fr": "X"}),
    "POST /event/groups/{group}": Ask({"amelie"}, form={"kind": "team", "name_fr": "Y"}),
    "POST /event/groups/{group}/removal": Ask({"amelie"}),
    "POST /event/look": Ask(LEADS, form={"main": "#c8102e"}),
    "POST /event/steps/look": Ask(LEADS, form={"on": "1"}),
    "GET /event/{event}/logo.png": Ask(set()),  # the event has none
    "POST /event/editions": Ask(LEADS, form=EDITED | {"slug": "mmx-next"}),
    "GET /rehearsal": Ask(LEADS),
    "POST /rehearsal": Ask(LEADS, form={"minutes": "7"}),  # none that is offered
    "POST /rehearsal/end": Ask(LEADS),
    "GET /look.css": Ask(EVERYONE),
    "GET /media/{photo}/thumb-0.jpg": Ask(set()),  # no such rendition
    "GET /send/share": Ask(EVERYONE),
    "POST /send/share": Ask(SIGNED_IN),
    "GET /help/phones": Ask(SIGNED_IN),
    "GET /manifest.webmanifest": Ask(EVERYONE),
    "GET /sw.js": Ask(EVERYONE),
    "GET /static/css/base.css": Ask(EVERYONE),
    "GET /healthz": Ask(EVERYONE),
    "GET /readyz": Ask(EVERYONE),
    "GET /metrics": Ask(EVERYONE),  # over loopback
}
# These end what the other rows need; they are asked last, each by one who may not.
ENDINGS = {
    "DELETE /api/v1/devices/{device}": EVERYONE - {"amelie", "driss"},
    "POST /api/v1/applications/{application}/acceptance": EVERYONE - {"amelie"},
    "POST /api/v1/applications/{application}/decline": EVERYONE - {"amelie"},
    "DELETE /api/v1/applications/{application}": EVERYONE - {"amelie"},
    "POST /applications/{application}/erasure": EVERYONE - {"amelie"},
    "DELETE /api/v1/uploads/{upload}": EVERYONE - {"driss"},
    "DELETE /api/v1/people/{author}": EVERYONE - {"amelie"},
    "POST /me/sign-out": {"stranger"},
    "POST /team/devices/{device}/revocation": EVERYONE - {"amelie", "driss"},
    "POST /team/people/{author}/removal": EVERYONE - {"amelie"},
    "DELETE /api/v1/campaigns/{campaign}": EVERYONE - REVIEWERS,
    "POST /plan/campaigns/{campaign}/removal": EVERYONE - REVIEWERS,
    "POST /plan/objectives/{objective}/removal": EVERYONE - {"amelie"},
    "DELETE /api/v1/objectives/{objective}": EVERYONE - {"amelie"},
    "DELETE /api/v1/accounts/{account}": EVERYONE - {"amelie"},
    "POST /plan/accounts/{account}/removal": EVERYONE - {"amelie"},
    "DELETE /api/v1/webhooks/{webhook}": EVERYONE - {"amelie"},
    "POST /webhooks/{webhook}/removal": EVERYONE - {"amelie"},
    "DELETE /api/v1/shifts/{shift}/signups/{author}": EVERYONE - {"amelie", "driss"},
    "DELETE /api/v1/shifts/{shift}": EVERYONE - {"amelie"},
    "DELETE /api/v1/sponsors/{sponsor}": EVERYONE - {"amelie"},
    "POST /sponsors/{sponsor}/removal": EVERYONE - {"amelie"},
    "DELETE /api/v1/partner-pages/{page}": EVERYONE - {"amelie"},
    "POST /supports/partners/{page}/removal": EVERYONE - {"amelie"},
    "POST /promises/{promise}/removal": EVERYONE - {"amelie"},
}


REFUSALS = {route: EVERYONE - ask.who for route, ask in ROUTES.items()} | ENDINGS
REFUSED = (401, 403, 404, 410)


class Facts(dict[str, str]):
    """The things that routes name, such as `{photo}`; each is made when first asked for."""

    def __init__(self, server: Server, cast: Cast) -> None:
        super().__init__()
        self._cast = cast
        self._driss = Api(server.url, cast.tokens["driss"])

    def __enter__(self) -> "Facts":
        return self

    def __exit__(self, *_: object) -> None:
        self._driss._session.close()

    def __missing__(self, name: str) -> str:
        make: Callable[[], str] = getattr(self, f"_{name}")
        return self.setdefault(name, make())

    def _sent(self) -> str:
        return str(self._driss.submit(text={"fr": ids.new()})["id"])

    def _photo(self) -> str:
        sent = self._driss.ask("POST", "/media", files={"file": ("p.jpg", ids.new().encode())})
        return str(sent.json()["id"])

    def _attached(self) -> str:
        photo = self._photo()
        self._driss.submit(kind="photo", media=[photo], consent="cleared")
        return photo

    def _upload(self) -> str:
        made = self._driss.ask("POST", "/uploads/", headers=TUS | {"Upload-Length": "10"})
        return made.headers["Location"].rpartition("/")[2]

    def _device(self) -> str:
        signed = crew.signed_in(self._cast.tokens["driss"])
        assert signed is not None
        return signed[1].id

    def _author(self) -> str:
        return self._cast.driss.id

    def _screen(self) -> str:
        return self._cast.mur.id

    def _event(self) -> str:
        return self._cast.event.id

    def _group(self) -> str:
        return self._cast.event.groups[0].id

    def _support(self) -> str:
        """A support of Driss, with a version that can be validated."""
        by, key = self._cast.amelie, self._cast.driss.id
        lang, now = supports.SupportLang.FR, clock.now()
        title = Bilingual("Affiche", "Poster")
        (made,) = supporting.add(by, title, supports.SupportKind.POSTER, lang, owner_id=key)
        ready = supports.Checking.READY
        version = supports.Version(made.id, 1, "v1-0.pdf", "PDF", 9, key, now, checking=ready)
        with transaction() as tx:
            support_store.save(tx, supports.with_version(made))
            support_store.add_version(tx, version)
        return made.id

    def _promise(self) -> str:
        kind, words = PromiseKind.KIT, Bilingual("Merci", "Thanks")
        return promising.make(self._cast.amelie, self["sponsor"], kind, words=words).id

    def _page(self) -> str:
        return supporting.share(self._cast.amelie, "Tourisme Montréal").id

    def _partners(self) -> str:
        page = self["page"]
        with Api(self._driss.url, self._cast.tokens["amelie"]) as amelie:
            listed = amelie.ask("GET", "/partner-pages").json()["items"]
        (path,) = (each["path"] for each in listed if each["id"] == page)
        return str(path).rpartition("/")[2]

    def _shift(self) -> str:
        """A shift that Driss was on."""
        event, starts = self._cast.event.id, datetime(2015, 11, 7, 19, tzinfo=UTC)
        ends = starts + timedelta(hours=4)
        shift = Shift(ids.new(), event, Role.BLOGGER, starts, ends, seats=3, settled_at=ends)
        with transaction() as tx:
            shifts.add(tx, shift)
            shifts.put(tx, SignUp(shift.id, self._cast.driss.id, starts, self._cast.driss.id))
        return shift.id

    def _alarm(self) -> str:
        words, now = Bilingual("x", "x"), clock.now()
        event, key = self._cast.event.id, ids.new()
        with transaction() as tx:
            alarms.add(tx, Alarm(key, event, "toy", key, words, words, "/", now, now))
        return key

    def _account(self) -> str:
        wanted = connectors.Wanted("bluesky", "", "museomix.bsky.social", "x")
        return connectors.connect(self._cast.amelie, wanted, secret_key="k", allowed=()).id

    def _channel(self) -> str:
        return "mastodon"

    def _webhook(self) -> str:
        topics = ["alarm.raised"]
        return webhooks.add(self._cast.amelie, HOOK, topics, allowed=()).id

    def _delivery(self) -> str:
        return webhooks.test(self._cast.amelie, self["webhook"]).id

    def _sponsor(self) -> str:
        by, name = self._cast.amelie, Bilingual("S")
        return sponsors.add(by, name=name, tier=Tier.FRIEND, promise=Promise()).id

    def _request(self) -> str:
        asked, _ = requesting.ask(self._cast.amelie, Wanted(Bilingual(ids.new())))
        return str(asked["id"])

    def _message(self) -> str:
        """A message that is Driss's."""
        words, owner = Bilingual("x"), self._cast.driss.id
        wanted = Message("", "", "X", (Channel.X,), words, owner_id=owner)
        return planning.add(self._cast.amelie, wanted).id

    def _campaign(self) -> str:
        wanted = Campaign("", "", Bilingual("x"), Moment.BEFORE)
        return planning.save_campaign(self._cast.amelie, wanted).id

    def _objective(self) -> str:
        wanted = Objective("", "", Bilingual("x"))
        return planning.save_objective(self._cast.amelie, wanted).id

    def _application(self) -> str:
        with transaction() as tx:
            application = Application(
                ids.new(),
                self._cast.event.id,
                Answers("Zoé", "zoe@example.org", (Role.PRESS,), ("fr",), ()),
                "fr",
                Consent("x", "fr", "1", clock.now(), date(2999, 1, 1)),
                clock.now(),
            )
            recruiting.add(tx, application)
        return application.id

    def _letter(self) -> str:
        to, event = Addressee("Zoé", "zoe@example.org", "fr"), self._cast.event.id
        template = LetterTemplate("toy", "Toy", "x", "y", (), optional=True)
        with transaction() as tx:
            return letters.write(tx, event, template, to, {}, key=ids.new(), by=event)

    def _unsubscribing(self) -> str:
        key = self["letter"]
        with reading() as tx:
            (letter,) = letter_store.some(tx, self._cast.event.id, [key])
        assert letter.token
        return letter.token

    def _wrap(self) -> str:
        made: str = wraps.save(self._cast.ben, 0, Draft(title=Bilingual("X")))["id"]
        return made

    def _wrapped(self) -> str:
        assert self["wrap"]
        return "1"

    def _blackout(self) -> str:
        return sponsors.add_blackout(self._cast.amelie, 0, "10:00", "11:00").id


@dataclass(frozen=True)
class World:
    """An event in which everything is that a route may be about; those who are refused share it."""

    server: Server
    cast: Cast
    facts: Facts
    engine: sa.Engine

    def history(self) -> list[int]:
        """Return the facts of the event by their numbers."""
        of_event = sa.select(journal.entries.c.seq).where(
            journal.entries.c.event_id == self.cast.event.id
        )
        with self.engine.connect() as connection:
            return list(connection.scalars(of_event.order_by(journal.entries.c.seq)))


@pytest.fixture(scope="module")
def world(embedded: Server) -> Iterator[World]:
    with cast_at(embedded) as cast, Facts(embedded, cast) as facts:
        for route in REFUSALS:
            route.format_map(facts)
        with Api(embedded.url, cast.tokens["driss"]) as driss:
            for photo in ("photo", "attached"):  # what the worker has to say of them is said
                driss.developed(facts[photo])
        until(lambda: _has_gone(cast, facts["letter"]), "the letter is with the lead")
        engine = sa.create_engine(embedded.settings.database_url)
        yield World(embedded, cast, facts, engine)
        engine.dispose()
        for name in cast.tokens:
            assert _asked(embedded, cast, name, "GET /api/v1/session", facts) == 200, name


def _has_gone(cast: Cast, letter: str) -> bool:
    with reading() as tx:
        (found,) = letter_store.some(tx, cast.event.id, [letter])
    return found.state is not State.WAITING


def test_every_route_is_declared(embedded: Server) -> None:
    connect(embedded.settings)
    app = create_app(embedded.settings)
    declared = {_shape(route) for route in REFUSALS}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            path = "/".join("*" if "<" in part else part for part in rule.rule.split("/"))
            assert _matches(method, path, declared), f"{method} {rule.rule} is not declared"


# On PostgreSQL, which accepts less; the refusals are tried on SQLite, what the routes do on both.
@pytest.mark.parametrize("server", ["scaled"], indirect=True)
@pytest.mark.parametrize("route", [route for route, ask in ROUTES.items() if ask.who])
def test_a_route_answers_those_it_is_for(server: Server, guests: Cast, route: str) -> None:
    for name in sorted(ROUTES[route].who):
        with Facts(server, guests) as facts:
            if route.endswith("/recall"):
                _make_recallable(server, guests, facts["sent"], gone=route.startswith("GET"))
            status = _asked(server, guests, name, route, facts)
        assert status < 500
        assert status not in REFUSED, f"{name}: {status}"


@pytest.mark.parametrize("route", [route for route, names in REFUSALS.items() if names])
def test_a_route_refuses_the_others_who_change_nothing(world: World, route: str) -> None:
    before = world.history()
    for name in sorted(REFUSALS[route]):
        status = _asked(world.server, world.cast, name, route, world.facts)
        assert status in REFUSED, f"{name}: {status}"
    assert world.history() == before


def _make_recallable(server: Server, cast: Cast, sent: str, *, gone: bool) -> None:
    with Api(server.url, cast.tokens["amelie"]) as amelie:
        amelie.decide(sent, "approval")
        if gone:
            amelie.decide(sent, "recall")


def _asked(server: Server, cast: Cast, name: str, route: str, facts: Facts) -> int:
    ask = ROUTES.get(route, Ask(set()))
    method, path = route.format_map(facts).split()
    token = cast.tokens.get(name)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if "/uploads/" in path:
        headers |= TUS
    sent: dict[str, Any] = {"data": ask.form}
    if ask.body is not None:
        sent = {"json": {k: facts[v[1:-1]] if v in NAMED else v for k, v in ask.body.items()}}
    if path == "/api/v1/media":
        sent = {"files": {"file": ("p.jpg", b"not a photo")}}
    answer = requests.request(
        method, server.url + path, headers=headers, timeout=30, allow_redirects=False, **sent
    )
    return answer.status_code


def _shape(route: str) -> str:
    method, path = route.split()
    parts = ["*" if part.startswith("{") else part for part in path.split("/")]
    return f"{method} {'/'.join(parts)}"


def _matches(method: str, path: str, declared: set[str]) -> bool:
    if path.startswith("/static/"):
        return method == "GET"
    wanted = path.split("/")
    return any(
        known.split()[0] == method
        and len(known.split()[1].split("/")) == len(wanted)
        and all(a in (b, "*") for a, b in zip(wanted, known.split()[1].split("/"), strict=True))
        for known in declared
    )
