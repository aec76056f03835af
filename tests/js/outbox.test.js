import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError } from "../../static/js/lib/api.js"
import { Courier } from "../../static/js/lib/courier.js"
import { webcrypto } from "node:crypto"
import { newId } from "../../static/js/lib/ids.js"
import * as rules from "../../static/js/lib/outbox.js"
import { Memory } from "../../static/js/lib/store.js"
import { dice } from "./dice.js"

const limits = { text: 2000, photos: 10 }
const photo = (id) => ({ id, name: `${id}.jpg`, type: "image/jpeg", size: 100, done: false })

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

test("a correction goes back to the same submission and keeps its photos", () => {
  const item = {
    id: "s9", version: 3, kind: "photo", text: { fr: "flou", en: null }, alt: { fr: null, en: null },
    credit: "Chloé G.", team: null, place: null, consent: "cleared", tags: ["nuit"],
    media: [{ id: "m1", thumb: "/m/1", status: "ready" }, { id: "m2", thumb: null, status: "refused" }],
  }
  const mended = rules.correction(item, { key: "k2", by: "chloe", at: 5 })
  assert.equal(mended.edits, 3)
  assert.deepEqual(rules.body(mended).media, ["m1"])
  assert.deepEqual(rules.body(mended).tags, ["nuit"])
  assert.equal("id" in rules.body(mended), false)
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
  for (let tries = 1; tries < 200; tries += 1) assert.ok(rules.pause(tries) <= rules.LONGEST_PAUSE)
  assert.ok(rules.pause(1, 12) >= 12_000)
})

test("after a reload what was under way goes out again, and only one's own", () => {
  const found = [entry({ state: "sending" }), entry({ id: "s2", by: "driss", state: "waiting" })]
  assert.deepEqual(rules.recovered(found, "chloe").map(({ id, state }) => [id, state]), [["s1", "waiting"]])
})

test("the list shows each thing once, newest first", () => {
  const items = new Map([
    ["s1", { id: "s1", version: 1, text: { fr: "Un essai" }, submitted_at: "2015-11-07T19:00:00Z" }],
    ["s2", { id: "s2", version: 2, text: { fr: "Autre" }, submitted_at: "2015-11-07T19:05:00Z" }],
  ])
  const entries = [
    entry({ state: "received" }),
    entry({ id: "s2", edits: 2, state: "sending", at: Date.parse("2015-11-07T19:09:00Z") }),
    entry({ id: "s3", state: "draft" }),
  ]
  assert.deepEqual(rules.listed(entries, items).map(({ id, entry }) => [id, Boolean(entry)]), [["s2", true], ["s1", false]])
})

test("an id made on the phone is a UUIDv7 and sorts by time", () => {
  const ids = Array.from({ length: 50 }, (_, n) => newId(1_446_923_000_000 + n, (bytes) => webcrypto.getRandomValues(bytes)))
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual([...ids].sort(), ids)
})

test("what the server's list proves is forgotten, also where the list was faster than the answer", async () => {
  const store = new Memory()
  let page = null
  const post = {
    create: async (entry) => {
      await page.compare(new Map([[entry.id, { id: entry.id, version: 1, text: entry.fields.text }]]))
      assert.ok(page.entries.has(entry.id), "not while it is under way")
    },
  }
  page = new Courier({ store, post, now: () => 0, later: () => () => {} })
  await page.send(entry())
  await page.pump()
  assert.equal(page.entries.size, 0)
  assert.deepEqual(await store.entries(), [])
})

test("whatever the Wi-Fi does and however often the page dies, each entry arrives once", async () => {
  for (let seed = 1; seed <= 120; seed += 1) await afternoon(seed)
})

// A server that remembers keys, a line that loses questions and answers, a page that is closed at any time.
async function afternoon(seed) {
  const { chance, below, next } = dice(seed)
  const server = { submissions: new Map(), photos: new Map(), bodies: new Map() }
  const line = async (act) => {
    await null
    if (chance(0.3)) throw new ApiError({ code: "network" })
    if (chance(0.1)) throw new ApiError({ code: "store_full", status: 507 })
    const answer = act()
    if (chance(0.3)) throw new ApiError({ code: "network" }) // it arrived, the answer did not
    return answer
  }
  const post = {
    media: (photo, bytes, onProgress) => {
      onProgress(photo.size / 2)
      return line(() => server.photos.set(photo.id, bytes))
    },
    create: (entry, body) =>
      line(() => {
        for (const id of body.media) assert.ok(server.photos.has(id), "photos come before their submission")
        const before = server.bodies.get(entry.key)
        assert.ok(before === undefined || before === JSON.stringify(body), "one key, one body")
        server.bodies.set(entry.key, JSON.stringify(body))
        server.submissions.set(body.id, { version: 1, text: body.text })
      }),
    amend: (entry, body) =>
      line(() => {
        const now = server.submissions.get(entry.id)
        if (now.version !== entry.edits) {
          throw new ApiError({ code: "lost_race", status: 412, body: { now } })
        }
        server.submissions.set(entry.id, { version: now.version + 1, text: body.text })
      }),
  }
  const store = new Memory()
  let time = 0
  let page = null
  const open = async () => {
    page = new Courier({ store, post, now: () => time, later: () => () => {}, random: next })
    const mine = page
    page.addEventListener("change", () => {
      for (const { state, id, edits } of mine.entries.values()) {
        if (state !== "received") continue
        const there = server.submissions.get(id)
        assert.ok(there && (edits === null || there.version > edits), `received before it was, seed ${seed}`)
      }
    })
    await page.load("chloe")
  }
  await open()
  const wanted = 1 + below(4)
  for (let n = 0; n < wanted; n += 1) {
    const photos = Array.from({ length: below(3) }, (_, p) => photo(`m${n}-${p}`))
    const made = entry({ id: `s${n}`, key: `k${n}`, photos, fields: { consent: "cleared" } })
    for (const { id } of photos) await store.putPhoto(made, id, new ArrayBuffer(4))
    await page.send(made)
    if (chance(0.4)) await open() // the tab was closed and opened again
  }
  for (let n = 0; n < 300 && [...page.entries.values()].some(({ state }) => state !== "received"); n += 1) {
    time += 31_000
    await page.pump()
    if (chance(0.1)) await open()
  }
  const mended = { ...entry({ id: "s0", key: "again", edits: 1 }), fields: { ...entry().fields, text: { fr: "Mieux" } } }
  await page.send(mended)
  for (let n = 0; n < 300 && page.entries.get("s0").state !== "received"; n += 1) {
    time += 31_000
    await page.pump()
  }
  assert.equal(server.submissions.size, wanted, `seed ${seed}`)
  assert.deepEqual([...page.entries.values()].map(({ state }) => state), Array(wanted).fill("received"), `seed ${seed}`)
  assert.equal(server.submissions.get("s0").version, 2, `corrected once, seed ${seed}`)
}
