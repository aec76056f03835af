// The people on a shift, as the server says it (mixroom/shifts/model.py): pure rules for scripts.
export const LATE_AFTER = 15 * 60_000
export const MISSING_AFTER = 45 * 60_000

// "ahead" | "due" | "late" | "missing" | "here" | "done" | "missed"
export function standing(item, person, now) {
  if (person.state === "arrived") return "here"
  if (person.state !== "taken") return person.state
  const [from, to] = [Date.parse(item.from), Date.parse(item.to)]
  if (now < from) return "ahead"
  if (now >= Math.min(from + MISSING_AFTER, to)) return "missing"
  return now >= from + LATE_AFTER ? "late" : "due"
}

// The shifts that go on, and those that begin within `ahead` ms, the first first.
export function nowAndNext(items, now, ahead) {
  const all = [...items].sort((a, b) => a.from.localeCompare(b.from) || a.id.localeCompare(b.id))
  return {
    present: all.filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to)),
    next: all.filter(({ from }) => Date.parse(from) > now && Date.parse(from) <= now + ahead),
  }
}

// People who are on now: there, or expected and not yet missing.
export function peopleOn(items, now) {
  return nowAndNext(items, now, 0).present.flatMap((item) =>
    item.people
      .map((person) => ({ ...person, role: item.role, how: standing(item, person, now) }))
      .filter(({ how }) => ["here", "due", "late"].includes(how)),
  )
}
