import assert from "node:assert/strict"
import { test } from "node:test"
import { clock, seconds, when } from "../../static/js/lib/time.js"

const at = "2015-11-07T19:03:05Z"

test("what was today is told by the clock alone", () => {
  assert.equal(when(at, clock, new Date(at)), clock(at))
  assert.equal(when(at, seconds, new Date(at)), seconds(at))
})

test("what was another day is told with that day, a week later too", () => {
  for (const days of [1, 7, 365]) {
    const told = when(at, clock, Date.parse(at) + days * 86_400_000)
    assert.match(told, /7/)
    assert.ok(told.endsWith(` ${clock(at)}`))
  }
})
