import assert from "node:assert/strict"
import { test } from "node:test"
import { FETCH_BELOW, Backlog } from "../../static/js/review/backlog.js"

const item = (n) => ({ id: `i${String(n).padStart(5, "0")}` })

// A server with so many waiting items, of which `held` are on the page.
function queue(size, held, page = 100) {
  const waiting = Array.from({ length: size }, (_, n) => item(n))
  const asked = []
  const ask = async (after) => {
    asked.push(after)
    const later = waiting.filter(({ id }) => id > after)
    return { items: later.slice(0, page), beyond: Math.max(later.length - page, 0) }
  }
  const live = new Map(waiting.slice(0, held).map((each) => [each.id, each]))
  return { backlog: new Backlog({ beyond: size - held, last: waiting[held - 1].id, ask }), live, waiting, asked }
}

test("more is fetched as the list runs out, until there is no more", async () => {
  const { backlog, live, asked } = queue(350, 100)
  assert.equal(await backlog.fill(100), false)
  let rounds = 0
  while (backlog.beyond) {
    assert.equal(await backlog.fill(FETCH_BELOW - 1), true)
    rounds += 1
  }
  assert.equal(rounds, 3)
  assert.deepEqual(asked, ["i00099", "i00199", "i00299"])
  assert.equal(backlog.joined(live).size, 350)
  assert.equal(await backlog.fill(0), false)
})

test("what was decided while a page was under way does not come back", async () => {
  const { backlog, live } = queue(150, 100)
  const filling = backlog.fill(0)
  backlog.heard(new Map([["i00120", null]]), false)
  await filling
  assert.equal(backlog.joined(live).has("i00120"), false)
  assert.equal(backlog.joined(live).size, 149)
  backlog.heard(new Map([["i00121", null]]), false)
  assert.equal(backlog.joined(live).has("i00121"), false)
})

test("the live list knows better than a page", async () => {
  const { backlog, live } = queue(150, 100)
  await backlog.fill(0)
  const mended = { ...item(130), version: 2 }
  backlog.heard(new Map([["i00130", mended]]), false)
  live.set("i00130", mended)
  assert.equal(backlog.joined(live).get("i00130").version, 2)
  backlog.heard(new Map(), true)
  assert.equal(backlog.beyond, 0)
})
