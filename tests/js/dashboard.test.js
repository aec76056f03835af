import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { cellsBy, covered } from "../../static/js/dashboard/cells.js"
import { line } from "../../static/js/dashboard/queue.js"
import { gapLevel, gapsOf, hoursToDraw, level, readKey } from "../../static/js/dashboard/rules.js"

const cases = JSON.parse(readFileSync(new URL("../data/coverage.json", import.meta.url)))
const HOUR = 3_600_000
const at = (text) => Date.parse(text)

for (const { about, wanted, covered, now, gaps } of cases) {
  test(`gaps: ${about}`, () => {
    const found = gapsOf(new Set(covered.map(at)), wanted.map(at), at(now))
    assert.deepEqual(found, gaps.map(([start, end]) => ({ start: at(start), end: at(end) })))
  })
}

test("a key names the kind of row, the hour and the row", () => {
  assert.deepEqual(readKey("team.20151107T1930.ab12"), { by: "team", hour: at("2015-11-07T19:30Z"), row: "ab12" })
  assert.equal(readKey("event"), null)
  assert.equal(readKey("team.yesterday.ab12"), null)
})

test("an item in both languages covers either", () => {
  const cells = cellsBy(new Map([["lang.20151107T1900.both", { count: 1 }], ["team.20151107T1900.x", { count: 1 }]]), "lang")
  assert.deepEqual([...cells.keys()], ["both"])
  assert.deepEqual([...covered(cells, "lang", "fr")], [at("2015-11-07T19:00Z")])
  assert.deepEqual([...covered(cells, "lang", "none")], [])
})

test("more items are darker, older gaps are closer hatched", () => {
  assert.deepEqual([1, 2, 3, 4, 7, 8, 100].map(level), [1, 2, 2, 3, 3, 4, 4])
  assert.deepEqual([0, 1.9, 2, 3.9, 4, 20].map((hours) => gapLevel({ start: 0 }, hours * HOUR)), [0, 1, 2, 2, 3, 3])
})

const day = Array.from({ length: 24 }, (_, n) => n * HOUR)

test("the hours drawn reach over the programme, the items and the present", () => {
  const drawn = (wanted, used, now) => hoursToDraw(day, wanted, new Set(used), now).map((hour) => hour / HOUR)
  assert.deepEqual(drawn([10 * HOUR, 12 * HOUR], [], -1), [10, 11, 12])
  assert.deepEqual(drawn([10 * HOUR], [8 * HOUR], 12.5 * HOUR), [8, 9, 10, 11, 12])
  assert.deepEqual(drawn([], [], -1), [9, 10, 11, 12, 13, 14, 15, 16, 17])
  assert.deepEqual(drawn([], [], 20 * HOUR), [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
})

test("the line of the queue ends at the present quarter, and leaves out what is older", () => {
  const now = 1_000_000 * 900_000
  const quarter = (back) => 1_000_000 * 900 - back * 900
  assert.equal(line([[quarter(0), 0], [quarter(11), 1200], [quarter(12), 60]], now), "120,27 0,1")
  assert.equal(line([[quarter(0), 99_999]], now), "120,1")
})
