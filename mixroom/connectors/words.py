"""Why a post was not published, or an account is not connected, in words for people."""

from mixroom.connectors.model import Fault
from mixroom.core.text import N_

FAULTS = {
    Fault.PRIVATE: N_("The server’s address is not on the public internet."),
    Fault.UNKNOWN_NAME: N_("The server’s name has no address. Check how it is spelled."),
    Fault.UNREACHABLE: N_("The server does not answer at all."),
    Fault.TIMEOUT: N_("The server did not answer in time."),
    Fault.TLS: N_("The server’s certificate is not valid for its name."),
    Fault.BROKEN: N_("The server’s answer broke off."),
    Fault.BUSY: N_("The network asked to wait: too much was sent at once."),
    Fault.SERVER: N_("The server has trouble of its own."),
    Fault.MALFORMED: N_("The answer is none of such a server. Check its address."),
    Fault.SIGN_IN: N_("The token is wrong, or was revoked. Connect the account again."),
    Fault.FORBIDDEN: N_("The token may not do this. Make one that may, and connect again."),
    Fault.TEXT_TOO_LONG: N_("The text is too long for this network. Shorten it."),
    Fault.PICTURE_TOO_LARGE: N_("A picture is too large for this network. Take it out."),
    Fault.PICTURE_REFUSED: N_("The network does not accept one of the pictures. Take it out."),
    Fault.REFUSED: N_("The network refused it."),
    Fault.SEALED: N_("The server’s key has changed. Connect the account again."),
    Fault.TOO_LATE: N_(
        "Its time was more than an hour ago. Choose another, or publish it by hand."
    ),
}
