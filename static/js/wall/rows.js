// Justified rows: chooses which items hang in a row, and how wide, so that the widths fill the row exactly. Pure: no
// DOM. A shape is
//   {key, kind: "photo", ratio}           a photograph, which may stretch by 6 % at most
//   {key, kind: "text", length}           words on a field of colour, which take up the slack
//   {key, kind: "house", length}          a poster of the house, which may be nearly any width
// A row is {width, height, gap, label, em}: its box, the gap between neighbours, the height reserved for the label
// under a photograph, and the size of the base type. All in the same unit.
export const STRETCH = 0.06
const TRIES = 400
const REACH = 26 // how many items with the longest wait are considered
const NEARLY = 0.5 // px

const LIMITS = { photo: [1 - STRETCH, 1 + STRETCH], text: [0.78, 1.42], house: [0.85, 2.6] }

// A seeded random generator, so that a wall can be reproduced.
export function seeded(seed) {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

// The preferred width of a shape in a row. Extreme photographs are limited to what fits a row; they then do not fill
// its height or width, and tiles.js leaves a margin.
export function ideal(shape, row) {
  const { height, width, em } = row
  if (shape.kind === "photo") {
    const natural = shape.ratio * (height - row.label)
    return Math.min(Math.max(natural, 9 * em), width)
  }
  const large = height > 26 * em
  const wide = large
    ? Math.min(1.1, Math.max(0.62, shape.length / 110 + 0.35))
    : Math.min(1.75, Math.max(0.85, shape.length / 62 + 0.4))
  return Math.min(height * wide, width * 0.8)
}

// Give each shape its width. Texts take up slack first, photographs last and least. `short` is the width left over:
// above 0 the row is not full, below 0 it is too long.
export function justify(shapes, row) {
  const room = row.width - row.gap * (shapes.length - 1)
  const widths = shapes.map((shape) => ideal(shape, row))
  let short = room - sum(widths)
  for (const kinds of [["text", "house"], ["photo"]]) {
    const side = short > 0 ? 1 : 0
    const give = shapes.map((shape, i) =>
      kinds.includes(shape.kind) ? Math.abs(LIMITS[shape.kind][side] - 1) * ideal(shape, row) : 0,
    )
    const total = sum(give)
    if (!total || Math.abs(short) < 1e-9) continue
    const share = Math.min(1, Math.abs(short) / total) * Math.sign(short)
    give.forEach((part, i) => (widths[i] += part * share))
    short = room - sum(widths)
  }
  return { widths, short }
}

// Choose the shapes of a row: `keep` stay, `must` comes in, `pool` are the candidates, the longest wait first. Returns
// {shapes, widths, short}; `short` is 0 unless nothing fits.
export function compose(row, { keep = [], must = null, pool = [], random, strangers = () => 0 }) {
  const fixed = must ? [must, ...keep] : keep
  const reach = pool.slice(0, REACH)
  let best = null
  for (let n = 0; n < TRIES; n++) {
    const shapes = shuffled(draw(row, fixed, reach, random), random)
    if (!shapes.length) break
    const { widths, short } = justify(shapes, row)
    const cost = price(shapes, short, row) + strangers(shapes)
    if (!best || cost < best.cost) best = { shapes, widths, short, cost }
    if (best.cost < 0.004) break
  }
  return best ? settle(best, row, must) : { shapes: [], widths: [], short: row.width, cost: 9 }
}

// Fill the rest of a row: a little goes into the gaps; more is filled with as few house posters as possible.
export function furnish(row, shapes, houses, random) {
  const bare = { shapes, ...justify(shapes, row) }
  if (bare.short <= NEARLY) return settle(bare, row)
  const airy = { ...bare, short: 0, gap: row.gap + bare.short / Math.max(1, shapes.length - 1) }
  if (shapes.length > 1 && bare.short < row.width * 0.1) return airy
  let best = null
  for (let count = 1; count <= houses.length && best?.short !== 0; count++) {
    for (let n = 0; n < 24; n++) {
      const tried = arrange([], shuffled([...shapes, ...houses.slice(0, count)], random), random)
      const done = justify(tried, row)
      if (done.short < -NEARLY) continue
      const cost = done.short + crowded(tried) * row.width * 0.02
      if (!best || cost < best.cost) best = { shapes: tried, ...done, cost }
    }
    if (best && best.short <= NEARLY) break
  }
  return settle(best ?? (shapes.length > 1 ? airy : bare), row)
}

// Distribute shapes that all fit: each to the row with the most room left, the widest first.
export function share(shapes, rows) {
  const shares = rows.map((row) => ({ row, shapes: [], left: 1 }))
  const widest = [...shapes].sort((a, b) => ideal(b, rows[0]) - ideal(a, rows[0]))
  for (const shape of widest) {
    const part = (each) => (ideal(shape, each.row) + each.row.gap) / each.row.width
    const place = shares.reduce((a, b) => (b.left - part(b) > a.left - part(a) ? b : a))
    place.shapes.push(shape)
    place.left -= part(place)
  }
  return shares.every((each) => each.left > -0.03) ? shares.map((each) => each.shapes) : null
}

// Insert new shapes between those that stay, so that none moves far and no two fields touch.
export function arrange(kept, newcomers, random) {
  let best = null
  for (let n = 0; n < 40; n++) {
    const line = [...kept]
    for (const shape of newcomers) line.splice(Math.floor(random() * (line.length + 1)), 0, shape)
    const moved = sum(kept.map((shape, i) => Math.abs(line.indexOf(shape) - i)))
    const cost = crowded(line) * 10 + moved
    if (!best || cost < best.cost) best = { line, cost }
  }
  return best.line
}

// How many rows of these heights it takes to hang everything, at most all of them.
export function rowsFor(shapes, rows) {
  for (let count = 1; count < rows.length; count++) {
    const layout = rows[count - 1]
    const room = sum(layout.map((row) => row.width))
    const mean = sum(layout.map((row) => row.height)) / count
    const need = sum(shapes.map((shape) => ideal(shape, { ...layout[0], height: mean }) + layout[0].gap))
    if (need <= room * 1.3) return count // a few may wait
  }
  return rows.length
}

function draw(row, fixed, reach, random) {
  const shapes = [...fixed]
  const rest = [...reach]
  let total = sum(shapes.map((shape) => ideal(shape, row) + row.gap)) - row.gap
  while (rest.length && total < row.width * 0.985) {
    // squared, to favour the longest wait
    const [shape] = rest.splice(Math.floor(random() ** 2 * rest.length), 1)
    shapes.push(shape)
    total += ideal(shape, row) + row.gap
  }
  return shapes
}

function price(shapes, short, row) {
  const texts = shapes.filter((shape) => shape.kind !== "photo").length
  const monotone = texts === 0 && shapes.length > 4 ? 0.03 : 0
  const misfit = Math.abs(short) < NEARLY ? 0 : 0.3 + (Math.abs(short) / row.width) * 4
  return misfit + Math.max(0, texts - 1) * 0.06 + crowded(shapes) * 0.15 + monotone
}

// Two adjacent fields of colour look like one.
function crowded(shapes) {
  let pairs = 0
  for (let i = 1; i < shapes.length; i++) {
    if (shapes[i].kind !== "photo" && shapes[i - 1].kind !== "photo") pairs++
  }
  return pairs
}

// Nothing may overflow: a row that is too long drops its last shapes, except the one that must hang.
function settle(plan, row, must = null) {
  const { shapes, widths, short, cost } = plan
  if (short < -NEARLY && shapes.length > 1) {
    const drop = shapes.findLastIndex((shape) => shape !== must)
    const fewer = shapes.filter((_, i) => i !== drop)
    return settle({ shapes: fewer, ...justify(fewer, row), cost }, row, must)
  }
  if (short < -NEARLY) return { shapes, widths: [row.width], short: 0, cost }
  // the last shape takes a remainder of less than half a pixel, so that the edge is straight
  const exact = Math.abs(short) <= NEARLY ? widths.map((w, i) => (i === widths.length - 1 ? w + short : w)) : widths
  return { ...plan, widths: exact, short: Math.abs(short) <= NEARLY ? 0 : short, cost }
}

function shuffled(list, random) {
  const copy = [...list]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[copy[i], copy[j]] = [copy[j], copy[i]]
  }
  return copy
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0)
}
