"""Mixroom: the software of a museum event's media room.

core         clock, ids, text, database, journal, live views, jobs, files; knows no feature
web          the base of pages, API and sockets: signing in, errors, languages, the live stream
event        editions: days, time zone, teams, places and programme
crew         the media room: people, invites, devices, screens
push         messages on phones
letters      what is written to people outside: an outbox, templates, the mail server
recruiting   applications for the media room, decided on by leads; what is kept about people
shifts       who is on, where and when: seats, arrivals, hand-over notes, hours
alarms       what is wrong now, who is told of it, and what was done
media        photos and clips: received, developed or converted in a sandbox, stored
setup        the preparation of an edition: its page, and what is still missing
sponsors     names and logos on the walls, promises, and the time that each was shown
requests     what is asked of the crew: taken by one, answered by a submission
submissions  submissions through their whole life; the desk, the public page
review       the queue and the decisions on it
wrap         the story of a day: put together, published, exported
wall         the projectors: their page, commands, reports and receipts
announcements  a word from a lead to the crew and to the walls
plan         the communications plan: objectives, campaigns, messages by channel and language
supports     posters, leaflets, signs and slides: from the brief to where they hang
promises     promises to sponsors, and the evidence that they were kept
connectors   publish messages at their second on the event's accounts at Mastodon and Bluesky
dashboard    the live-coverage dashboard: what is covered and what is not, by the hour
webhooks     tells other programs what was approved, recalled, requested and what rang
rehearsal    starts a rehearsal and removes it
demo         a rehearsal of three days, replayed
"""

__version__ = "0.1.0"
