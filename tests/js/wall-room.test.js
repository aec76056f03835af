// What a room asks of the type: the figures of the standard, and what follows from them.
import assert from "node:assert/strict"
import { test } from "node:test"
import { IN_TIME, USUAL, X_HEIGHT, calibrate } from "../../static/js/wall/room.js"

const at = (ratio, light = "dim") => calibrate({ height: 2, distance: 2 * ratio, light })

test("the small letter is the farthest distance ÷ (200 × the image's height)", () => {
  // in pixels of a 1080p image: 6 × asks for 62, 8 × for 83, 10 × for 104
  for (const [ratio, size] of [[6, 62], [8, 83], [10, 104]]) {
    assert.ok(Math.abs(at(ratio).read * 1080 - size) < 1)
    assert.ok(Math.abs(at(ratio).read * X_HEIGHT - ratio / 200) < 1e-9)
  }
})

test("names and hours are the size of the type", () => {
  assert.ok(Math.abs(at(8).credit * 1080 - 43) < 1)
})

test("the farther they sit, the larger the words, the fewer the letters and the tiles", () => {
  for (let ratio = 3; ratio < 15; ratio++) {
    const [near, far] = [at(ratio), at(ratio + 1)]
    assert.ok(far.read > near.read)
    assert.ok(far.longest < near.longest || near.longest === IN_TIME)
    assert.ok(far.rows <= near.rows)
    assert.ok(far.qr >= near.qr)
  }
})

test("near the screen the time that an item has is the limit", () => {
  assert.equal(at(3).longest, IN_TIME)
  assert.ok(at(8).longest < IN_TIME)
})

test("a lit room has light walls", () => {
  assert.equal(at(6, "bright").theme, "blanc")
  assert.equal(at(6).theme, "noir")
})

test("nonsense is held to what a screen can show", () => {
  assert.equal(calibrate({ height: 2, distance: 0, light: "dim" }).ratio, 2)
  assert.equal(calibrate({ height: 0.1, distance: 90, light: "dim" }).ratio, 16)
  assert.equal(calibrate(USUAL).ratio, 6)
})
