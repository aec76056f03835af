// A wall that is held, paused or under a cover: nothing runs out, and what nobody could see does not count.
import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { Conductor } from "../../static/js/wall/conductor.js"
import { Schedule } from "../../static/js/wall/schedule.js"
import { Seen } from "../../static/js/wall/seen.js"
import { SLOT, Shares } from "../../static/js/wall/shares.js"
import { Standing } from "../../static/js/wall/standing.js"
import { Turns } from "../../static/js/wall/turns.js"
import { dice } from "./dice.js"

const MINUTE = 60_000

function item(n, words = 20) {
  const text = { fr: Array(words).fill("mot").join(" "), en: null }
  return { id: `k${n}`, by: "Driss", text, approved_at: `2015-11-07T19:00:0${n}Z`, media: [] }
}

// A wall of four items that hang, by a clock that the test moves.
async function wall() {
  let now = 0
  const log = []
  const turns = new Turns()
  turns.begin([0, 1, 2, 3].map((n) => [`k${n}`, item(n)]))
  const schedule = new Schedule({ turns, offers: { at: () => ({}), played() {} } })
  const hero = {
    prepare: async () => true,
    show: ({ items: [{ id }] }) => log.push(`show ${id}`),
    hide: () => log.push("hide"),
    box: () => null,
  }
  const mosaic = { dim() {}, rehang() {}, boxOf: () => null, swap: async () => true, build: async () => {}, land: async () => {} }
  const conductor = new Conductor({
    turns,
    schedule,
    mosaic,
    scenes: { hero },
    tongues: {},
    pictures: { failed: () => false },
    empty: { toggle() {} },
    now: () => now,
  })
  const settle = async () => {
    for (let n = 0; n < 20; n++) await Promise.resolve()
  }
  const pass = async (ms) => {
    for (const end = now + ms; now < end; ) {
      now += 250
      mock.timers.tick(250)
      await settle()
    }
  }
  conductor.play()
  await pass(16_000) // what a wall begins with is over, and the hang is calm
  assert.deepEqual(log.splice(0), ["show k3", "hide"])
  return { conductor, turns, schedule, log, pass }
}

function held(name, run) {
  test(name, async () => {
    mock.timers.enable({ apis: ["setTimeout"] })
    try {
      await run()
    } finally {
      mock.timers.reset()
    }
  })
}

held("what is up when a wall is held has the rest of its time when it goes on", async () => {
  const { conductor, turns, log, pass } = await wall()
  turns.change("k4", item(4))
  conductor.wake()
  await pass(4000)
  assert.deepEqual(log, ["show k4"])
  conductor.paused = true
  conductor.wake()
  await pass(10 * MINUTE)
  assert.deepEqual(log, ["show k4"], "it stays")
  assert.equal(conductor.showing.scene, "hero")
  conductor.paused = false
  conductor.wake()
  await pass(7000) // of twelve seconds of reading it has had four
  assert.deepEqual(log, ["show k4"])
  await pass(1500)
  assert.deepEqual(log, ["show k4", "hide"])
})

held("what is new does not end what is held", async () => {
  const { conductor, turns, log, pass } = await wall()
  while (!log.length) await pass(1000) // something comes back, which makes room for news
  conductor.paused = true
  turns.change("k4", item(4))
  conductor.wake()
  await pass(MINUTE)
  assert.equal(log.length, 1)
  conductor.paused = false
  conductor.wake()
  await pass(5000)
  assert.deepEqual(log.slice(1), ["hide", "show k4"])
})

held("next on a hang that is held brings the next item up, which stays; next again takes it down", async () => {
  const { conductor, log, pass } = await wall()
  await pass(1000)
  conductor.paused = true
  conductor.wake()
  await pass(MINUTE)
  assert.deepEqual(log, [])
  conductor.skip()
  await pass(500)
  assert.match(log.join(), /^show k\d$/)
  await pass(10 * MINUTE)
  assert.equal(log.length, 1)
  conductor.skip()
  await pass(500)
  assert.equal(log[1], "hide")
  await pass(MINUTE)
  assert.equal(log.length, 2, "the hang is still held")
  conductor.skip()
  await pass(500)
  assert.notEqual(log[2], log[0], "and then it is another's turn")
})

held("next on a hang that is held brings what is new, which counts as its turn", async () => {
  const { conductor, turns, log, pass } = await wall()
  conductor.paused = true
  turns.change("k4", item(4))
  conductor.wake()
  await pass(MINUTE)
  assert.equal(turns.waiting, 1)
  conductor.skip()
  await pass(MINUTE)
  conductor.skip()
  await pass(500)
  assert.deepEqual(log, ["show k4", "hide"])
  assert.equal(turns.waiting, 0)
})

held("a wall that is held for an hour takes its steps: nobody has to step in", async () => {
  const { conductor, pass } = await wall()
  conductor.spotlight("k1")
  await pass(1000)
  conductor.paused = true
  conductor.wake()
  await pass(250)
  conductor.beat = null
  await pass(2000)
  assert.notEqual(conductor.beat, null)
  assert.equal(conductor.isFree, true)
})

test("time that stands still is not counted, whenever it is held", () => {
  const { next: roll } = dice(3)
  let [now, counted] = [0, 0]
  const time = new Standing(() => now)
  for (let n = 0; n < 500; n++) {
    const stands = roll() < 0.5
    time.hold(stands)
    const ms = Math.floor(roll() * 1000)
    now += ms
    if (!stands) counted += ms
    assert.equal(time.read(), counted)
  }
})

test("a slot under a cover is given back, and shares are kept over the time that could be seen", () => {
  const { next: roll } = dice(9)
  const promises = [
    { id: "a", share: 0.3 },
    { id: "b", share: 0.2 },
    { id: "c", share: 0.1 },
  ]
  const shares = new Shares(promises)
  const seen = {}
  let [all, covered] = [0, false]
  for (let slot = 0; slot < 6000; slot++) {
    const id = shares.next()
    let now = 0
    const time = new Seen(() => now)
    for (let second = 0; second < SLOT / 1000; second++) {
      if (roll() < 0.02) covered = !covered
      now += 1000
      time.look(!covered)
    }
    shares.shown(id, time.ms)
    if (time.ms === 0) assert.equal(shares.next(), id, "whoever was hidden is next")
    seen[id] = (seen[id] ?? 0) + time.ms
    all += time.ms
  }
  for (const { id, share } of promises) assert.ok(Math.abs(seen[id] / all - share) < 0.02, `${id}: ${seen[id] / all}`)
})
