// Where a picture lies in the frame of a channel; tests/unit/test_plan.py holds the server to the same cases.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { placed } from "../../static/js/plan/cropping.js"

const CASES = JSON.parse(readFileSync(new URL("../data/cropping.json", import.meta.url)))

for (const { says, width, height, crop, focus, place } of CASES) {
  test(says, () => {
    const found = placed(width, height, { width: crop[0], height: crop[1] }, focus)
    assert.deepEqual([found.x, found.y, found.width, found.height], place)
  })
}

test("the frame is always filled", () => {
  for (const [width, height] of [[1, 9], [4000, 3000], [1080, 1920]]) {
    for (const focus of [[0, 0], [0.3, 0.7], [1, 1]]) {
      const { x, y, width: wide, height: high } = placed(width, height, { width: 1080, height: 1350 }, focus)
      assert.ok(x <= 0 && y <= 0 && x + wide >= 1079.9 && y + high >= 1349.9)
    }
  }
})
