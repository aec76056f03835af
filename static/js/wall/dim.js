// The brightness schedule: how much darker the screen is by the museum's clock. Pure.

// "22:00-07:00@60,12:00-13:00@20" → how much light is taken away now, from 0 to 0.9; what is not written so is left out.
export function dimness(schedule, at) {
  const now = minutes(at)
  const found = (schedule ?? "").split(",").map((part) => part.match(/^(\d\d:\d\d)-(\d\d:\d\d)@(\d{1,2})$/)).filter(Boolean)
  const dims = found.filter(([, from, to]) => isWithin(now, minutes(from), minutes(to))).map((part) => Number(part[3]) / 100)
  return Math.min(0.9, Math.max(0, ...dims))
}

// A stretch that ends before it begins goes on past midnight.
function isWithin(now, from, to) {
  return from <= to ? from <= now && now < to : from <= now || now < to
}

function minutes(at) {
  return Number(at.slice(0, 2)) * 60 + Number(at.slice(3))
}
