import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, farewell, isFor, left, listed, thanks } from "../../static/js/lib/asked.js"
import { body, draft, failed, isEmpty } from "../../static/js/lib/outbox.js"

const NOON = Date.parse("2015-11-07T17:00:00Z")
const chloe = { me: "chloe", role: "photographer" }
const none = new Set()

function request(changes = {}) {
  return {
    id: "r1", text: { fr: "Une photo", en: null }, team: null, place: null, kind: "photo", lang: null, tags: [],
    due: "2015-11-07T18:00:00Z", to: { role: null, person: null }, status: "open", by: { id: "amelie", name: "Amélie" },
    taken_by: null, answered_by: null, thanked_by: null, thanked_at: null, ...changes,
  }
}

function map(...items) {
  return new Map(items.map((item) => [item.id, item]))
}

test("a request is for everyone, a role or a person", () => {
  assert.ok(isFor(request(), chloe))
  assert.ok(isFor(request({ to: { role: "photographer" } }), chloe))
  assert.ok(!isFor(request({ to: { role: "blogger" } }), chloe))
  assert.ok(isFor(request({ to: { person: "chloe" } }), chloe))
  assert.ok(!isFor(request({ to: { role: "photographer", person: "driss" } }), chloe))
})

test("what I am on comes first, then what is open, the soonest due first, then what is on its way", () => {
  const items = map(
    request({ id: "later" }),
    request({ id: "soon", due: "2015-11-07T17:10:00Z" }),
    request({ id: "mine", status: "taken", taken_by: { id: "chloe" } }),
    request({ id: "sent", status: "taken", taken_by: { id: "chloe" } }),
    request({ id: "theirs", status: "taken", taken_by: { id: "driss" } }),
    request({ id: "over", status: "done" }),
    request({ id: "asked", by: { id: "chloe" } }),
    request({ id: "programme", by: null, due: "2015-11-07T19:00:00Z" }),
  )
  const rows = listed(items, chloe, new Set(["sent"]), NOON)
  assert.deepEqual(rows.map(({ item, state }) => [item.id, state]), [
    ["mine", "mine"], ["soon", "open"], ["later", "open"], ["programme", "open"], ["sent", "sent"],
  ])
})

test("without a network an open request goes by itself a while after it was due; one that I hold stays", () => {
  const due = Date.parse(request().due)
  const mine = request({ id: "mine", status: "taken", taken_by: { id: "chloe" } })
  const at = (now) => listed(map(request(), mine), chloe, none, now).map(({ item }) => item.id)
  assert.deepEqual(at(due + 300_000), ["mine", "r1"])
  assert.deepEqual(at(due + 300_001), ["mine"])
})

test("a request that goes says what became of it, but not to the person who knows", () => {
  assert.deepEqual(farewell(request({ status: "taken", taken_by: { id: "driss", name: "Driss" } }), "chloe"), ["taken", "Driss"])
  assert.equal(farewell(request({ status: "taken", taken_by: { id: "chloe", name: "Chloé" } }), "chloe"), null)
  assert.deepEqual(farewell(request({ status: "done", answered_by: { id: "driss", name: "Driss" } }), "chloe"), ["done", "Driss"])
  assert.equal(farewell(request({ status: "done", answered_by: { id: "chloe", name: "Chloé" } }), "chloe"), null)
  assert.deepEqual(farewell(request({ status: "cancelled" }), "chloe"), ["cancelled", ""])
  assert.deepEqual(farewell(request({ status: "lapsed" }), "chloe"), ["lapsed", ""])
  assert.equal(farewell(request(), "chloe"), null)
  assert.equal(farewell(undefined, "chloe"), null)
})

test("the time left is counted in minutes, and told by the clock where it is long", () => {
  assert.deepEqual(left("2015-11-07T17:42:00Z", NOON), ["minutes", 42])
  assert.deepEqual(left("2015-11-07T17:00:01Z", NOON), ["minutes", 1])
  assert.deepEqual(left("2015-11-07T17:00:00Z", NOON), ["late"])
  assert.deepEqual(left("2015-11-07T18:30:00Z", NOON), ["minutes", 90])
  assert.deepEqual(left("2015-11-07T18:31:00Z", NOON), ["until"])
})

test("thanks are mine, the newest first, until they are put away", () => {
  const mine = { answered_by: { id: "chloe" } }
  const items = map(
    request({ id: "a", ...mine, thanked_at: "2015-11-07T17:00:00Z" }),
    request({ id: "b", ...mine, thanked_at: "2015-11-07T18:00:00Z" }),
    request({ id: "c", ...mine }),
    request({ id: "d", answered_by: { id: "driss" }, thanked_at: "2015-11-07T18:00:00Z" }),
  )
  assert.deepEqual(thanks(items, "chloe", []).map(({ id }) => id), ["b", "a"])
  assert.deepEqual(thanks(items, "chloe", ["b"]).map(({ id }) => id), ["a"])
})

test("an answer takes over team, place, kind and tags, and keeps what was written", () => {
  const entry = draft({ id: "s1", key: "k1", by: "chloe", at: 1 })
  entry.fields = { ...entry.fields, text: { fr: "Déjà là" }, team: "echo", place: "rotunda", tags: ["jour"] }
  const named = (kind, { fr }) => (fr === "Équipe Pixel" ? "pixel" : "")
  const asked = request({ team: { fr: "Équipe Pixel" }, kind: "quote", tags: ["nuit", "jour"] })
  const made = answering(entry, asked, named)
  assert.deepEqual(made.request, { id: "r1", by: "Amélie", text: asked.text, team: "", place: "" })
  assert.deepEqual([made.fields.team, made.fields.place, made.fields.quote], ["pixel", "rotunda", true])
  assert.deepEqual(made.fields.tags, ["jour", "nuit"])
  assert.equal(made.fields.text.fr, "Déjà là")
  const removed = answering(entry, request({ place: { fr: "Ailleurs", en: null } }), named)
  assert.equal(removed.fields.place, "")
  assert.deepEqual([body(removed).team, body(removed).place], ["echo", "Ailleurs"])
  assert.equal(answering(entry, request({ by: null }), named).request.by, "")
})

test("an answer names its request, and a draft that answers one is kept though it is empty", () => {
  const entry = { ...draft({ id: "s1", key: "k1", by: "chloe", at: NOON }), request: { id: "r1", by: "Amélie", text: {} } }
  assert.equal(body(entry).request, "r1")
  assert.ok(!isEmpty(entry))
  assert.ok(isEmpty({ ...entry, request: null }))
  assert.ok(!("request" in body({ ...entry, request: null })))
  assert.ok(!("request" in body({ ...entry, edits: 2 })))
})

test("an answer to a request that the server no longer knows is sent without it", () => {
  const entry = { ...draft({ id: "s1", key: "k1", by: "chloe", at: NOON }), state: "waiting", request: { id: "r1" } }
  const unknown = { status: 422, code: "invalid", passing: false, errors: [{ field: "request" }] }
  const after = failed(entry, unknown, NOON)
  assert.deepEqual([after.state, after.request, after.next], ["waiting", null, 0])
  assert.equal(failed({ ...entry, request: null }, unknown, NOON).state, "failed")
  assert.equal(failed(entry, { ...unknown, errors: [{ field: "media" }] }, NOON).state, "failed")
})

test("the time of capture is that of the first photo, or when the words were sent", () => {
  const entry = draft({ id: "s1", key: "k1", by: "chloe", at: NOON })
  assert.equal(body(entry).captured_at, "2015-11-07T17:00:00.000Z")
  const photos = [{ id: "m1", said: null, taken: "2015-11-07T16:00:00.000Z" }, { id: "m2", said: null, taken: "2015-11-07T15:00:00.000Z" }]
  assert.equal(body({ ...entry, photos }).captured_at, photos[0].taken)
  assert.equal(body({ ...entry, photos: [{ id: "m1", said: null }] }).captured_at, "2015-11-07T17:00:00.000Z")
  assert.ok(!("captured_at" in body({ ...entry, edits: 2, photos })))
})
