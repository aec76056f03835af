// What is asked of a screen: states are taken as they are, counts are followed once, covers lie in their order.
import assert from "node:assert/strict"
import { test } from "node:test"
import { admits } from "../../static/js/wall/filters.js"
import { Remote } from "../../static/js/wall/remote.js"

const NOTHING = {
  paused: false,
  blank: false,
  panic: false,
  testcard: false,
  message: null,
  spotlight: { key: null, n: 0 },
  next: 0,
  identify: 0,
  reload: 0,
}

function screen() {
  const done = []
  const timers = []
  const conductor = {
    paused: false,
    wake() {},
    skip: () => done.push("next"),
    spotlight: (key) => done.push(`spotlight ${key}`),
  }
  const cover = (name) => ({ show: () => done.push(`show ${name}`), hide: () => done.push(`hide ${name}`) })
  const covers = Object.fromEntries(["card", "identify", "blank", "message", "testcard"].map((name) => [name, cover(name)]))
  const later = (ms, act) => {
    const timer = { ms, act }
    timers.push(timer)
    return () => (timer.act = () => {})
  }
  const remote = new Remote({ conductor, covers, later, now: () => Date.parse("2026-01-01T00:00:00Z"), reload: () => done.push("reload") })
  const ask = (asked) => remote.apply({ name: "Hall", number: 2, asked: { ...NOTHING, ...asked } })
  const pass = (ms) => timers.filter((timer) => timer.ms === ms).forEach((timer) => timer.act())
  return { remote, conductor, done, timers, ask, pass }
}

test("what was counted before a page began is not followed, what is counted later is, once", () => {
  const { ask, done } = screen()
  ask({ next: 7, reload: 3, spotlight: { key: "a", n: 2 } })
  assert.deepEqual(done, [])
  for (let n = 0; n < 2; n++) ask({ next: 8, reload: 4, spotlight: { key: "b", n: 3 } })
  assert.deepEqual(done, ["next", "spotlight b", "reload"])
})

test("a screen that begins is what it was asked to be", () => {
  const { ask, remote, conductor, pass } = screen()
  ask({ paused: true, panic: true })
  assert.equal(remote.cover, "card")
  assert.equal(conductor.paused, true)
  pass(1000)
  ask({ paused: true })
  assert.equal(remote.cover, null)
  assert.equal(conductor.paused, true)
})

test("the card lies over all, and the name over black", () => {
  const { ask, remote, pass } = screen()
  ask({ testcard: true, blank: true })
  assert.equal(remote.cover, "blank")
  ask({ testcard: true, blank: true, identify: 1 })
  assert.equal(remote.cover, "identify")
  ask({ testcard: true, blank: true, identify: 1, panic: true })
  assert.equal(remote.cover, "card")
  pass(1000)
  ask({ testcard: true, identify: 1 })
  assert.equal(remote.cover, "identify")
  pass(1000)
  pass(10_000)
  assert.equal(remote.cover, "testcard")
})

test("a message ends at its time, and one whose time has passed is not shown", () => {
  const { ask, remote, pass } = screen()
  ask({ message: { fr: "a", en: null, until: "2026-01-01T00:05:00Z" } })
  assert.equal(remote.cover, "message")
  pass(1000)
  pass(300_000)
  assert.equal(remote.cover, null)
  ask({ message: { fr: "b", en: null, until: "2025-12-31T23:59:59Z" } })
  assert.equal(remote.cover, null)
})

test("the keyboard holds until something else is asked from elsewhere", () => {
  const { ask, remote, pass } = screen()
  ask({})
  remote.press("blank")
  pass(1000)
  ask({ next: 1 })
  assert.equal(remote.cover, "blank")
  ask({ next: 1, blank: true })
  ask({ next: 1 })
  assert.equal(remote.cover, null)
})

test("a cover that has just come gives way to what lies over it, and to nothing else", () => {
  const { remote, done, pass, ask } = screen()
  ask({})
  for (let n = 0; n < 6; n++) remote.press("blank")
  assert.equal(remote.cover, "blank")
  remote.press("panic")
  assert.equal(remote.cover, "card")
  remote.press("panic")
  assert.equal(remote.cover, "card")
  pass(1000)
  assert.equal(remote.cover, null)
  assert.deepEqual(done, ["show blank", "hide blank", "show card", "hide card"])
})

test("under a cover the wall waits, but not while a screen says its name", () => {
  const { ask, conductor } = screen()
  ask({})
  ask({ identify: 1 })
  assert.equal(conductor.paused, false)
  ask({ identify: 1, panic: true })
  assert.equal(conductor.paused, true)
})

test("a filter admits its day, its team and its language", () => {
  const days = ["2015-11-06", "2015-11-07"]
  const item = { approved_at: "2015-11-07T10:00:00Z", team: { fr: "Équipe Écho", en: "Team Echo" }, text: { fr: "Oui", en: null } }
  const on = (filters, changed = {}) => admits(filters, { ...item, ...changed }, { days, dayOf: (time) => time.slice(0, 10) })
  assert.equal(on(undefined), true)
  assert.equal(on({ day: 1, team: "Team Echo", lang: "fr" }), true)
  assert.equal(on({ day: 0 }), false)
  assert.equal(on({ team: "Équipe Pixel" }), false)
  assert.equal(on({ team: "Équipe Pixel" }, { team: null }), false)
  assert.equal(on({ lang: "en" }), false)
  assert.equal(on({ lang: "en" }, { text: { fr: null, en: null } }), true)
})
