// Justified rows, thrown at many seeded lists: the line is always full, photographs keep their shape.
import assert from "node:assert/strict"
import { test } from "node:test"
import { STRETCH, arrange, compose, furnish, ideal, justify, rowsFor, seeded, share } from "../../static/js/wall/rows.js"

const EM = 16
const ROWS = {
  tall: { width: 1400, height: 445, gap: 14, label: 83, em: EM },
  low: { width: 1400, height: 272, gap: 14, label: 77, em: EM },
  narrow: { width: 1010, height: 255, gap: 14, label: 77, em: EM },
}
const RATIOS = [1.5, 1.5, 1.5, 0.75, 0.75, 1, 1.78, 1.33, 2.33, 0.56]

function list(random, count) {
  return Array.from({ length: count }, (_, i) =>
    random() < 0.25
      ? { key: `t${i}`, kind: "text", length: 10 + Math.floor(random() * 220) }
      : { key: `p${i}`, kind: "photo", ratio: RATIOS[Math.floor(random() * RATIOS.length)] * (0.95 + random() * 0.1) },
  )
}

const houses = ["a", "b", "c", "d"].map((key) => ({ key, kind: "house", length: 30 }))
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)

function holds({ shapes, widths, gap }, row, { full = true } = {}) {
  const width = sum(widths) + (gap ?? row.gap) * (shapes.length - 1)
  assert.ok(width <= row.width + 1e-6, `in the box: ${width}`)
  if (full) assert.ok(Math.abs(width - row.width) < 1e-6, `full: ${width} of ${row.width}`)
  assert.equal(new Set(shapes).size, shapes.length, "nobody hangs twice")
  shapes.forEach((shape, i) => {
    assert.ok(widths[i] > 0)
    if (shape.kind !== "photo") return
    const stretch = widths[i] / ideal(shape, row)
    assert.ok(Math.abs(stretch - 1) <= STRETCH + 0.006, `a photograph is stretched by ${stretch}`)
  })
}

for (const [name, row] of Object.entries(ROWS)) {
  test(`a ${name} row of many lists is full to the pixel and no photograph is bent`, () => {
    let furnished = 0
    for (let seed = 1; seed <= 120; seed++) {
      const random = seeded(seed)
      const pool = list(random, 30)
      const plan = compose(row, { pool, random })
      if (plan.short !== 0) furnished++
      holds(plan.short === 0 ? plan : furnish(row, plan.shapes, houses, random), row)
    }
    assert.ok(furnished <= 2, `${furnished} of 120 needed a poster of the house`)
  })
}

test("whoever must hang does, beside those who stay", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const random = seeded(seed)
    const pool = list(random, 24)
    const [must, kept, ...rest] = pool
    const plan = compose(ROWS.tall, { must, keep: [kept], pool: rest, random })
    assert.ok(plan.shapes.includes(must))
    holds(furnish(ROWS.tall, plan.shapes, houses, random), ROWS.tall)
  }
})

test("rows that are alike draw on those who wait longest", () => {
  const random = seeded(5)
  const pool = list(random, 60)
  const late = pool.slice(26)
  for (let n = 0; n < 20; n++) {
    const { shapes } = compose(ROWS.low, { pool, random })
    assert.ok(!shapes.some((shape) => late.includes(shape)))
  }
})

test("extreme photographs stay in the box", () => {
  for (const ratio of [0.2, 0.4, 3, 6, 12]) {
    const shape = { key: "x", kind: "photo", ratio }
    for (const row of Object.values(ROWS)) {
      holds(furnish(row, [shape], houses, seeded(1)), row, { full: false })
      assert.ok(ideal(shape, row) <= row.width)
    }
  }
})

test("a few shapes are shared out so that every row has some, and furnished full", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed)
    const rows = [ROWS.tall, ROWS.low, ROWS.low]
    const shapes = list(random, 6)
    const shares = share(shapes, rows)
    if (!shares) continue
    assert.equal(sum(shares.map((part) => part.length)), shapes.length)
    shares.forEach((part, i) => holds(furnish(rows[i], part, houses, random), rows[i], { full: part.length > 0 }))
  }
})

test("few items take few rows, many take all", () => {
  const rows = [[ROWS.tall], [ROWS.tall, ROWS.low], [ROWS.tall, ROWS.low, ROWS.low]]
  const photos = (count) => Array.from({ length: count }, (_, i) => ({ key: i, kind: "photo", ratio: 1.5 }))
  assert.equal(rowsFor([], rows), 1)
  assert.equal(rowsFor(photos(2), rows), 1)
  assert.equal(rowsFor(photos(5), rows), 2)
  assert.equal(rowsFor(photos(40), rows), 3)
})

test("newcomers come between those who stay, who keep their order", () => {
  const stay = ["a", "b", "c"].map((key) => ({ key, kind: "photo", ratio: 1 }))
  const come = [{ key: "t", kind: "text", length: 9 }, { key: "u", kind: "text", length: 9 }]
  for (let seed = 1; seed < 30; seed++) {
    const line = arrange(stay, come, seeded(seed))
    assert.deepEqual(line.filter((shape) => stay.includes(shape)), stay)
    assert.equal(line.length, 5)
    line.slice(1).forEach((shape, i) => assert.ok(!(shape.kind === "text" && line[i].kind === "text"), "two fields touch"))
  }
})

test("texts take up the slack before photographs do", () => {
  const shapes = [{ kind: "photo", ratio: 1.5 }, { kind: "text", length: 60 }]
  const row = { ...ROWS.tall, width: sum(shapes.map((shape) => ideal(shape, ROWS.tall))) + ROWS.tall.gap + 40 }
  const { widths, short } = justify(shapes, row)
  assert.ok(Math.abs(short) < 1e-9)
  assert.equal(widths[0], ideal(shapes[0], row))
})

test("the same seed hangs the same row", () => {
  const pool = list(seeded(3), 30)
  assert.deepEqual(compose(ROWS.tall, { pool, random: seeded(7) }), compose(ROWS.tall, { pool, random: seeded(7) }))
})
