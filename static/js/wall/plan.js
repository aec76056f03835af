// How the stage is divided into rows: few and tall while there is little to show. Pure.
const PLANS = {
  wide: [[100], [56, 44], [45, 27.5, 27.5]],
  square: [[100], [54, 46], [38, 31, 31]],
  tall: [[100], [54, 46], [38, 31, 31], [30, 21, 28, 21], [25, 17, 17, 24, 17]],
}

// The rows for every number of rows up to the most: [[one row], [two rows], …]. `turn` changes which
// row is the tall one, so that a wall that hangs for three days does not burn one picture in.
export function plans({ width, height, em }, turn = 0) {
  const shape = width / height > 1.15 ? "wide" : width / height > 0.85 ? "square" : "tall"
  return PLANS[shape].map((parts) => layout(rotated(parts, turn), { width, height, em }))
}

function layout(parts, { width, height, em }) {
  const between = 1.125 * em
  const usable = height - between * (parts.length - 1)
  const whole = parts.reduce((a, b) => a + b, 0)
  let y = 0
  return parts.map((part) => {
    const row = { y, width, height: (usable * part) / whole, gap: 0.875 * em, em }
    const large = row.height > 20 * em
    y += row.height + between
    return { ...row, large, label: (large ? 6.6 : 6.1) * em } // three lines in two languages, and one
  })
}

function rotated(parts, turn) {
  const first = turn % parts.length
  return [...parts.slice(first), ...parts.slice(0, first)]
}
