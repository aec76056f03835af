// A support's version in portions: it survives breaks, and is made once.
import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError } from "../../static/js/lib/api.js"
import { sendVersion } from "../../static/js/supports/sending.js"

const MB = 1 << 20
const file = { name: "affiche.pdf", size: 20 * MB, lastModified: 1, slice: (from, to) => ({ from, to }) }
const broken = () => new ApiError({ code: "network" })
const refusal = (code, status = 422) => new ApiError({ code, status, title: code })

// A server that keeps what arrives; `faults` are thrown by the calls of these numbers.
function server(faults = {}) {
  const uploads = new Map()
  const told = { calls: 0, versions: [], bytes: 0, ids: new Set(), pauses: [] }
  const fault = (half) => {
    told.calls += 1
    const found = faults[told.calls]
    if (found) half?.()
    if (found) throw found()
  }
  const net = {
    async create(_endpoint, size, { id, use }) {
      assert.deepEqual([size, use], [file.size, "loose"])
      fault()
      told.ids.add(id)
      if (!uploads.has(id)) uploads.set(id, 0)
      return { url: id, offset: uploads.get(id) }
    },
    async add(url, offset, { from, to }, { onProgress }) {
      assert.equal(offset, from)
      const end = Math.min(to, file.size)
      fault(() => uploads.set(url, from + MB)) // a part of it arrived
      onProgress(1)
      told.bytes += end - from
      uploads.set(url, end)
      return end
    },
    async call(_method, path, { json }) {
      assert.equal(path, "/api/v1/supports/s/versions/uploaded")
      const { upload } = json
      if (told.versions.includes(upload)) throw refusal("upload_taken", 409)
      assert.equal(uploads.get(upload), file.size)
      fault(() => told.versions.push(upload))
      told.versions.push(upload)
    },
  }
  return { net, told }
}

function browser(kept = new Map()) {
  return { kept, getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) }
}

async function sent({ net, told }, kept = browser()) {
  const states = []
  await sendVersion(file, "s", (state) => states.push(state), { net, kept, pause: async (ms) => told.pauses.push(ms) })
  return states
}

test("a file goes in portions, and is a version once", async () => {
  const there = server()
  const kept = browser()
  const states = await sent(there, kept)
  assert.equal(there.told.versions.length, 1)
  assert.equal(there.told.bytes, file.size)
  assert.equal(states.at(-1).sent, file.size)
  assert.equal(kept.kept.size, 0)
})

test("after breaks it goes on where it stopped", async () => {
  const there = server({ 1: broken, 3: broken, 5: broken, 6: broken })
  const states = await sent(there)
  assert.equal(there.told.ids.size, 1)
  assert.ok(there.told.bytes < file.size)
  assert.equal(there.told.versions.length, 1)
  assert.equal(states.filter((each) => each.broken).length, 4)
})

test("a version whose answer was lost is not made twice", async () => {
  const there = server({ 5: broken })
  await sent(there)
  assert.equal(there.told.versions.length, 1)
})

test("a page that was closed goes on once the same file is chosen again", async () => {
  const kept = browser()
  const there = server({ 3: () => refusal("not_signed_in", 401) })
  await assert.rejects(sent(there, kept))
  await sent(there, kept)
  assert.equal(there.told.ids.size, 1)
  assert.equal(there.told.versions.length, 1)
})

test("a refusal is told, and what is over begins again under another id", async () => {
  await assert.rejects(sent(server({ 5: () => refusal("invalid") })), { code: "invalid" })
  const there = server({ 2: () => refusal("upload_expired", 410) })
  await sent(there)
  assert.equal(there.told.ids.size, 2)
  assert.equal(there.told.versions.length, 1)
})
