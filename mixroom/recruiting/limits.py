"""How much an application may contain, and how many may arrive: the bounds against floods.

A school applies from one address within minutes, so an address may send many; what only a robot
does is bounded by the form's age, by the address of the letters, and by the whole event.
"""

from datetime import timedelta

MAX_NOTE = 2000  # characters of why they apply
MAX_NEEDS = 500
MAX_LINKS = 5
MAX_LINK = 300
MAX_LEADS_NOTE = 2000  # characters of a lead's note
MAX_NOTES = 50  # of one application
MAX_WANTED = 99  # people of a role in a half-day
MAX_INSTEAD = 400  # characters of what to do instead
MAX_CONTACT = 120
MAX_APPLICATIONS = 2000  # the highest limit that a lead can set

FORM_RATE = "250/10 minutes;500/day"  # applications by the form, from one address
PROGRAM_RATE = "80/10 minutes;400/day"  # those of programs, which have no form to fill in
TRIES_RATE = "1200/10 minutes"  # of them and of refused ones, from one address
LEAST_FILLING = timedelta(seconds=3)  # between the page and its form
MOST_FILLING = timedelta(hours=24)
MAX_UNCONFIRMED = 500  # of an event; a further one takes the place of one from the busiest address
MAX_LETTERS_UNCONFIRMED = 3  # to an e-mail address that has not answered
LETTERS_AT_ONCE = 60  # confirmation letters that leave at once; further ones follow one by one
LETTER_EVERY = timedelta(seconds=20)
COUNTED_FOR = timedelta(hours=1)  # how long a letter counts for LETTERS_AT_ONCE
UNCONFIRMED_KEPT = timedelta(days=7)
TOLD_AFTER = timedelta(minutes=10)  # a decision, which can be undone until then
