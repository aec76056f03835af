import assert from "node:assert/strict"
import { test } from "node:test"
import { counts, sifted, stateOf, tally, twins } from "../../static/js/recruiting/sift.js"

const MORNING = "2015-11-06:morning"
const item = (id, changes = {}) => ({
  id, name: `Personne ${id}`, email: `${id}@example.org`, address: `${id}@example.org`, alike: id, excerpt: "", status: "received",
  apart: false, roles: ["press"], role: null, languages: ["fr"], halves: [MORNING], ...changes,
})
const ALL = { status: "", role: "", language: "", half: "", q: "" }
const ITEMS = [
  item("a", { name: "Béa Côté", roles: ["blogger", "press"], languages: ["fr", "en"] }),
  item("b", { status: "accepted", role: "press" }),
  item("c", { apart: true, alike: "a" }),
  item("d", { status: "declined", halves: ["2015-11-07:evening"], excerpt: "J’écris des balados" }),
]
const found = (asked) => sifted(ITEMS, { ...ALL, ...asked }, twins(ITEMS)).map(({ id }) => id)

test("the newest first, and those whose address is not confirmed apart", () => {
  assert.deepEqual(found({}), ["d", "b", "a"])
  assert.deepEqual(found({ status: "apart" }), ["c"])
})

test("by state, role, language, half-day and words, whatever their accents", () => {
  assert.deepEqual(found({ status: "accepted" }), ["b"])
  assert.deepEqual(found({ role: "blogger" }), ["a"])
  assert.deepEqual(found({ language: "en" }), ["a"])
  assert.deepEqual(found({ half: "2015-11-07:evening" }), ["d"])
  assert.deepEqual(found({ q: "cote bea" }), ["a"])
  assert.deepEqual(found({ q: "BALADOS" }), ["d"])
  assert.deepEqual(found({ role: "blogger", q: "balados" }), [])
})

test("those who may be the same person", () => {
  assert.deepEqual(found({ status: "twins" }), ["c", "a"])
})

test("a count for each choice of the filter", () => {
  assert.deepEqual(counts(ITEMS, twins(ITEMS)), { "": 3, apart: 1, twins: 2, received: 1, accepted: 1, declined: 1 })
})

test("someone accepted counts in their role, someone who offers in all of theirs, nobody else", () => {
  const needs = new Map([["press", { [MORNING]: 2 }], ["photographer", { [MORNING]: 1 }]])
  const cells = tally(ITEMS, needs)
  assert.deepEqual(cells.get(`press ${MORNING}`), { need: 2, have: 1, offer: 1 })
  assert.deepEqual(cells.get(`blogger ${MORNING}`), { need: 0, have: 0, offer: 1 })
  assert.deepEqual(cells.get(`photographer ${MORNING}`), { need: 1, have: 0, offer: 0 })
  assert.equal(cells.has("press 2015-11-07:evening"), false)
})

test("a cell is short until enough are accepted, and free where nobody is needed", () => {
  assert.equal(stateOf({ need: 2, have: 1 }), "short")
  assert.equal(stateOf({ need: 2, have: 2 }), "met")
  assert.equal(stateOf({ need: 0, have: 1 }), "free")
})
