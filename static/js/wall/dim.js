// The hours of reduced brightness: how much to dim the screen, by the museum's clock. Pure.

// "22:00-07:00@60,12:00-13:00@20" → [{starts, ends, percent}]; other text is ignored.
export function written(text) {
  const found = text.split(",").map((part) => part.match(/^(\d\d:\d\d)-(\d\d:\d\d)@(\d{1,2})$/)).filter(Boolean)
  return found.map(([, starts, ends, percent]) => ({ starts, ends, percent: Number(percent) }))
}

// How much to dim the screen now, from 0 to 0.9.
export function dimness(dims, at) {
  const now = minutes(at)
  const found = dims.filter(({ starts, ends }) => isWithin(now, minutes(starts), minutes(ends)))
  return Math.min(0.9, Math.max(0, ...found.map(({ percent }) => percent / 100)))
}

// A period that ends before it begins continues past midnight.
function isWithin(now, from, to) {
  return from <= to ? from <= now && now < to : from <= now || now < to
}

function minutes(at) {
  return Number(at.slice(0, 2)) * 60 + Number(at.slice(3))
}
