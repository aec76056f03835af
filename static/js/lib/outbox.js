// The rules of the outbox, which holds submissions on a phone until they are sent. Pure: no clock, no network, no
// storage, so that tests in node can play a whole afternoon of bad Wi-Fi.
//
// An entry is one submission, written or shot. Its states on the phone:
//   draft → waiting → received      (the server has it, and its state counts from here on)
//              ↓ ↑
//            failed                 (the server refused it; the author has to do something)
// A received entry stays until the originals of its photos have been uploaded.
//
// `id` is the entry's own; `submission` is the id on the server. `edits` is the version that a correction of an
// earlier submission starts from, else null.
//
// `sent` of a photo says how much of it the server has:
//   none → preview (a small rendition; reviewed, and shown on the wall) → all → settled (examined and kept)
// Where the phone could make no preview, the photo is announced instead, and its bytes follow.

export const FIRST_PAUSE = 1000 // ms
export const MAX_PAUSE = 30_000
export const MAX_AT_ONCE = 2
const MAX_RESENT = 3

const NOTHING_SAID = { caption: {}, alt: {}, consent: "" }

export function draft({ id, key, by, at }) {
  return {
    id,
    submission: id,
    key,
    by,
    at,
    state: "draft",
    fields: { text: {}, team: "", place: "", credit: "", consent: "", quote: false, tags: [] },
    kept: [], // photos that the server has: [{id, thumb, said}]
    photos: [], // photos on this phone, see newPhoto
    edits: null,
    tries: 0,
    next: 0,
    problem: null,
    request: null, // the request that it answers: {id, by, text, team, place}, see asked.js
  }
}

// `file`: {name, type, size, sha256, taken, kind, duration, preview: {size, width, height} | null}
export function newPhoto(id, file) {
  const under = { sent: "none", announced: false, offset: 0, resent: 0, tries: 0, next: 0, problem: null }
  return { id, ...file, ...under, said: NOTHING_SAID }
}

// The entry that corrects an item of the desk view. It has a new key, since it is sent separately. `named` finds the id
// of a team or place by its two names.
export function correction(item, { id, key, by, at, named = () => "" }) {
  const usable = item.media.filter(({ status }) => status !== "refused")
  const single = usable.some(({ consent }) => consent)
  const described = usable.some(({ alt }) => words(alt))
  return {
    ...draft({ id, key, by, at }),
    submission: item.id,
    edits: item.version,
    fields: {
      text: { ...item.text },
      team: named("team", item.team),
      place: named("place", item.place),
      credit: item.credit ?? "",
      consent: single || !usable.length ? "" : item.consent,
      quote: item.kind === "quote",
      tags: item.tags ?? [],
    },
    kept: usable.map(({ id: photo, thumb, kind, caption, alt, consent }, index) => ({
      id: photo,
      thumb,
      kind,
      said: {
        caption: { ...caption },
        alt: { ...(index || described ? alt : item.alt) },
        consent: consent ?? "",
      },
    })),
  }
}

export function pictures({ kept, photos, order }) {
  const all = [...kept, ...photos]
  if (!order) return all
  const place = new Map(order.map((id, index) => [id, index]))
  return all.sort((a, b) => (place.get(a.id) ?? all.length) - (place.get(b.id) ?? all.length))
}

export function kindOf(entry) {
  if (entry.fields.quote) return "quote"
  const all = pictures(entry)
  if (!all.length) return "post"
  return all.every(({ kind }) => kind === "video") ? "video" : "photo"
}

export function isEmpty({ fields, photos, kept, request }) {
  return !request && !trimmed(fields.text.fr) && !trimmed(fields.text.en) && !photos.length && !kept.length
}

// Join the text typed before the page was ready with the draft of an earlier visit. A browser that restores a form may
// bring the same words again.
export function joined(kept, typed) {
  const [before, now] = [trimmed(kept), trimmed(typed)]
  if (before.includes(now)) return kept ?? ""
  return now.includes(before) ? typed : `${before}\n${now}`
}

// The fields that the author has to fix before sending.
export function faults(entry, limits) {
  const found = []
  const { fields } = entry
  const all = pictures(entry)
  const words = trimmed(fields.text.fr) || trimmed(fields.text.en)
  if (!words && (!all.length || fields.quote)) found.push("text")
  if ([fields.text.fr, fields.text.en].some((side) => (side ?? "").length > limits.text)) found.push("length")
  if (all.length > limits.photos) found.push("photos")
  if (all.some(({ said }) => !said.consent) && !fields.consent) found.push("consent")
  return found
}

// The body of POST /api/v1/submissions, or of the PATCH of a correction.
export function body(entry) {
  const { fields } = entry
  const all = pictures(entry)
  const sent = {
    kind: kindOf(entry),
    text: sides(fields.text),
    alt: sides(all[0]?.said?.alt),
    credit: trimmed(fields.credit) || null,
    team: fields.team || entry.request?.team || null,
    place: fields.place || entry.request?.place || null,
    tags: fields.tags ?? [],
    consent: all.length ? fields.consent || "pending" : "not_needed",
    media: all.map(piece),
  }
  if (entry.edits !== null) return sent
  const captured = all[0]?.taken ?? new Date(entry.at).toISOString()
  return { id: entry.submission, ...sent, captured_at: captured, ...(entry.request && { request: entry.request.id }) }
}

// Make a submission of each photo, with its own text where it has one.
export function split(entry, fresh) {
  return pictures(entry).map((photo, index) => {
    const { id, key } = index ? fresh() : entry
    const words = trimmed(photo.said.caption.fr) || trimmed(photo.said.caption.en)
    const said = { ...photo.said, caption: {} }
    return {
      ...entry,
      id,
      submission: id,
      key,
      at: entry.at + index,
      order: null,
      fields: { ...entry.fields, quote: false, text: words ? photo.said.caption : entry.fields.text },
      photos: [{ ...photo, said }],
    }
  })
}

// Back into the form, with a new key: one key never stands for two texts.
export function reopened(entry, key) {
  return { ...entry, key, state: "draft", tries: 0, next: 0, problem: null }
}

export function queued(entry) {
  return { ...entry, state: "waiting", tries: 0, next: 0, problem: null }
}

export function received(entry) {
  return { ...entry, state: "received", tries: 0, next: 0, problem: null }
}

// After a failed request. A passing failure is retried automatically, for as long as it takes; a refusal is final,
// because repeating the request would change nothing.
export function failed(entry, error, now, random = Math.random) {
  const isUnknown = entry.request && error.status === 422 && error.errors?.[0]?.field === "request"
  if (isUnknown) return queued({ ...entry, request: null }) // the request is gone, what answers it is not
  return { ...entry, ...afterFailure(entry, error, now, random), state: error.passing ? "waiting" : "failed" }
}

// The same for the original of one photo. A refusal does not affect the submission received.
export function originalFailed(photo, error, now, random = Math.random) {
  const later = { tries: photo.tries + 1, next: now + pause(photo.tries + 1, 0, random) }
  if (error.status === 409 && error.code !== "id_taken") return { ...photo, ...later } // ask for the offset again
  if (error.status === 404 || error.status === 410) return { ...photo, ...later, announced: false, offset: 0 }
  return { ...photo, ...afterFailure(photo, error, now, random), sent: error.passing ? photo.sent : "refused" }
}

function afterFailure({ tries }, error, now, random) {
  const problem = { code: error.code, title: error.title ?? "", status: error.status ?? 0, field: error.errors?.[0] ?? null }
  if (!error.passing) return { problem }
  return { problem, tries: tries + 1, next: now + pause(tries + 1, error.after, random) }
}

// With jitter: two dozen phones that lost the same Wi-Fi must not retry at the same time.
export function pause(tries, after = 0, random = Math.random) {
  const most = Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries - 1, 10))
  return Math.max(after * 1000, Math.round(most / 4 + random() * most * 0.75))
}

// The tasks to start now: texts first, then previews, then originals, the oldest first. Originals are sent only while
// nothing else can be. `running`: the ids of the tasks under way; `quiet`: the author is about to send a post, which
// needs the whole bandwidth.
export function nextTasks(entries, now, running, quiet = false) {
  const first = [...entries].sort((a, b) => a.at - b.at)
  const urgent = [...first.flatMap((entry) => posts(entry, now)), ...first.flatMap((entry) => previews(entry, now))]
  const originals = quiet ? [] : first.flatMap((entry) => following(entry, now))
  const wanted = urgent.length ? urgent : originals.slice(0, 1)
  const held = urgent.length ? [...running].filter((id) => !id.startsWith("original/")).length : running.size
  return wanted.filter(({ id }) => !running.has(id)).slice(0, Math.max(0, MAX_AT_ONCE - held))
}

// Is there a task that should interrupt an original?
export function isUrgent(entries, now) {
  return entries.some((entry) => posts(entry, now).length || previews(entry, now).length)
}

function posts(entry, now) {
  const ready = entry.state === "waiting" && entry.next <= now && entry.photos.every(isKnown)
  return ready ? [{ id: `post/${entry.id}`, kind: "post", entry: entry.id }] : []
}

function previews(entry, now) {
  if (entry.state !== "waiting" || entry.next > now) return []
  return entry.photos
    .filter((photo) => !isKnown(photo))
    .map(({ id, preview }) => ({ id: `preview/${id}`, kind: preview ? "preview" : "announce", entry: entry.id, photo: id }))
}

function following(entry, now) {
  if (entry.state !== "received") return []
  return entry.photos
    .filter(({ sent, next }) => (sent === "none" || sent === "preview") && next <= now)
    .map(({ id }) => ({ id: `original/${id}`, kind: "original", entry: entry.id, photo: id }))
}

// Does the server know the photo, so that a submission may refer to it?
function isKnown({ sent, announced }) {
  return sent !== "none" || announced
}

// When the next task is due, or null if none waits; originals only after `quiet`.
export function wakeAt(entries, quiet = 0) {
  const times = entries.flatMap((entry) => {
    if (entry.state === "waiting") return [entry.next]
    return entry.state === "received" ? entry.photos.filter(isPending).map(({ next }) => Math.max(next, quiet)) : []
  })
  return times.length ? Math.min(...times) : null
}

// The network is back, or the author is: retry everything at once.
export function hurried(entries) {
  return entries.map((entry) => ({
    ...entry,
    next: 0,
    photos: entry.photos.map((photo) => (photo.next ? { ...photo, next: 0 } : photo)),
  }))
}

// Has the entry arrived? The server's list proves it, even where the answer was lost.
export function arrived(entry, item) {
  if (!item || entry.state === "draft") return false
  if (entry.edits === null) return true
  return item.version > entry.edits && sameText(item.text, entry.fields.text)
}

// The entry, compared with the server's item: photos that the server has examined no longer need their bytes; a lost
// original is sent again.
export function compared(entry, item) {
  if (!arrived(entry, item)) return entry
  const known = new Map(item.media.map((media) => [media.id, media]))
  const over = item.status === "withdrawn" || item.status === "rejected" || item.status === "recalled"
  const photos = entry.photos.map((photo) => (over ? { ...photo, sent: "settled" } : settled(photo, known.get(photo.id))))
  const state = entry.state === "waiting" ? "received" : entry.state
  const same = state === entry.state && photos.every((photo, index) => photo === entry.photos[index])
  return same ? entry : { ...entry, state, photos }
}

function settled(photo, media) {
  if (!media || photo.sent === "settled") return photo
  if (["kept", "different", "refused"].includes(media.original)) return { ...photo, sent: "settled" }
  if (media.original !== "lost" || photo.sent !== "all") return photo
  if (photo.resent >= MAX_RESENT) return { ...photo, sent: "refused" }
  return { ...photo, sent: "preview", announced: false, offset: 0, resent: photo.resent + 1 }
}

// Can the phone delete the entry once the list shows it?
export function isDone(entry) {
  return entry.state === "received" && entry.photos.every(({ sent }) => sent === "settled" || sent === "refused")
}

// Are bytes of the original still only on the phone?
export function isPending({ sent }) {
  return sent === "none" || sent === "preview"
}

// Was the race lost against ourselves? The correction arrived, but its answer did not.
export function wonAlready(entry, error) {
  const now = error.body?.now
  return error.status === 412 && now?.version === entry.edits + 1 && sameText(now.text, entry.fields.text)
}

// The rows of the list below the form, newest first: the phone's entries that the server does not have yet, and the
// server's items. `following`: the entries with originals still to be sent.
export function listed(entries, items) {
  const live = entries.filter((entry) => entry.state !== "draft")
  const ours = live.filter((entry) => !arrived(entry, items.get(entry.submission)))
  const covered = new Set(ours.map(({ submission }) => submission))
  const rows = [
    ...ours.map((entry) => ({ id: entry.submission, at: entry.at, entry, item: items.get(entry.submission) ?? null })),
    ...[...items.values()]
      .filter(({ id }) => !covered.has(id))
      .map((item) => ({ id: item.id, at: Date.parse(item.submitted_at), entry: null, item })),
  ]
  const withOriginals = rows.map((row) => ({ ...row, following: live.filter((e) => e.submission === row.id && originals(e).length) }))
  return withOriginals.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
}

// The tray's numbers: how many entries wait, how many failed, and how much of the originals is left.
export function summary(entries) {
  const of = (state) => entries.filter((entry) => entry.state === state).length
  const left = entries.flatMap((entry) => (entry.state === "received" ? originals(entry) : []))
  const bytes = left.reduce((sum, { size }) => sum + size, 0)
  const sent = left.reduce((sum, { offset }) => sum + offset, 0)
  return { waiting: of("waiting"), failed: of("failed"), originals: left.length, bytes, sent }
}

export function originals(entry) {
  return entry.state === "received" ? entry.photos.filter(isPending) : []
}

function piece({ id, said }) {
  if (!said || !(words(said.caption) || words(said.alt) || said.consent)) return id
  return { id, caption: sides(said.caption), alt: sides(said.alt), consent: said.consent || null }
}

function words(text) {
  return trimmed(text?.fr) || trimmed(text?.en)
}

function sides({ fr, en } = {}) {
  return { fr: trimmed(fr) || null, en: trimmed(en) || null }
}

function sameText(a, b) {
  return trimmed(a?.fr) === trimmed(b?.fr) && trimmed(a?.en) === trimmed(b?.en)
}

function trimmed(text) {
  return (text ?? "").trim()
}
