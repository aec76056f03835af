"""Mixroom: what a museum's media room runs on.

core         clock, ids, text, database, journal, live views, jobs, files: knows no feature
web          what pages, API and sockets share: signing in, errors, languages, the live stream
event        an edition: its days, zone, teams, places and programme
team         the crew: people, invites, devices, screens
push         messages on phones
media        photos and clips: taken in, made safe and small in a sandbox, kept
sponsors     names and logos on the walls, promises, and what was shown
submissions  what volunteers send, and its life; the desk, the public page
review       the queue and the decisions on it
wall         what the projectors show
demo         a rehearsal of three days, replayed
"""

__version__ = "0.1.0"
