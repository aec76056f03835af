// Photographs that share a box: whole, inside, apart, and as large as they can be.
import assert from "node:assert/strict"
import { test } from "node:test"
import { hang } from "../../static/js/wall/hang.js"
import { dice } from "./dice.js"

const BOX = { width: 1100, height: 900, gap: 14 }

test("any photographs hang uncropped, inside the box and clear of each other", () => {
  const roll = dice(7)
  for (let n = 0; n < 400; n++) {
    const ratios = Array.from({ length: 1 + roll.below(6) }, () => 0.4 + roll.next() * 2.2)
    const boxes = hang(ratios, BOX)
    assert.equal(boxes.length, ratios.length)
    boxes.forEach((box, i) => {
      assert.ok(Math.abs(box.width / box.height - ratios[i]) < 1e-6)
      assert.ok(box.x >= -1e-6 && box.y >= -1e-6)
      assert.ok(box.x + box.width <= BOX.width + 1e-6 && box.y + box.height <= BOX.height + 1e-6)
    })
    for (const a of boxes) for (const b of boxes) if (a !== b) assert.ok(apart(a, b))
  }
})

test("one photograph fills what it can", () => {
  const [box] = hang([16 / 9], BOX)
  assert.equal(Math.round(box.width), BOX.width)
})

test("four of one shape make two lines", () => {
  const boxes = hang([1.5, 1.5, 1.5, 1.5], BOX)
  assert.equal(new Set(boxes.map(({ y }) => Math.round(y))).size, 2)
})

function apart(a, b) {
  const gap = BOX.gap * 0.5
  return a.x + a.width + gap <= b.x || b.x + b.width + gap <= a.x || a.y + a.height + gap <= b.y || b.y + b.height + gap <= a.y
}
