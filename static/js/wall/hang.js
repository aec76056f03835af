// How several photographs share a box uncropped: in one or more rows, each as high as its photographs allow. Pure.
// Returns a box for each ratio of width to height, in the same order, centred in the whole.
const MAX_ROWS = 3

export function hang(ratios, { width, height, gap }) {
  let best = null
  for (const lines of splits(ratios.length)) {
    const plan = lay(ratios, lines, { width, height, gap })
    if (!best || plan.covered > best.covered) best = plan
  }
  return best?.boxes ?? []
}

// Every way to divide n photographs into rows, in order: [[2, 3], …] are the lengths of the rows.
function splits(n, lines = MAX_ROWS) {
  if (n === 0) return [[]]
  if (lines === 1) return [[n]]
  const found = []
  for (let first = 1; first <= n; first++) for (const rest of splits(n - first, lines - 1)) found.push([first, ...rest])
  return found
}

function lay(ratios, lines, { width, height, gap }) {
  let at = 0
  const rows = lines.map((count) => ratios.slice(at, (at += count)))
  const heights = rows.map((row) => (width - gap * (row.length - 1)) / sum(row))
  const scale = Math.min(1, (height - gap * (rows.length - 1)) / sum(heights))
  const boxes = []
  const used = sum(heights) * scale + gap * (rows.length - 1)
  let y = (height - used) / 2
  rows.forEach((row, i) => {
    const high = heights[i] * scale
    let x = (width - high * sum(row) - gap * (row.length - 1)) / 2
    for (const ratio of row) {
      boxes.push({ x, y, width: high * ratio, height: high })
      x += high * ratio + gap
    }
    y += high + gap
  })
  return { boxes, covered: sum(boxes.map((box) => box.width * box.height)) }
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0)
}
