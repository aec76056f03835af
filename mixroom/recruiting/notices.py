"""The letters to applicants, and the keys by which none is written twice."""

from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.text import N_

OWN_LINK = ("link",)

CONFIRM = LetterTemplate(
    "application.confirm",
    N_("Application: confirm the address"),
    N_("%(event)s: please confirm your application"),
    N_(
        "Hello %(name)s,\n\n"
        "Someone, we hope you, has applied for the media room of %(event)s with this e-mail "
        "address. Open this page and press the button, and we will read your application:\n\n"
        "%(link)s\n\n"
        "The same page shows how far it has come. There you can change it, or withdraw it: then "
        "everything about you is erased at once. If you had applied before, the new application "
        "takes the place of the earlier one.\n\n"
        "If it was not you, there is nothing to do: it is erased after %(days)s days."
    ),
    fields=("name", "event", "link", "days"),
    needs=OWN_LINK,
    secrets=OWN_LINK,
)
ACCEPTED = LetterTemplate(
    "application.accepted",
    N_("Application: accepted, with the invitation"),
    N_("%(event)s: welcome to the media room"),
    N_(
        "Hello %(name)s,\n\n"
        "We are glad to have you with us at %(event)s. Open your personal link on the phone that "
        "you will bring, and you are in:\n\n"
        "%(link)s\n\n"
        "If it does not open, go to %(page)s and type this code: %(code)s\n\n"
        "The link is yours alone: please do not pass it on. To change something or to step "
        "back, answer this letter."
    ),
    fields=("name", "event", "link", "page", "code"),
    needs=OWN_LINK,
    secrets=("link", "code"),
)
WAITING = LetterTemplate(
    "application.waiting",
    N_("Application: on the waiting list"),
    N_("%(event)s: you are on the waiting list"),
    N_(
        "Hello %(name)s,\n\n"
        "Thank you for applying for the media room of %(event)s. For now every seat that fits "
        "you is taken, and you are on the waiting list: we write to you as soon as one is free."
        "\n\nHere you see how things stand, and can change your application or withdraw it:\n\n"
        "%(link)s"
    ),
    fields=("name", "event", "link"),
    secrets=OWN_LINK,
)
DECLINED = LetterTemplate(
    "application.declined",
    N_("Application: declined"),
    N_("%(event)s: about your application"),
    N_(
        "Hello %(name)s,\n\n"
        "Thank you for applying for the media room of %(event)s, and for the time that you took. "
        "This time we cannot offer you a seat. The museum is open to you during the event: come "
        "and see what the teams build.\n\n"
        "We keep your application until the date that you agreed to. Here you can have it erased "
        "at once:\n\n"
        "%(link)s"
    ),
    fields=("name", "event", "link"),
    secrets=OWN_LINK,
)
LETTERS = (CONFIRM, ACCEPTED, WAITING, DECLINED)


def letter_key(application_id: str, template: LetterTemplate, version: int) -> str:
    """Return the key of a letter about an application in one of its versions."""
    return f"{template.name}:{application_id}:{version}"
