import assert from "node:assert/strict"
import { test } from "node:test"
import { dropped, position, reason } from "../../static/js/plan/moving.js"

test("a message that is dropped on a day keeps its time, on an hour its minutes", () => {
  assert.equal(dropped({ day: "2026-11-08" }, "2026-11-07T14:30:00"), "2026-11-08T14:30")
  assert.equal(dropped({ day: "2026-11-07", hour: "9" }, "2026-11-07T14:30:00"), "2026-11-07T09:30")
  assert.equal(dropped({ day: "2026-11-07", hour: "0" }, "2026-11-07T14:05:00"), "2026-11-07T00:05")
})

test("it stands before the first that is later, whatever zone their times are written in", () => {
  const times = ["2026-11-07T14:00:00+00:00", "2026-11-07T15:00:00Z", "2026-11-07T16:00:00Z"]
  assert.equal(position(times, "2026-11-07T13:00:00Z"), 0)
  assert.equal(position(times, "2026-11-07T15:00:00Z"), 2)
  assert.equal(position(times, "2026-11-07T11:30:00-05:00"), 3)
  assert.equal(position([], "2026-11-07T13:00:00Z"), 0)
})

test("a refusal is told in the server's words, a lost race and a lost line in the page's", () => {
  const say = (name) => `«${name}»`
  assert.equal(reason({ status: 412, errors: [], title: "x" }, say), "«changed»")
  assert.equal(reason({ status: 422, errors: [{ message: "Cette heure n’existe pas." }] }, say), "Cette heure n’existe pas.")
  assert.equal(reason({ status: 409, errors: [], title: "Ce message a changé d’état." }, say), "Ce message a changé d’état.")
  assert.equal(reason({ status: 0, errors: [], title: "" }, say), "«no_line»")
})
