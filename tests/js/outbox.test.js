import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError } from "../../static/js/lib/api.js"
import { webcrypto } from "node:crypto"
import { newId } from "../../static/js/lib/ids.js"
import * as rules from "../../static/js/lib/outbox.js"
import { dice } from "./dice.js"

const limits = { text: 2000, photos: 10 }
const file = { name: "a.jpg", type: "image/jpeg", size: 1000, sha256: "ab", kind: "photo", preview: { size: 100 } }
const photo = (id, changes = {}) => ({ ...rules.newPhoto(id, file), ...changes })

function entry(changes = {}) {
  const made = rules.draft({ id: "s1", key: "k1", by: "chloe", at: 1 })
  return { ...made, ...changes, fields: { ...made.fields, text: { fr: "Un essai" }, ...changes.fields } }
}

test("the kind follows from what was put in", () => {
  assert.equal(rules.kindOf(entry()), "post")
  assert.equal(rules.kindOf(entry({ photos: [photo("m1")] })), "photo")
  assert.equal(rules.kindOf(entry({ photos: [photo("m1")], fields: { quote: true } })), "quote")
})

test("what is missing is named before anything is sent", () => {
  assert.deepEqual(rules.faults(entry({ fields: { text: { fr: "  " } } }), limits), ["text"])
  assert.deepEqual(rules.faults(entry({ photos: [photo("m1")] }), limits), ["consent"])
  assert.deepEqual(rules.faults(entry({ photos: [photo("m1")], fields: { consent: "cleared", text: {} } }), limits), [])
  assert.deepEqual(rules.faults(entry({ fields: { text: { en: "x".repeat(2001) } } }), limits), ["length"])
})

test("words typed before the page was ready join what was kept, and never twice", () => {
  assert.equal(rules.joined(undefined, "Vu"), "Vu")
  assert.equal(rules.joined("Vu à l’atelier", ""), "Vu à l’atelier")
  assert.equal(rules.joined("Vu à l’atelier", "Vu à"), "Vu à l’atelier")
  assert.equal(rules.joined("Vu", "Vu à l’atelier "), "Vu à l’atelier ")
  assert.equal(rules.joined("Vu", "Entendu"), "Vu\nEntendu")
})

test("a correction goes back to the same submission and keeps its photos", () => {
  const said = { caption: {}, alt: {}, consent: null }
  const item = {
    id: "s9", version: 3, kind: "photo", text: { fr: "flou", en: null }, alt: { fr: "Une salle", en: null },
    credit: "Chloé G.", team: null, place: null, consent: "cleared", tags: ["nuit"],
    media: [{ id: "m1", thumb: "/m/1", status: "ready", ...said }, { id: "m2", thumb: null, status: "refused", ...said }],
  }
  const mended = rules.correction(item, { id: "e1", key: "k2", by: "chloe", at: 5 })
  assert.deepEqual([mended.id, mended.submission, mended.edits], ["e1", "s9", 3])
  assert.deepEqual(rules.body(mended).media, [
    { id: "m1", caption: { fr: null, en: null }, alt: { fr: "Une salle", en: null }, consent: null },
  ])
  assert.deepEqual(rules.body(mended).tags, ["nuit"])
  assert.equal("id" in rules.body(mended), false)
})

test("photos go in the order that was chosen, each with its own words and consent", () => {
  const said = { caption: { fr: "Le capteur " }, alt: { en: "A sensor" }, consent: "pending" }
  const made = entry({ photos: [photo("m1"), photo("m2", { said })], order: ["m2", "m1"], fields: { consent: "cleared" } })
  const body = rules.body(made)
  assert.deepEqual(body.media, [
    { id: "m2", caption: { fr: "Le capteur", en: null }, alt: { fr: null, en: "A sensor" }, consent: "pending" },
    "m1",
  ])
  assert.deepEqual(body.alt, { fr: null, en: "A sensor" })
})

test("consent is asked of every photo that has none of its own", () => {
  const own = { caption: {}, alt: {}, consent: "cleared" }
  assert.deepEqual(rules.faults(entry({ photos: [photo("m1", { said: own })] }), limits), [])
  assert.deepEqual(rules.faults(entry({ photos: [photo("m1", { said: own }), photo("m2")] }), limits), ["consent"])
})

test("a card of photos becomes one submission for each, with its own words where it has some", () => {
  const own = { caption: { fr: "La foule" }, alt: {}, consent: "" }
  const card = entry({ at: 100, photos: [photo("m1"), photo("m2", { said: own })], fields: { consent: "cleared" } })
  let n = 0
  const [first, second] = rules.split(card, () => ({ id: `n${(n += 1)}`, key: `q${n}` }))
  assert.deepEqual([first.id, first.submission, first.key], ["s1", "s1", "k1"])
  assert.deepEqual([second.id, second.submission, second.key], ["n1", "n1", "q1"])
  assert.deepEqual([first.fields.text.fr, second.fields.text.fr], ["Un essai", "La foule"])
  assert.deepEqual([first, second].map(({ photos }) => photos.map(({ id }) => id)), [["m1"], ["m2"]])
  assert.ok(first.at < second.at)
})

test("words go first, then previews, then originals, two at a time and one original", () => {
  const entries = [
    entry({ id: "old", state: "received", at: 1, photos: [photo("o1", { sent: "preview" }), photo("o2", { sent: "preview" })] }),
    entry({ id: "shot", state: "waiting", at: 2, photos: [photo("m1"), photo("m2"), photo("m3")] }),
    entry({ id: "words", state: "waiting", at: 3 }),
  ]
  const ids = (running) => rules.nextTasks(entries, 10, new Set(running)).map(({ id }) => id)
  assert.deepEqual(ids([]), ["post/words", "preview/m1"])
  assert.deepEqual(ids(["post/words", "preview/m1"]), [])
  assert.deepEqual(ids(["post/words"]), ["preview/m1"])
  assert.deepEqual(ids(["original/o1", "post/words"]), ["preview/m1"], "an original has to make room")
  entries[1] = { ...entries[1], photos: entries[1].photos.map((each) => ({ ...each, sent: "preview" })) }
  assert.deepEqual(ids([]), ["post/shot", "post/words"])
  entries.splice(1)
  assert.deepEqual(ids([]), ["original/o1"])
  assert.deepEqual(ids(["original/o1"]), [])
})

test("where the phone can make no preview the photo is announced, and follows", () => {
  const heic = photo("m1", { preview: null })
  const [task] = rules.nextTasks([entry({ state: "waiting", photos: [heic] })], 10, new Set())
  assert.equal(task.id, "preview/m1")
  assert.equal(task.kind, "announce")
  const [next] = rules.nextTasks([entry({ state: "waiting", photos: [{ ...heic, announced: true }] })], 10, new Set())
  assert.equal(next.kind, "post")
})

test("bytes are kept until the server has looked at them, and sent again where it has lost them", () => {
  const sent = entry({ state: "received", photos: [photo("m1", { sent: "all" })] })
  const item = (original, more = {}) => ({ id: "s1", version: 1, status: "submitted", text: {}, media: [{ id: "m1", original }], ...more })
  assert.equal(rules.isDone(rules.compared(sent, item("received"))), false)
  for (const end of ["kept", "different", "refused"]) assert.ok(rules.isDone(rules.compared(sent, item(end))), end)
  const again = rules.compared(sent, item("lost"))
  assert.equal(again.photos[0].sent, "preview")
  assert.equal(rules.nextTasks([again], 10, new Set())[0].kind, "original")
  const unsent = entry({ state: "received", photos: [photo("m1", { sent: "preview" })] })
  assert.ok(rules.isDone(rules.compared(unsent, item("awaited", { status: "withdrawn" }))), "no longer wanted")
})

test("a cut line waits and tries again; a refusal stops and says why", () => {
  const cut = rules.failed(entry(), new ApiError({ code: "network" }), 1000, () => 0.5)
  assert.equal(cut.state, "waiting")
  assert.ok(cut.next > 1000)
  for (const status of [429, 500, 502, 503, 507]) {
    assert.equal(rules.failed(entry(), new ApiError({ code: "x", status }), 0).state, "waiting", status)
  }
  const refused = rules.failed(entry(), new ApiError({ code: "invalid", status: 422, title: "Trop long" }), 0)
  assert.equal(refused.state, "failed")
  assert.equal(refused.problem.title, "Trop long")
})

test("pauses grow, stay under half a minute and respect the server's wish", () => {
  let last = 0
  for (let tries = 1; tries <= 5; tries += 1) {
    const now = rules.pause(tries, 0, () => 1)
    assert.ok(now > last)
    last = now
  }
  for (let tries = 1; tries < 200; tries += 1) assert.ok(rules.pause(tries) <= rules.MAX_PAUSE)
  assert.ok(rules.pause(1, 12) >= 12_000)
})

test("the list shows each thing once, newest first", () => {
  const items = new Map([
    ["s1", { id: "s1", version: 1, text: { fr: "Un essai" }, submitted_at: "2015-11-07T19:00:00Z" }],
    ["s2", { id: "s2", version: 2, text: { fr: "Autre" }, submitted_at: "2015-11-07T19:05:00Z" }],
  ])
  const entries = [
    entry({ state: "received", photos: [photo("m1", { sent: "preview" })] }),
    entry({ id: "e2", submission: "s2", edits: 2, state: "waiting", at: Date.parse("2015-11-07T19:09:00Z") }),
    entry({ id: "s3", state: "draft" }),
  ]
  const rows = rules.listed(entries, items)
  assert.deepEqual(rows.map(({ id, entry: ours }) => [id, Boolean(ours)]), [["s2", true], ["s1", false]])
  assert.deepEqual(rows.map(({ following }) => following.length), [0, 1])
})

test("the tray counts what waits, what failed and what of the originals is left", () => {
  const entries = [
    entry({ id: "a", state: "waiting" }),
    entry({ id: "b", state: "failed" }),
    entry({ id: "c", state: "received", photos: [photo("m1", { sent: "preview", offset: 250 }), photo("m2", { sent: "settled" })] }),
  ]
  assert.deepEqual(rules.summary(entries), { waiting: 1, failed: 1, originals: 1, bytes: 1000, sent: 250 })
})

test("an id made on the phone is a UUIDv7 and sorts by time", () => {
  const ids = Array.from({ length: 50 }, (_, n) => newId(1_446_923_000_000 + n, (bytes) => webcrypto.getRandomValues(bytes)))
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual([...ids].sort(), ids)
})
