// Our client against the reference server of tus: a line that dies, a client that starts anew, bytes that are
// the same at the end.
import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"
import { ApiError } from "../../static/js/lib/api.js"
import { Courier } from "../../static/js/lib/courier.js"
import * as rules from "../../static/js/lib/outbox.js"
import { Memory, previewOf } from "../../static/js/lib/store.js"
import * as tus from "../../static/js/lib/tus.js"

const SIZE = 700_001
let endpoint, folder, listening
let cuts = 0 // how many answers are lost from now on, after the server has given them

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "tus-"))
  const reference = new Server({ path: "/files", datastore: new FileStore({ directory: folder }), respectForwardedHeaders: false })
  listening = createServer((request, response) => {
    if (request.method === "PATCH" && cuts > 0) {
      cuts -= 1
      response.end = () => request.socket.destroy()
      response.writeHead = () => response
    }
    reference.handle(request, response)
  })
  await new Promise((resolve) => listening.listen(0, "127.0.0.1", resolve))
  endpoint = `http://127.0.0.1:${listening.address().port}/files`
})

after(() => {
  listening.closeAllConnections()
  listening.close()
  rmSync(folder, { recursive: true })
})

test("the bytes arrive as they were, from the offset that the server says", async () => {
  const bytes = picture(1)
  const { url, offset } = await tus.create(endpoint, SIZE, { id: "a", filename: "été.jpg", filetype: "image/jpeg" })
  assert.equal(offset, 0)
  const half = await tus.add(url, 0, new Blob([bytes.slice(0, 300_000)]))
  assert.equal(half, 300_000)
  assert.equal(await tus.reached(url), 300_000)
  await assert.rejects(tus.add(url, 5, new Blob([bytes.slice(5)])), (error) => error instanceof ApiError && error.status === 409)
  assert.equal(await tus.add(url, half, new Blob([bytes.slice(half)])), SIZE)
  assert.deepEqual(kept(url), bytes)
})

test("the courier brings an original through a line that loses answers, and a page that is closed", async () => {
  const store = new Memory()
  const bytes = picture(2)
  await store.putPart("p", 0, bytes.buffer)
  await store.putPart(previewOf("p"), 0, new Uint8Array(20).buffer)
  await store.setNote("uplink", 100_000) // portions of 64 kB
  const file = { name: "p.jpg", type: "image/jpeg", size: SIZE, sha256: "", kind: "photo", preview: { size: 20, width: 4, height: 3 } }
  const draft = rules.draft({ id: "s", key: "k", by: "chloe", at: 1 })
  const entry = { ...draft, fields: { ...draft.fields, consent: "cleared" }, photos: [rules.newPhoto("p", file)] }

  const urls = new Map()
  const portions = []
  const post = {
    preview: async () => {},
    create: async () => {},
    announce: async ({ id, size, name }) => {
      const made = urls.has(id) ? { url: urls.get(id), offset: await tus.reached(urls.get(id)) } : await tus.create(endpoint, size, { id, filename: name })
      urls.set(id, made.url)
      return made
    },
    reached: ({ id }) => tus.reached(urls.get(id)),
    add: async ({ id }, offset, part, options) => {
      portions.push(offset)
      return tus.add(urls.get(id), offset, part, options)
    },
  }
  cuts = 3
  const open = () => new Courier({ store, post, later: (ms, act) => unreferenced(setTimeout(act, ms / 50)), now: () => performance.now() * 50 })
  let courier = open()
  courier.by = "chloe"
  await courier.send(entry)
  await until(() => portions.length >= 3)
  courier = open() // the page was closed, and is opened again beside what still runs
  await courier.load("chloe")
  await until(async () => (await store.entries())[0].photos[0].sent === "all")
  assert.equal(cuts, 0)
  assert.deepEqual(kept(urls.get("p")), bytes)
})

function picture(seed) {
  return new Uint8Array(SIZE).map((_, n) => (n * 31 + (n >> 8) * seed) & 0xff)
}

function kept(url) {
  return new Uint8Array(readFileSync(join(folder, url.split("/").at(-1))))
}

function unreferenced(timer) {
  return () => clearTimeout(timer)
}

async function until(done) {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 10))
}
