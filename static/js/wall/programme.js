// Chooses the entries of the programme to show: the current one and those that follow. Pure.
//
// An entry is {at: "14:30", title, day?}; `day` counts the event's days from 0, and may be missing for every day.
// `now` is "HH:MM" by the museum's clock. An entry is over when the next begins, and at the latest an hour after it
// began.
export function upcoming(entries, now, day, count = 3) {
  const today = entries
    .filter((entry) => entry.day == null || entry.day === day)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const next = today.findIndex((entry) => entry.at > now)
  let first = next < 0 ? today.length - 1 : next - 1
  if (first >= 0 && now > later(today[first].at)) first += 1
  return today
    .slice(Math.max(0, first), Math.max(0, first) + count)
    .map((entry) => ({ ...entry, running: entry.at <= now }))
}

function later(at) {
  const hour = Number(at.slice(0, 2)) + 1
  return hour > 23 ? "24:00" : String(hour).padStart(2, "0") + at.slice(2)
}
