// The rules of the coverage, as mixroom/dashboard/coverage.py has them. Pure; tests run both on the same cases.
const HOUR = 3_600_000

// "team.20151107T1900.ab12" → {by, hour (ms), row}
export function readKey(text) {
  const [by, stamp, ...row] = text.split(".")
  const [, y, mo, d, h, mi] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)$/.exec(stamp ?? "") ?? []
  return y ? { by, hour: Date.UTC(y, mo - 1, d, h, mi), row: row.join(".") } : null
}

export function writeKey({ by, hour, row }) {
  return `${by}.${new Date(hour).toISOString().slice(0, 16).replace(/[-:]/g, "")}.${row}`
}

// The gaps of one row: hours in `wanted` (ms) that have begun, without an item → [{start, end}], oldest first.
export function gapsOf(covered, wanted, now) {
  const begun = wanted.filter((hour) => hour <= now)
  const found = []
  let start = null
  begun.forEach((hour, n) => {
    if (covered.has(hour)) return
    start ??= hour
    const after = begun[n + 1]
    if (after === undefined || covered.has(after)) {
      found.push({ start, end: after ?? hour + HOUR })
      start = null
    }
  })
  return found
}

// How strongly a gap is drawn, 0 to 3, by how long nothing has come: an hour that has just begun is not late.
export function gapLevel(gap, now) {
  const hours = (now - gap.start) / HOUR
  return hours >= 4 ? 3 : hours >= 2 ? 2 : hours >= 1 ? 1 : 0
}

// How strongly a cell is drawn, 1 to 4, by the number of its items.
export function level(count) {
  return count >= 8 ? 4 : count >= 4 ? 3 : count >= 2 ? 2 : 1
}

// The hours to draw: those of the programme, those with items and the present one, and all between them; nine to
// six where there are none.
export function hoursToDraw(hours, wanted, covered, now) {
  const present = hours.filter((hour, n) => hour <= now && now < (hours[n + 1] ?? hour + HOUR))
  const used = hours.filter((hour) => covered.has(hour) || wanted.includes(hour) || present.includes(hour))
  if (!wanted.length && !covered.size) used.push(...hours.slice(9, 18))
  const first = Math.min(...used)
  const last = Math.max(...used)
  return hours.filter((hour) => first <= hour && hour <= last)
}
