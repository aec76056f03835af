// The rules of what waits on a phone to be sent. Pure: values in, values out; no clock, no network, no
// storage, so that node can play a whole bad afternoon of Wi-Fi.
//
// An entry is one thing someone wrote or shot. Its life on the phone:
//   draft → waiting → sending → received      (the server has it; from here on the server's word counts)
//                ↑       ↓
//                └─ waiting, later            (the line failed; the same id and key go out again)
//                        ↓
//                     failed                  (the server said no; a person has to do something)
// `edits` is the version that a correction of something already sent starts from, else null.

export const FIRST_PAUSE = 1000 // ms
export const LONGEST_PAUSE = 30_000

export function draft({ id, key, by, at }) {
  return {
    id,
    key,
    by,
    at,
    state: "draft",
    fields: { text: {}, alt: {}, team: "", place: "", credit: "", consent: "", quote: false },
    kept: [], // photos that the server has: [{id, thumb}]
    photos: [], // photos on this phone: [{id, name, type, size, done}]
    edits: null,
    tries: 0,
    next: 0,
    problem: null,
  }
}

// The entry that corrects an item of the desk view. The key is new: it is another sending. `named` finds
// the id of a team or place by its two names.
export function correction(item, { key, by, at, named = () => "" }) {
  const started = draft({ id: item.id, key, by, at })
  return {
    ...started,
    edits: item.version,
    fields: {
      text: { ...item.text },
      alt: { ...item.alt },
      team: named("team", item.team),
      place: named("place", item.place),
      credit: item.credit ?? "",
      consent: item.consent,
      quote: item.kind === "quote",
    },
    tags: item.tags ?? [],
    kept: item.media.filter(({ status }) => status !== "refused").map(({ id, thumb }) => ({ id, thumb })),
  }
}

export function kindOf({ fields, photos, kept }) {
  if (fields.quote) return "quote"
  return photos.length + kept.length ? "photo" : "post"
}

export function isEmpty({ fields, photos, kept }) {
  return !trimmed(fields.text.fr) && !trimmed(fields.text.en) && !photos.length && !kept.length
}

// What a person has to mend before it can go, as names of fields.
export function faults(entry, limits) {
  const found = []
  const { fields } = entry
  const pictures = entry.photos.length + entry.kept.length
  const words = trimmed(fields.text.fr) || trimmed(fields.text.en)
  if (!words && (!pictures || fields.quote)) found.push("text")
  if ([fields.text.fr, fields.text.en].some((side) => (side ?? "").length > limits.text)) found.push("length")
  if (pictures > limits.photos) found.push("photos")
  if (pictures && !fields.consent) found.push("consent")
  return found
}

// The body of POST /api/v1/submissions, or of the PATCH of a correction.
export function body(entry) {
  const { fields } = entry
  const media = [...entry.kept, ...entry.photos].map(({ id }) => id)
  const sent = {
    kind: kindOf(entry),
    text: sides(fields.text),
    alt: sides(fields.alt),
    credit: trimmed(fields.credit) || null,
    team: fields.team || null,
    place: fields.place || null,
    tags: entry.tags ?? [],
    consent: media.length ? fields.consent || "pending" : "not_needed",
    media,
  }
  return entry.edits === null ? { id: entry.id, ...sent } : sent
}

// Back into the form. The key changes with the words: one key never stands for two texts.
export function reopened(entry, key) {
  return { ...entry, key, state: "draft", tries: 0, next: 0, problem: null }
}

export function queued(entry) {
  return { ...entry, state: "waiting", tries: 0, next: 0, problem: null }
}

export function sending(entry) {
  return { ...entry, state: "sending", problem: null }
}

export function received(entry) {
  return { ...entry, state: "received", problem: null }
}

// The line or the server failed. A passing failure waits and tries again by itself, for as long as it
// takes; a refusal stops, because repeating it would change nothing.
export function failed(entry, error, now, random = Math.random) {
  const problem = { code: error.code, title: error.title ?? "", status: error.status ?? 0, field: error.errors?.[0] ?? null }
  if (!error.passing) return { ...entry, state: "failed", problem }
  const tries = entry.tries + 1
  return { ...entry, state: "waiting", tries, next: now + pause(tries, error.after, random), problem }
}

// Full jitter: two dozen phones that lost the same Wi-Fi must not come back in step.
export function pause(tries, after = 0, random = Math.random) {
  const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries - 1, 10))
  return Math.max(after * 1000, Math.round(most / 4 + random() * most * 0.75))
}

// Which entry goes out now: the oldest that may, words before photos of the same moment.
export function nextToSend(entries, now) {
  return (
    entries
      .filter(({ state, next }) => state === "waiting" && next <= now)
      .sort((a, b) => a.at - b.at)[0] ?? null
  )
}

// When the next one may go, or null if nothing waits.
export function wakeAt(entries) {
  const times = entries.filter(({ state }) => state === "waiting").map(({ next }) => next)
  return times.length ? Math.min(...times) : null
}

// The network is back, or the person is: nobody waits out a pause.
export function hurried(entries) {
  return entries.map((entry) => (entry.state === "waiting" && entry.next ? { ...entry, next: 0 } : entry))
}

// After a reload: what was under way goes out again, under the same id and key.
export function recovered(entries, by) {
  return entries
    .filter((entry) => entry.by === by)
    .map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting", next: 0 } : entry))
}

// The server's list is the proof of arrival, also where its answer was lost on the way.
export function arrived(entry, item) {
  if (!item || entry.state === "draft") return false
  if (entry.edits === null) return true
  return item.version > entry.edits && sameText(item.text, entry.fields.text)
}

// A lost race against ourselves: the correction arrived, its answer did not.
export function wonAlready(entry, error) {
  const now = error.body?.now
  return error.status === 412 && now?.version === entry.edits + 1 && sameText(now.text, entry.fields.text)
}

// What stands in the list under the form: the phone's own entries where the server does not yet know
// better, and the server's items; newest first.
export function listed(entries, items) {
  const ours = entries.filter((entry) => entry.state !== "draft" && !arrived(entry, items.get(entry.id)))
  const covered = new Set(ours.map(({ id }) => id))
  const rows = [
    ...ours.map((entry) => ({ id: entry.id, at: entry.at, entry, item: items.get(entry.id) ?? null })),
    ...[...items.values()]
      .filter(({ id }) => !covered.has(id))
      .map((item) => ({ id: item.id, at: Date.parse(item.submitted_at), entry: null, item })),
  ]
  return rows.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
}

function sides({ fr, en }) {
  return { fr: trimmed(fr) || null, en: trimmed(en) || null }
}

function sameText(a, b) {
  return trimmed(a?.fr) === trimmed(b?.fr) && trimmed(a?.en) === trimmed(b?.en)
}

function trimmed(text) {
  return (text ?? "").trim()
}
