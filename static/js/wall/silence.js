// The times in which no sponsor is thanked. Pure: the plan and the time are passed in.

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

// blackouts: [{day, from: "HH:MM", to: "HH:MM"}], days counted from 0; now: {day, at: "HH:MM", ms} by the museum's
// clock, ms into the minute. → {silent, left}: whether sponsors are silent now, and for how many ms that lasts.
export function silence(blackouts, { day, at, ms = 0 }) {
  const now = minutes(at) + ms
  const today = blackouts.filter((each) => each.day === day).map(({ from, to }) => [minutes(from), minutes(to)])
  const within = (moment) => today.find(([from, to]) => from <= moment && moment < to)
  let end = now
  for (let found; (found = within(end)); ) end = found[1]
  if (end > now) return { silent: true, left: end - now }
  const next = today.map(([from]) => from).filter((from) => from > now)
  return { silent: false, left: Math.min(DAY - now, ...next.map((from) => from - now)) }
}

function minutes(at) {
  return (Number(at.slice(0, 2)) * 60 + Number(at.slice(3))) * MINUTE
}
