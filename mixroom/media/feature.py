"""The declaration of photos and clips."""

from mixroom.core.text import N_
from mixroom.media.alarms import RULES
from mixroom.media.model import PERMISSIONS, Fact
from mixroom.media.store import media, uploads
from mixroom.web.declaration import Feature, Kept, Problem

FEATURE = Feature(
    name="media",
    api=("mixroom.media.api:api", "mixroom.media.tus:tus"),
    tables=(media, uploads),
    permissions=PERMISSIONS,
    facts={
        "media.received": "A photo or a clip arrived and is stored; a job to develop it waits.",
        "media.thumbed": "Its author and the reviewers can see a first picture of it.",
        "media.converting": "The conversion of a clip goes on; `progress` is in percent.",
        "media.ready": "Every rendition of it can be fetched.",
        "media.set_aside": "The original shows another picture than its preview, or was lost.",
        "media.retouched": "A reviewer retouched it; a job to make new renditions waits.",
        "media.refused": "It cannot be used; `refusal` has the reason.",
    },
    passing=frozenset({Fact.THUMBED, Fact.CONVERTING}),
    problems={
        "media_not_ready": Problem(
            409, N_("The photo or the clip is not ready yet. Try again in a moment.")
        ),
        "not_a_photo": Problem(409, N_("Only photos can be cropped, turned or blurred.")),
        "id_taken": Problem(409, N_("This id is already taken.")),
        "wrong_offset": Problem(409, N_("The upload is at another position. Ask where it is.")),
        "upload_incomplete": Problem(
            409, N_("The file has not arrived completely. Send the rest of it first.")
        ),
        "upload_taken": Problem(409, N_("This file has been used already.")),
        "upload_expired": Problem(
            410, N_("The part that had arrived was discarded. Send the file again.")
        ),
        "tus_version": Problem(412, N_("This server speaks tus 1.0.0.")),
        "no_such_part": Problem(416, N_("The file has no such part.")),
        "too_much_announced": Problem(
            429,
            N_("Many of your files are on their way already. Wait until some have arrived."),
            30,
        ),
        "checksum_mismatch": Problem(460, N_("The data arrived damaged. Send it again.")),
        "event_full": Problem(
            507,
            N_("The crew has too many files on their way. Keep yours: it can be sent in a while."),
            60,
        ),
    },
    rules={
        "outside": N_("This goes beyond the edge of the picture."),
        "too_small": N_("This is too small."),
    },
    jobs="mixroom.media.jobs",
    alarms=RULES,
    privacy=(
        Kept(
            21,
            N_("The file as your phone made it, with what the phone wrote into it"),
            N_("To make the pictures that are shown; these contain no place and no device"),
            N_("Nobody: only the server reads it"),
        ),
    ),
)
