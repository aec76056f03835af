// Words and pictures carried to an app: what a phone does that shares files, one that does not, and one without a
// clipboard.
import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { carry } from "../../static/js/plan/carrying.js"

const FILES = [{ name: "mixroom-1.jpg" }]
let saved, selected, shared, written

function phone({ shares = false, copies = true, fails = null } = {}) {
  const clipboard = copies ? { writeText: async (text) => void written.push(text) } : undefined
  const share = async (what) => {
    if (fails) throw Object.assign(new Error(fails), { name: fails })
    shared.push(what)
  }
  const found = { clipboard, share, canShare: ({ files }) => shares && files.length > 0 }
  Object.defineProperty(globalThis, "navigator", { value: found, configurable: true })
}

beforeEach(() => {
  ;[saved, shared, written, selected] = [[], [], [], 0]
  globalThis.document = { createElement: () => ({ click() { saved.push(this.download) } }) }
  globalThis.URL.createObjectURL = () => "blob:x"
  globalThis.setTimeout = () => 0
})

const select = () => (selected += 1)

test("a phone that shares files gets the words and the pictures at once", async () => {
  phone({ shares: true })
  assert.equal(await carry("Bonjour", FILES, select), "shared")
  assert.deepEqual(shared, [{ text: "Bonjour", files: FILES }])
  assert.deepEqual(written, ["Bonjour"]) // for apps that take the pictures only
  assert.deepEqual(saved, [])
})

test("whoever closes the share sheet has cancelled", async () => {
  phone({ shares: true, fails: "AbortError" })
  assert.equal(await carry("Bonjour", FILES, select), "cancelled")
  assert.deepEqual(saved, [])
})

test("where sharing is refused, the words are copied and the pictures saved", async () => {
  phone({ shares: true, fails: "NotAllowedError" })
  assert.equal(await carry("Bonjour", FILES, select), "copied.pictures")
  assert.deepEqual(saved, ["mixroom-1.jpg"])
})

test("a laptop copies the words; without pictures nothing is saved", async () => {
  phone()
  assert.equal(await carry("Bonjour", [], select), "copied")
  assert.deepEqual([written, saved, selected], [["Bonjour"], [], 0])
})

test("without a clipboard the words are selected", async () => {
  phone({ copies: false })
  assert.equal(await carry("Bonjour", FILES, select), "selected")
  assert.deepEqual([selected, saved], [1, ["mixroom-1.jpg"]])
})
