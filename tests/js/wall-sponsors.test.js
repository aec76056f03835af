import assert from "node:assert/strict"
import { test } from "node:test"
import { dimness, written } from "../../static/js/wall/dim.js"
import { evenly } from "../../static/js/wall/logos.js"
import { wanted } from "../../static/js/wall/memory.js"
import { silence } from "../../static/js/wall/silence.js"
import { Watchdog } from "../../static/js/wall/watch.js"
import { dice } from "./dice.js"

const MINUTE = 60_000
const OPENING = [{ day: 0, from: "09:30", to: "10:00" }, { day: 0, from: "10:00", to: "10:15" }, { day: 1, from: "14:00", to: "24:00" }]

test("nobody is thanked from the first moment of a blackout until its last", () => {
  assert.deepEqual(silence(OPENING, { day: 0, at: "09:29", ms: 59_000 }), { silent: false, left: 1000 })
  assert.deepEqual(silence(OPENING, { day: 0, at: "09:30" }), { silent: true, left: 45 * MINUTE }) // two that touch are one
  assert.deepEqual(silence(OPENING, { day: 0, at: "10:14", ms: 59_999 }), { silent: true, left: 1 })
  assert.equal(silence(OPENING, { day: 0, at: "10:15" }).silent, false)
  assert.equal(silence(OPENING, { day: 1, at: "23:59" }).silent, true)
  assert.equal(silence(OPENING, { day: 2, at: "09:45" }).silent, false)
  assert.equal(silence(OPENING, { day: -1, at: "09:45" }).silent, false) // no day of the event
})

test("whatever the plan says, a slot that ends with what is left never reaches into a blackout", () => {
  const { next: roll } = dice(11)
  for (let n = 0; n < 300; n++) {
    const from = Math.floor(roll() * 1400)
    const to = from + 1 + Math.floor(roll() * (1439 - from))
    const at = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`
    const plan = [{ day: 0, from: at(from), to: at(to) }]
    const now = Math.floor(roll() * 1440)
    const { silent, left } = silence(plan, { day: 0, at: at(now) })
    assert.equal(silent, from <= now && now < to)
    if (!silent && now < from) assert.equal(left, (from - now) * MINUTE)
  }
})

test("logos weigh the same, stay in their shape and in their box", () => {
  const { next: roll } = dice(5)
  for (let n = 0; n < 300; n++) {
    const box = { width: 100 + roll() * 900, height: 50 + roll() * 300 }
    const logos = Array.from({ length: 1 + Math.floor(roll() * 8) }, () => ({ width: 100 + roll() * 1000, height: 100 + roll() * 400, ink: 0.1 + roll() * 0.9 }))
    const sizes = evenly(logos, box)
    const weights = sizes.map(({ width, height }, i) => width * height * Math.sqrt(logos[i].ink))
    const heaviest = Math.max(...weights)
    sizes.forEach(({ width, height }, i) => {
      assert.ok(width <= box.width + 1e-6 && height <= box.height + 1e-6)
      assert.ok(Math.abs(width / height / (logos[i].width / logos[i].height) - 1) < 1e-9)
      const fills = width > box.width - 1e-6 || height > box.height - 1e-6
      assert.ok(weights[i] > heaviest * 0.999 || fills, "lighter than the others with room to spare")
    })
  }
})

test("by night there is less light, also past midnight", () => {
  const plan = written("22:00-07:00@60,12:00-13:00@20,nonsense")
  assert.equal(plan.length, 2)
  assert.equal(dimness(plan, "21:59"), 0)
  assert.equal(dimness(plan, "23:30"), 0.6)
  assert.equal(dimness(plan, "06:59"), 0.6)
  assert.equal(dimness(plan, "12:30"), 0.2)
  assert.equal(dimness([], "23:30"), 0)
  assert.equal(dimness(written("00:00-24:00@99"), "05:00"), 0.9) // never nothing at all
})

test("pictures are kept of the latest items, and of no others", () => {
  const items = Array.from({ length: 300 }, (_, n) => ({
    approved_at: `2015-11-07T19:00:00.${String(n).padStart(3, "0")}Z`,
    media: n % 2 ? [{ id: `m${n}`, status: "ready", width: 3, height: 2, card: `/media/m${n}/card`, wall: `/media/m${n}/wall` }] : [],
  }))
  const kept = wanted(items, 120)
  assert.equal(kept.length, 120)
  assert.ok(kept.includes("/media/m299/wall") && kept.includes("/media/m181/card") && !kept.includes("/media/m179/card"))
})

test("a wall that stands still is begun anew, then loaded anew, but only from a server", async () => {
  let [now, beat, mended, reloaded, answers] = [0, 0, 0, 0, false]
  const dog = new Watchdog({
    beat: () => beat,
    now: () => now,
    limit: 90,
    mend: () => mended++,
    reload: () => reloaded++,
    asks: async () => answers,
  })
  const wait = async (ms) => {
    for (let end = now + ms; now < end; ) {
      now += 30
      await dog.look()
    }
  }
  beat = now
  await wait(90)
  assert.deepEqual([mended, reloaded], [0, 0])
  await wait(60)
  assert.deepEqual([mended, reloaded], [1, 0])
  await wait(600)
  assert.deepEqual([mended, reloaded], [1, 0], "no server: it keeps what it shows")
  answers = true
  await wait(60)
  assert.ok(reloaded > 0)
  ;[beat, reloaded] = [now, 0]
  await wait(60)
  assert.deepEqual([mended, reloaded], [1, 0], "it goes on: all is well")
})
