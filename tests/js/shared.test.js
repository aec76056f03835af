// Files that the phone's gallery shares with the app while its page is taking in earlier ones.
import assert from "node:assert/strict"
import { test } from "node:test"

import { Memory } from "../../static/js/lib/store.js"

const picture = (name) => ({ name, type: "image/jpeg", blob: new Blob([name]) })

test("a file that arrives while another is taken in is taken in next", async () => {
  const store = new Memory()
  await store.receive([picture("first.jpg")])
  const taken = []
  await store.shared(async (file) => {
    taken.push(file.name)
    if (taken.length === 1) await store.receive([picture("second.jpg"), picture("third.jpg")])
  })
  assert.deepEqual(taken, ["first.jpg", "second.jpg", "third.jpg"])
  assert.deepEqual(await store.note("shared"), [])
})
