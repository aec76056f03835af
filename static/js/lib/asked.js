// The rules of requests on a phone: which are shown to whom, in which order, and what an answer takes over from one.
// Pure: no clock, no network.

const LATE = 5 * 60_000 // ms that an open request stays after it was due, where the server has not said that it lapsed
const LONG = 90 // minutes; longer is told by the clock

// Is the request addressed to this person? `who`: {me, role}
export function isFor({ to }, { me, role }) {
  return to.person ? to.person === me : !to.role || to.role === role
}

// The rows on top of the page: what I am on, then what is open for me, the soonest due first. `answering`: the ids of
// requests whose answer waits on this phone.
export function listed(items, who, answering, now) {
  const rows = [...items.values()].map((item) => ({ item, state: stateFor(item, who, answering, now) }))
  const order = ["mine", "open", "sent"]
  return rows
    .filter(({ state }) => state)
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || Date.parse(a.item.due) - Date.parse(b.item.due))
}

function stateFor(item, who, answering, now) {
  if (item.status !== "open" && item.status !== "taken") return null
  if (answering.has(item.id)) return "sent"
  if (item.status === "taken") return item.taken_by.id === who.me ? "mine" : null
  if (!isFor(item, who) || item.by?.id === who.me || now > Date.parse(item.due) + LATE) return null
  return "open"
}

// Tells what became of a request that is no longer shown: a phrase and a name, or null where I know.
export function farewell(item, me) {
  if (item?.status === "taken" && item.taken_by.id !== me) return ["taken", item.taken_by.name]
  if (item?.status === "done" && item.answered_by?.id !== me) return ["done", item.answered_by?.name ?? ""]
  return item?.status === "cancelled" || item?.status === "lapsed" ? [item.status, ""] : null
}

// The time left: ["late"], ["minutes", n] or ["until"]
export function left(due, now) {
  const minutes = Math.ceil((Date.parse(due) - now) / 60_000)
  if (minutes <= 0) return ["late"]
  return minutes > LONG ? ["until"] : ["minutes", minutes]
}

// Thanks for what I sent, the newest first, without those that were put away.
export function thanks(items, me, away) {
  return [...items.values()]
    .filter((item) => item.thanked_at && item.answered_by?.id === me && !away.includes(item.id))
    .sort((a, b) => (a.thanked_at < b.thanked_at ? 1 : -1))
}

// A draft that answers a request: it keeps what is in it, and takes over team, place, kind and tags. `named` finds the
// id of a team or place by its two names; one that was removed since keeps its name in `request`.
export function answering(entry, item, named) {
  const { fields } = entry
  const group = (kind) => (item[kind] ? named(kind, item[kind]) : fields[kind])
  const removed = (kind) => (item[kind] && !group(kind) ? item[kind].fr || item[kind].en : "")
  return {
    ...entry,
    request: { id: item.id, by: item.by?.name ?? "", text: item.text, team: removed("team"), place: removed("place") },
    fields: {
      ...fields,
      team: group("team"),
      place: group("place"),
      quote: fields.quote || item.kind === "quote",
      tags: [...new Set([...(fields.tags ?? []), ...item.tags])],
    },
  }
}
