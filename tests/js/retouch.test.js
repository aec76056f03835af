// Retouching as fingers do it: whatever is pulled, it stays in the picture, and turning there and back changes nothing.
import assert from "node:assert/strict"
import { test } from "node:test"
import * as geometry from "../../static/js/lib/retouch.js"
import { aimOf } from "../../static/js/wall/shapes.js"
import { dice } from "./dice.js"

const { MIN_SIDE, NOTHING, WHOLE, around, drawn, grown, inside, isNothing, kept, middle, moved, placeOf, pulled, seen, turned } = geometry
const CORNERS = ["nw", "ne", "sw", "se"]
const near = (a, b) => Math.abs(a - b) < 1e-9

function thrown(each) {
  for (let seed = 1; seed <= 400; seed++) each(dice(seed))
}

function box({ next }, least = MIN_SIDE) {
  const [x, y] = [next() * (1 - least), next() * (1 - least)]
  return { x, y, w: least + next() * (1 - x - least), h: least + next() * (1 - y - least) }
}

const point = ({ next }) => ({ x: next(), y: next() })

function retouch(luck) {
  return {
    turn: luck.below(4),
    crop: luck.chance(0.7) ? box(luck) : null,
    focus: luck.chance(0.7) ? point(luck) : null,
    blurs: Array.from({ length: luck.below(4) }, () => box(luck)),
  }
}

function isInThePicture({ x, y, w, h }) {
  assert.ok(x >= -1e-9 && y >= -1e-9 && x + w <= 1 + 1e-9 && y + h <= 1 + 1e-9, JSON.stringify({ x, y, w, h }))
  assert.ok(w >= MIN_SIDE - 1e-9 && h >= MIN_SIDE - 1e-9, JSON.stringify({ w, h }))
}

function isSame(a, b) {
  assert.equal(a.turn, b.turn)
  for (const [one, other] of [[a.crop, b.crop], [a.focus, b.focus], ...a.blurs.map((each, i) => [each, b.blurs[i]])]) {
    assert.equal(one === null, other === null)
    for (const name of Object.keys(one ?? {})) assert.ok(near(one[name], other[name]), name)
  }
}

test("what is seen and kept again is what was kept", () => {
  thrown((luck) => {
    const wanted = retouch(luck)
    isSame(kept(seen(wanted)), wanted)
  })
})

test("a turn to the right and one to the left are none, and so are four to the right", () => {
  thrown((luck) => {
    const state = seen(retouch(luck))
    isSame(turned(turned(state, 1), -1), state)
    isSame([1, 1, 1, 1].reduce(turned, state), state)
  })
})

test("who turns the picture does not change what is cut and blurred of it", () => {
  thrown((luck) => {
    const wanted = retouch(luck)
    const after = kept(turned(seen(wanted), 1))
    isSame({ ...after, turn: wanted.turn }, wanted)
    assert.equal(after.turn, (wanted.turn + 1) % 4)
  })
})

test("to the right, what was on top is on the right", () => {
  const top = { ...NOTHING, focus: { x: 0.5, y: 0 }, blurs: [{ x: 0, y: 0, w: 1, h: 0.25 }] }
  assert.deepEqual(turned(top, 1), { turn: 1, crop: null, focus: { x: 1, y: 0.5 }, blurs: [{ x: 0.75, y: 0, w: 0.25, h: 1 }] })
})

test("whatever is moved, pulled, grown or drawn stays in the picture and can still be held", () => {
  thrown((luck) => {
    const [one, from, to] = [box(luck), point(luck), point(luck)]
    const far = () => 4 * luck.next() - 2
    isInThePicture(moved(one, far(), far()))
    isInThePicture(grown(one, far(), far()))
    isInThePicture(drawn(from, to, 1.5))
    isInThePicture(around(from, 0.6))
    for (const corner of CORNERS) isInThePicture(pulled(one, corner, to))
  })
})

test("a corner that is pulled leaves the opposite one where it is", () => {
  thrown((luck) => {
    const [one, to] = [box(luck), point(luck)]
    const after = pulled(one, "se", to)
    assert.ok(near(after.x, one.x) && near(after.y, one.y))
    const other = pulled(one, "nw", to)
    assert.ok(near(other.x + other.w, one.x + one.w) && near(other.y + other.h, one.y + one.h))
  })
})

test("what is moved keeps its size; what grows keeps its middle where there is room", () => {
  const one = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 }
  const [after, larger] = [moved(one, 0.1, -0.7), grown(one, 0.1, 0)]
  assert.deepEqual([after.w, after.h, after.y], [0.2, 0.2, 0])
  assert.ok(near(middle(larger).x, 0.5) && near(larger.w, 0.3) && near(larger.h, 0.2))
})

test("a tap is a part around it, as high as it is wide on the screen", () => {
  const part = drawn({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.5 }, 2)
  assert.ok(near(part.w * 2, part.h))
  assert.ok(near(middle(part).x, 0.505) && near(middle(part).y, 0.5))
})

test("the focus is in what is left of the picture", () => {
  thrown((luck) => {
    const crop = box(luck)
    const { x, y } = inside(crop, point(luck))
    assert.ok(x >= crop.x && x <= crop.x + crop.w && y >= crop.y && y <= crop.y + crop.h)
  })
})

test("a pointer beside the picture is at its edge", () => {
  const rect = { left: 100, top: 50, width: 200, height: 100 }
  assert.deepEqual(placeOf({ clientX: 150, clientY: 100 }, rect), { x: 0.25, y: 0.5 })
  assert.deepEqual(placeOf({ clientX: 0, clientY: 999 }, rect), { x: 0, y: 1 })
})

test("nothing is nothing", () => {
  assert.ok(isNothing(NOTHING))
  assert.ok(!isNothing({ ...NOTHING, crop: WHOLE }))
  assert.ok(!isNothing({ ...NOTHING, turn: 2 }))
})

test("the wall centres a picture where its focus is", () => {
  assert.equal(aimOf({ focus: { x: 0.333, y: 1 } }), "33% 100%")
  assert.equal(aimOf({ focus: null }), "")
  assert.equal(aimOf({}), "")
})
