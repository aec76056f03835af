"""The time of capture of a submission, by which the coverage counts it.

A camera's clock may be wrong, and a phone may send hours later. So the time comes from the photo
itself, or else from the phone; if neither is plausible, the submission counts where it arrived.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from mixroom.event.model import Event
from mixroom.submissions.model import Submission

AHEAD = timedelta(minutes=5)  # by which a phone's clock may be fast
BEFORE = timedelta(days=1)  # before the event begins, or before an arrival that is earlier still


def dated(
    submission: Submission,
    event: Event,
    said: datetime | None = None,
    taken: Iterable[datetime | None] = (),
) -> Submission:
    """Return the submission with its time of capture, in UTC.

    `said` is the phone's own time, and `taken` are the times of the photos in their order; a time
    without a zone is local to the museum. The first photo with a plausible time counts, then
    `said`, then what is known already, then the arrival. `clock_wrong` says that a time was given
    and is not plausible: after the arrival, or more than BEFORE the event and the arrival.
    """
    times = [_in_utc(each, event) for each in (*taken, said) if each]
    plausible = [each for each in times if each and _is_plausible(each, submission, event)]
    before = submission.captured_at
    at = plausible[0] if plausible else before or submission.submitted_at
    return replace(
        submission,
        captured_at=at,
        captured_before=before if before and before != at else submission.captured_before,
        clock_wrong=len(plausible) < len(times) if times else submission.clock_wrong,
    )


def _is_plausible(at: datetime, submission: Submission, event: Event) -> bool:
    begins = datetime.combine(event.starts_on, time(), event.zone)
    return min(begins, submission.submitted_at) - BEFORE <= at <= submission.submitted_at + AHEAD


def _in_utc(at: datetime, event: Event) -> datetime | None:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=event.zone)).astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        return None
