import assert from "node:assert/strict"
import { test } from "node:test"
import { Lease, RENEW, SETTLE, WORKING } from "../../static/js/review/lease.js"

// A desk whose clock the test winds; `said` is what the server was asked.
function desk({ refuse = false } = {}) {
  const said = []
  const timers = new Map()
  let now = 0
  let next = 0
  const time = {
    now: () => now,
    set: (act, ms) => (timers.set(++next, { act, at: now + ms }), next),
    clear: (timer) => timers.delete(timer),
  }
  const take = async (id, over) => {
    said.push(over ? `over ${id}` : `take ${id}`)
    if (refuse && !over) throw new Error("claimed")
  }
  const lease = new Lease({ take, drop: (id) => said.push(`drop ${id}`), time })
  const wind = async (ms) => {
    const until = now + ms
    for (;;) {
      const due = [...timers].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at)[0]
      if (!due) break
      timers.delete(due[0])
      now = due[1].at
      due[1].act()
      await new Promise(setImmediate)
    }
    now = until
  }
  return { lease, said, wind }
}

test("what is looked at is held, what is leafed past is not", async () => {
  const { lease, said, wind } = desk()
  lease.open("a")
  await wind(SETTLE - 1)
  lease.open("b")
  await wind(SETTLE)
  assert.deepEqual(said, ["take b"])
  lease.open("c")
  await wind(SETTLE)
  assert.deepEqual(said, ["take b", "drop b", "take c"])
})

test("it is renewed while someone works, and not for an empty chair", async () => {
  const { lease, said, wind } = desk()
  lease.open("a")
  await wind(RENEW + SETTLE)
  lease.work()
  await wind(WORKING - 1)
  const takes = said.length
  assert.ok(takes >= 4, said.join())
  await wind(10 * WORKING)
  assert.equal(said.length, takes)
  lease.work()
  await wind(0)
  assert.equal(said.length, takes + 1)
})

test("a decision ends it without a word; leaving lets go of it", async () => {
  const { lease, said, wind } = desk()
  lease.open("a")
  await wind(SETTLE)
  lease.end()
  lease.open("b")
  await wind(SETTLE)
  lease.leave()
  lease.leave()
  assert.deepEqual(said, ["take a", "take b", "drop b"])
})

test("what someone else holds is asked for again, and taken over when told", async () => {
  const { lease, said, wind } = desk({ refuse: true })
  lease.open("a")
  await wind(SETTLE + RENEW)
  await lease.takeOver("a")
  await lease.takeOver("b")
  lease.leave()
  assert.deepEqual(said, ["take a", "take a", "over a", "drop a", "over b", "drop b"])
})
