import assert from "node:assert/strict"
import { test } from "node:test"
import { Following } from "../../static/js/lib/following.js"
import { Link } from "../../static/js/lib/link.js"

// Timers that run when the test says so.
function hands() {
  const waiting = new Set()
  let time = 0
  const later = (ms, act) => {
    const timer = { at: time + ms, act }
    waiting.add(timer)
    return () => waiting.delete(timer)
  }
  const pass = async (ms) => {
    const end = time + ms
    for (;;) {
      const next = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      waiting.delete(next)
      time = next.at
      next.act()
      await settled()
    }
    time = end
  }
  return { later, pass, now: () => time }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

class FakeSocket {
  connected = false
  answers = {}
  asked = []
  heard = {}
  on(name, act) {
    this.heard[name] = act
  }
  emit() {}
  timeout() {
    return this
  }
  async emitWithAck(name, body) {
    this.asked.push(body)
    return this.answers[body.view]
  }
  connect() {
    return this
  }
  disconnect() {
    this.connected = false
    this.heard.disconnect?.("io client disconnect")
    return this
  }
  opens() {
    this.connected = true
    this.heard.connect()
    return settled()
  }
}

function page({ socket = null, get = async () => ({ seq: 1, changes: {} }), hidden } = {}) {
  const { later, pass, now } = hands()
  const link = new Link({ socket, get, later, now, hidden })
  const seen = []
  const states = []
  const following = new Following("review", { seq: 1, items: {} }, {
    ask: link.ask,
    later,
    random: () => 0.5,
    onChange: ({ changed }) => seen.push(Object.fromEntries(changed)),
    onAsked: link.asked,
  })
  link.add(following, (state) => states.push(state))
  return { link, following, seen, states, pass }
}

test("one question at a time, and one more for what came meanwhile", async () => {
  const open = []
  let asked = 0
  const ask = () => {
    asked += 1
    return new Promise((resolve) => open.push(resolve))
  }
  const following = new Following("review", { seq: 1, items: {} }, { ask, later: () => () => {} })
  following.catchUp()
  following.catchUp()
  following.catchUp()
  assert.equal(asked, 1)
  open[0]({ seq: 2, changes: {} })
  await settled()
  assert.equal(asked, 2)
  open[1]({ seq: 2, changes: {} })
  await settled()
  assert.equal(asked, 2)
})

test("a beat ahead asks once, however many beats come, and not at all if frames arrive first", async () => {
  const socket = new FakeSocket()
  const { following, pass } = page({ socket })
  socket.answers.review = { seq: 1, changes: {} }
  await socket.opens()
  socket.asked.length = 0
  following.beat({ seq: 3 })
  following.beat({ seq: 3 })
  socket.answers.review = { seq: 3, changes: {} }
  await pass(400)
  assert.deepEqual(socket.asked, [{ view: "review", after: 1 }])
  socket.asked.length = 0
  following.beat({ seq: 4 })
  following.frame({ after: 3, seq: 4, changes: {} })
  await pass(400)
  assert.deepEqual(socket.asked, [])
})

test("on every connection the list is caught up from its cursor", async () => {
  const socket = new FakeSocket()
  const { states, seen, pass } = page({ socket })
  socket.answers.review = { seq: 5, changes: { a: { n: 5 } } }
  await socket.opens()
  assert.deepEqual(seen, [{ a: { n: 5 } }])
  assert.deepEqual(states, ["live"])
  socket.disconnect()
  await socket.opens()
  assert.deepEqual(socket.asked.at(-1), { view: "review", after: 5 })
  await pass(0)
})

test("where sockets are blocked the page polls, and says so", async () => {
  const get = async (view, after) => ({ seq: after + 1, changes: { a: { n: after + 1 } } })
  const { states, seen, pass } = page({ socket: new FakeSocket(), get })
  await pass(4000)
  await pass(2300)
  assert.deepEqual(states, ["polling"])
  assert.deepEqual(seen, [{ a: { n: 2 } }, { a: { n: 3 } }])
})

test("no network at all is called offline, and ends by itself", async () => {
  let broken = true
  const get = async () => {
    if (broken) throw new TypeError("failed to fetch")
    return { seq: 1, changes: {} }
  }
  const { states, pass } = page({ socket: new FakeSocket(), get })
  await pass(4000)
  broken = false
  await pass(2300)
  assert.deepEqual(states, ["offline", "polling"])
})

test("a socket that looks open but says nothing is given up", async () => {
  const socket = new FakeSocket()
  socket.answers.review = { seq: 1, changes: {} }
  const { states, pass } = page({ socket })
  await socket.opens()
  await pass(4000)
  socket.heard["live.beat"]({ view: "review", seq: 1 })
  await pass(6000)
  assert.deepEqual(states, ["live"])
  await pass(4000)
  assert.equal(states[1], "offline")
  assert.equal(socket.connected, false)
})

test("a closed session stops everything", async () => {
  const socket = new FakeSocket()
  socket.answers.review = { seq: 1, changes: {} }
  const { states, seen, following, pass } = page({ socket })
  await socket.opens()
  socket.heard["live.closed"]({ reason: "revoked" })
  following.frame({ after: 1, seq: 2, changes: { a: { n: 2 } } })
  await pass(60_000)
  assert.deepEqual(states, ["live", "closed"])
  assert.deepEqual(seen, [])
})

test("an answer of 401 while polling closes too", async () => {
  const get = async () => {
    throw Object.assign(new Error("view"), { status: 401 })
  }
  const { states, pass } = page({ socket: new FakeSocket(), get })
  await pass(4000)
  assert.deepEqual(states, ["closed"])
})

test("a visitor's hidden page asks nothing", async () => {
  let asked = 0
  const get = async () => {
    asked += 1
    return { seq: 1, changes: {} }
  }
  const { pass } = page({ get, hidden: () => true })
  await pass(20_000)
  assert.equal(asked, 0)
})

test("a long list is whole once its last part is there, and nothing of it is dropped before", async () => {
  const parts = {
    "": { seq: 9, changes: { d: { n: 4 }, c: { n: 3 } }, more: "c" },
    c: { seq: 12, changes: { b: { n: 2 }, a: { n: 1 } } },
  }
  const starts = []
  const ask = async (_view, after, start = "") => {
    starts.push([after, start])
    return structuredClone(parts[start])
  }
  const first = { seq: 0, items: { a: { n: 0 }, gone: { n: 7 } } }
  const told = []
  const following = new Following("review", first, { ask, later: () => () => {}, onChange: ({ items }) => told.push([...items.keys()].sort()) })
  await following.catchUp()
  assert.deepEqual(starts, [[0, ""], [0, "c"]])
  assert.deepEqual(told, [["a", "b", "c", "d"]])
  assert.equal(following.cursor, 9, "what has changed since the first part is asked for again")
})

test("a beat of a server that has not read its journal lately is not believed", async () => {
  const socket = new FakeSocket()
  const { states, pass } = page({ socket })
  socket.answers.review = { seq: 1, changes: {} }
  await socket.opens()
  socket.heard["live.beat"]({ view: "review", seq: 1, read: 0.4 })
  assert.deepEqual(states, ["live"])
  socket.heard["live.beat"]({ view: "review", seq: 1, read: 7.5 })
  assert.deepEqual(states, ["live", "offline"])
  socket.heard["live.beat"]({ view: "review", seq: 1, read: 0.2 })
  assert.deepEqual(states, ["live", "offline", "live"])
  await pass(0)
})
