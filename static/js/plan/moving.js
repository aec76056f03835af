// Where a message goes on the calendar, and between which others. Pure.

// The time by the museum's clock of a message that is dropped on a day, or on an hour of it; `due` is its time before.
export function dropped({ day, hour }, due) {
  const [, time] = due.split("T")
  const minutes = time.slice(3, 5)
  return `${day}T${hour === undefined ? time.slice(0, 2) : hour.padStart(2, "0")}:${minutes}`
}

// The index before which it stands among others, which are in the order of time; both are ISO.
export function position(times, due) {
  const at = Date.parse(due)
  const later = times.findIndex((each) => Date.parse(each) > at)
  return later < 0 ? times.length : later
}

// Why it was not moved, in the page's words.
export function reason(error, say) {
  if (error.status === 412) return say("changed")
  return error.errors[0]?.message || error.title || say("no_line")
}
