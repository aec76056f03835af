// The rules of who is on, which scripts share with the server.
import assert from "node:assert/strict"
import { test } from "node:test"
import { nowAndNext, peopleOn, standing } from "../../static/js/lib/shifts.js"

const AT = Date.parse("2015-11-07T19:00:00Z")
const MINUTE = 60_000
const person = (state, name = "Chloé") => ({ id: name, name, state })
const shift = (id, from, hours, ...people) => ({
  id,
  role: "photographer",
  from: new Date(AT + from * 60 * MINUTE).toISOString(),
  to: new Date(AT + (from + hours) * 60 * MINUTE).toISOString(),
  people,
})

test("someone is expected, late, missing, here or done", () => {
  const item = shift("a", 0, 4)
  const how = (state, minutes) => standing(item, person(state), AT + minutes * MINUTE)
  assert.deepEqual([-1, 0, 14, 15, 44, 45].map((at) => how("taken", at)), ["ahead", "due", "due", "late", "late", "missing"])
  assert.equal(how("arrived", 60), "here")
  assert.equal(how("done", 60), "done")
  assert.equal(standing(shift("b", 0, 0.5), person("taken"), AT + 30 * MINUTE), "missing")
})

test("what goes on, and what comes next, in order", () => {
  const items = [shift("late", 3, 1), shift("next", 1, 2), shift("on", -1, 2), shift("over", -3, 2), shift("far", 9, 1)]
  const { present, next } = nowAndNext(items, AT, 4 * 60 * MINUTE)
  assert.deepEqual(present.map(({ id }) => id), ["on"])
  assert.deepEqual(next.map(({ id }) => id), ["next", "late"])
})

test("people who are missing or gone are not on", () => {
  const items = [shift("a", -1, 2, person("arrived", "A"), person("taken", "B"), person("done", "C")), shift("b", 0, 2, person("taken", "D"))]
  assert.deepEqual(peopleOn(items, AT).map(({ name, how }) => [name, how]), [["A", "here"], ["D", "due"]])
})
