// Whole afternoons of bad Wi-Fi, played with dice: the courier against a server that remembers, a line that
// loses questions and answers, and a page that is closed at any time.
import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError } from "../../static/js/lib/api.js"
import { Courier } from "../../static/js/lib/courier.js"
import * as rules from "../../static/js/lib/outbox.js"
import { Memory, previewOf } from "../../static/js/lib/store.js"
import { dice } from "./dice.js"

const SIZE = 300_000 // bytes of an original: several portions
const PREVIEW = 30_000

function entry(changes = {}) {
  const made = rules.draft({ id: "s1", key: "k1", by: "chloe", at: 1 })
  return { ...made, ...changes, fields: { ...made.fields, text: { fr: "Un essai" }, consent: "cleared", ...changes.fields } }
}

async function shot(store, id, { raw = false } = {}) {
  const bytes = new Uint8Array(SIZE).map((_, n) => (n * 31 + id.length) & 0xff)
  await store.putPart(id, 0, bytes.buffer)
  if (!raw) await store.putPart(previewOf(id), 0, new Uint8Array(PREVIEW).buffer)
  const preview = raw ? null : { size: PREVIEW, width: 4, height: 3 }
  return rules.newPhoto(id, { name: `${id}.jpg`, type: "image/jpeg", size: SIZE, sha256: id, kind: "photo", preview })
}

// What the real one promises, in a few lines. `line` decides what gets through.
function newServer(line) {
  const media = new Map() // id → {preview, size, bytes: Uint8Array[] , got}
  const submissions = new Map()
  const bodies = new Map()
  const one = (id) => media.get(id) ?? media.set(id, { preview: false, got: 0, parts: [] }).get(id)
  const post = {
    preview: (photo, bytes, went) => {
      went(bytes.size / 2, bytes.size)
      return line(() => (one(photo.id).preview = true))
    },
    announce: (photo) =>
      line(() => {
        one(photo.id).size = photo.size
        return { offset: one(photo.id).got }
      }),
    reached: (photo) => line(() => one(photo.id).got),
    add: async (photo, offset, bytes) => {
      const data = new Uint8Array(await bytes.arrayBuffer())
      return line(() => {
        const there = one(photo.id)
        if (offset !== there.got) throw new ApiError({ code: "wrong_offset", status: 409 })
        there.parts.push(data)
        there.got += data.length
        return there.got
      })
    },
    create: (sent, body) =>
      line(() => {
        for (const each of body.media) assert.ok(media.has(each.id ?? each), "photos are known before their submission")
        const before = bodies.get(sent.key)
        assert.ok(before === undefined || before === JSON.stringify(body), "one key, one body")
        bodies.set(sent.key, JSON.stringify(body))
        if (before === undefined) submissions.set(body.id, { id: body.id, version: 1, status: "submitted", text: body.text, ids: body.media })
      }),
    amend: (sent, body) =>
      line(() => {
        const now = submissions.get(sent.submission)
        if (now.version !== sent.edits) throw new ApiError({ code: "lost_race", status: 412, body: { now } })
        submissions.set(now.id, { ...now, version: now.version + 1, text: body.text })
      }),
  }
  const items = () =>
    new Map(
      [...submissions].map(([id, each]) => {
        const originals = each.ids.map((sent) => sent.id ?? sent)
        const state = (photo) => (one(photo).got === SIZE ? "kept" : "awaited")
        return [id, { ...each, media: originals.map((photo) => ({ id: photo, original: state(photo) })) }]
      }),
    )
  return { media, submissions, post, items }
}

test("a photo is in the queue with its preview before a byte of its original has left", async () => {
  const order = []
  const server = newServer((act) => Promise.resolve(act()))
  const post = Object.fromEntries(
    Object.entries(server.post).map(([name, act]) => [name, (...more) => (order.push(name), act(...more))]),
  )
  const store = new Memory()
  const page = new Courier({ store, post, now: () => 0, later: () => () => {} })
  page.by = "chloe"
  for (const n of [1, 2]) await page.send(entry({ id: `s${n}`, submission: `s${n}`, key: `k${n}`, at: n, photos: [await shot(store, `m${n}`)] }))
  await page.pump()
  const first = order.findIndex((name) => name === "announce")
  assert.deepEqual(order.slice(0, first).sort(), ["create", "create", "preview", "preview"])
  await page.compare(server.items())
  assert.equal(page.entries.size, 0)
  assert.deepEqual(await store.entries(), [])
  assert.equal(await store.bytes("m1", 0, 10), null, "its bytes are gone from the phone")
})

test("an original makes room for what is urgent, and goes on where it was", async () => {
  let release
  const held = new Promise((resolve) => (release = resolve))
  const server = newServer((act) => Promise.resolve(act()))
  let cut = 0
  const post = {
    ...server.post,
    add: (photo, offset, bytes, { signal }) => {
      if (cut) return server.post.add(photo, offset, bytes)
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => (cut += 1, reject(new ApiError({ code: "timeout" }))))
        release()
      })
    },
  }
  const store = new Memory()
  const page = new Courier({ store, post, now: () => 0, later: () => () => {} })
  page.by = "chloe"
  await page.send(entry({ photos: [await shot(store, "m1")] }))
  await held
  await page.send(entry({ id: "s2", submission: "s2", key: "k2", at: 9 }))
  await page.pump()
  assert.equal(cut, 1)
  assert.deepEqual([...server.submissions.keys()], ["s1", "s2"])
  assert.equal(server.media.get("m1").got, SIZE)
  assert.equal([...page.entries.values()].find(({ id }) => id === "s1").photos[0].tries, 0, "that was no failure")
})

test("bytes that the browser threw away are said to be gone, not sent as nothing", async () => {
  const server = newServer((act) => Promise.resolve(act()))
  const store = new Memory()
  const page = new Courier({ store, post: server.post, now: () => 0, later: () => () => {} })
  page.by = "chloe"
  const photo = await shot(store, "m1")
  await store.forget(["m1", previewOf("m1")])
  await page.send(entry({ photos: [photo] }))
  await page.pump()
  const [now] = page.entries.values()
  assert.deepEqual([now.state, now.problem.code], ["failed", "bytes_gone"])
  assert.equal(server.submissions.size, 0)
})

test("whatever the Wi-Fi does and however often the page dies, each entry arrives once, and whole", async () => {
  for (let seed = 1; seed <= 120; seed += 1) await afternoon(seed)
})

async function afternoon(seed) {
  const { chance, below, next } = dice(seed)
  let calm = false
  const server = newServer(async (act) => {
    await null
    if (!calm && chance(0.3)) throw new ApiError({ code: "network" })
    if (!calm && chance(0.1)) throw new ApiError({ code: "store_full", status: 507 })
    const answer = act()
    if (!calm && chance(0.3)) throw new ApiError({ code: "network" }) // it arrived, the answer did not
    return answer
  })
  const store = new Memory()
  let time = 0
  let page = null
  const open = async () => {
    page = new Courier({ store, post: server.post, now: () => time, later: () => () => {}, random: next })
    const mine = page
    page.addEventListener("change", () => {
      for (const { state, submission, edits } of mine.entries.values()) {
        if (state !== "received") continue
        const there = server.submissions.get(submission)
        assert.ok(there && (edits === null || there.version > edits), `received before it was, seed ${seed}`)
      }
    })
    await page.load("chloe")
  }
  await open()
  const wanted = 1 + below(4)
  let shots = 0
  for (let n = 0; n < wanted; n += 1) {
    const photos = []
    for (let p = below(3); p > 0; p -= 1) photos.push(await shot(store, `m${n}-${p}`, { raw: chance(0.3) }))
    shots += photos.length
    await page.send(entry({ id: `s${n}`, submission: `s${n}`, key: `k${n}`, at: n, photos }))
    if (chance(0.4)) await open() // the tab was closed and opened again
  }
  const settle = async (done) => {
    for (let n = 0; n < 300 && !done(); n += 1) {
      time += 31_000
      calm = n > 200
      await page.pump()
      if (chance(0.3)) await page.compare(server.items())
      if (chance(0.1)) await open()
    }
    await page.compare(server.items())
    assert.ok(done(), `never done, seed ${seed}`)
  }
  await settle(() => page.entries.size === 0)
  assert.equal(server.submissions.size, wanted, `seed ${seed}`)
  assert.equal(server.media.size, shots, `seed ${seed}`)
  for (const [id, { parts, got }] of server.media) {
    assert.equal(got, SIZE, `whole, seed ${seed}`)
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
    assert.ok(bytes.every((byte, n) => byte === ((n * 31 + id.length) & 0xff)), `byte for byte, seed ${seed}`)
  }
  assert.deepEqual(await store.entries(), [])

  await page.send(entry({ id: "again", submission: "s0", key: "again", edits: 1, at: 99, fields: { text: { fr: "Mieux" } } }))
  await settle(() => page.entries.size === 0)
  assert.equal(server.submissions.get("s0").version, 2, `corrected once, seed ${seed}`)
}

test("no original leaves while a post with photos is being written, and then by itself", async () => {
  const server = newServer((act) => Promise.resolve(act()))
  const store = new Memory()
  let now = 0
  let wake = null
  const page = new Courier({ store, post: server.post, now: () => now, later: (ms, act) => ((wake = { ms, act }), () => {}) })
  page.by = "chloe"
  page.hush()
  const kept = { ...entry({ photos: [{ ...(await shot(store, "m1")), sent: "preview" }] }), state: "received" }
  await store.put(kept)
  await page.load("chloe")
  await page.pump()
  assert.equal(server.media.size, 0)
  assert.ok(wake.ms > 5000, "it does not ask again and again")
  now = 11_000
  await page.pump()
  assert.equal(server.media.get("m1").got, SIZE)
})

test("a phone that is full refuses what is new, and still knows what became of the rest", async () => {
  const server = newServer((act) => Promise.resolve(act()))
  const store = new Memory()
  const page = new Courier({ store, post: server.post, now: () => 0, later: () => () => {} })
  page.by = "chloe"
  const first = entry({ state: "waiting" })
  await store.put(first)
  store.put = store.setNote = () => Promise.reject(Object.assign(new Error("full"), { name: "QuotaExceededError" }))
  await page.load("chloe")
  await page.pump()
  assert.equal(server.submissions.size, 1)
  assert.equal(page.entries.get("s1").state, "received")
  await assert.rejects(page.send(entry({ id: "s2", submission: "s2", key: "k2" })), { name: "QuotaExceededError" })
  assert.deepEqual([...page.entries.keys()], ["s1"])
})
