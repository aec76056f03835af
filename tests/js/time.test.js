import assert from "node:assert/strict"
import { test } from "node:test"
import { atMuseum, clock, ordinal, seconds, when } from "../../static/js/lib/time.js"

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

test("the first of a month is an ordinal in French", () => {
  assert.equal(ordinal("mar. 1 déc.", "fr"), "mar. 1er déc.")
  assert.equal(ordinal("ven. 11 déc.", "fr"), "ven. 11 déc.")
  assert.equal(ordinal("Tue, Dec 1", "en"), "Tue, Dec 1")
})

test("a field of date and time is read by the museum’s clock, whatever the device believes", () => {
  const shows = (ms) => new Intl.DateTimeFormat("sv-SE", { timeZone: "America/Toronto", dateStyle: "short", timeStyle: "medium" }).format(ms).replace(" ", "T")
  assert.equal(atMuseum("2015-11-07T14:00", shows), "2015-11-07T19:00:00.000Z")
  assert.equal(atMuseum("2015-07-07T14:00", shows), "2015-07-07T18:00:00.000Z")
  // The night on which the clock goes back: before and after it.
  assert.equal(atMuseum("2015-11-01T00:30", shows), "2015-11-01T04:30:00.000Z")
  assert.equal(atMuseum("2015-11-01T03:30", shows), "2015-11-01T08:30:00.000Z")
})
