// The rules of the review queue as a reviewer sees it. Pure.

export const SLOW = 3 * 60_000 // ms of waiting after which an item is marked
const BURST = 90_000 // ms between two photos of one burst
const AWAITED = 60_000 // ms
export const LATE = 8 * 60_000 // … and after which it should have been decided

// The waiting items, oldest first, with held items at the end. Items that this reviewer has just decided on are left
// out: the server will confirm that in a moment, or bring them back.
export function ordered(items, decided = new Map()) {
  return [...items.values()]
    .filter((item) => decided.get(item.id) !== item.version)
    .sort(
      (a, b) =>
        Number(a.status === "held") - Number(b.status === "held") ||
        (a.submitted_at < b.submitted_at ? -1 : a.submitted_at > b.submitted_at ? 1 : a.id < b.id ? -1 : 1),
    )
}

// The item `step` places from `id` in the list, within its ends; null in an empty list.
export function neighbour(list, id, step) {
  const at = list.findIndex((item) => item.id === id)
  if (!list.length) return null
  if (at < 0) return list[0].id
  return list[Math.min(Math.max(at + step, 0), list.length - 1)].id
}

// The item that takes the place of one that was decided: the next, else the previous.
export function successor(before, id) {
  const at = before.findIndex((item) => item.id === id)
  return before[at + 1]?.id ?? before[at - 1]?.id ?? null
}

// Does someone else have it open?
export function taken(item, me, now) {
  return Boolean(item.claim && item.claim.id !== me.id && Date.parse(item.claim.until) > now)
}

// The first item, from `id` on, that no one else has open; `id` itself where all are taken.
export function free(list, id, me, now) {
  const at = Math.max(list.findIndex((item) => item.id === id), 0)
  const from = [...list.slice(at), ...list.slice(0, at)]
  return (from.find((item) => !taken(item, me, now)) ?? from[0])?.id ?? null
}

// The burst around an item: photos by one person, each sent within a minute and a half of the one before it.
export function burst(list, id) {
  const item = list.find((each) => each.id === id)
  if (!item?.media.length) return []
  const theirs = list.filter(({ author, media }) => author.id === item.author.id && media.length)
  const at = theirs.indexOf(item)
  let [first, last] = [at, at]
  while (first > 0 && apart(theirs[first - 1], theirs[first]) <= BURST) first -= 1
  while (last < theirs.length - 1 && apart(theirs[last], theirs[last + 1]) <= BURST) last += 1
  return last > first ? theirs.slice(first, last + 1).map((each) => each.id) : []
}

// To keep one of a burst: the others to reject, and how many are left alone because they are the reviewer's own or
// someone else has them open.
export function best(list, id, me, now = Date.now()) {
  const others = burst(list, id).filter((each) => each !== id).map((each) => list.find((item) => item.id === each))
  const rest = others.filter((item) => !["own", "taken"].includes(obstacle(item, me, now)))
  return { rest, left: others.length - rest.length }
}

function apart(a, b) {
  return Math.abs(Date.parse(b.submitted_at) - Date.parse(a.submitted_at))
}

// The items that a filter shows: all, those without French or English, those with a stale side, or held ones.
export function chosenBy(list, filter) {
  if (filter === "held") return list.filter(({ status }) => status === "held")
  if (filter === "stale") return list.filter(({ stale }) => stale)
  if (filter === "no_fr") return list.filter(({ text }) => text.en && !text.fr)
  if (filter === "no_en") return list.filter(({ text }) => text.fr && !text.en)
  return list
}

// Why an item cannot be approved now, as a code; null where it can. The server has the last word.
export function obstacle(item, me, now = Date.now()) {
  if (item.author.id === me.id && !me.decidesOwn) return "own"
  if (taken(item, me, now)) return "taken"
  if (!item.media.length) return null
  if (item.media.some(({ status }) => status === "refused")) return "refused"
  const waiting = item.media.find(({ status }) => status === "processing")
  if (waiting && waiting.kind !== "video") return isAwaited(item, waiting, now) ? "awaited" : "processing"
  if (waiting) return waiting.original === "awaited" ? "arriving" : "converting"
  if (!["cleared", "not_needed"].includes(item.consent)) return "consent"
  if (item.media.some(({ rights }) => rights?.no_photo)) return "badge"
  return item.media.some(({ rights }) => rights && !rights.cleared_for.includes("wall")) ? "rights" : null
}

// Is an announced photo overdue? The phone may be off.
export function isAwaited({ submitted_at: at }, { status, original }, now = Date.now()) {
  return status === "processing" && original === "awaited" && now - Date.parse(at) > AWAITED
}

// How much of an item's clip is converted, in percent.
export function converted(item) {
  return item.media.find(({ status }) => status === "processing")?.progress ?? 0
}

export function age(item, now) {
  const waited = now - Date.parse(item.submitted_at)
  return waited > LATE ? "late" : waited > SLOW ? "slow" : "new"
}

// Codes of the hints that a reviewer should notice.
export function remarks(item, caption) {
  const found = []
  const { fr, en } = item.text
  if (en && !fr) found.push("no_fr")
  if (fr && !en) found.push("no_en")
  if (item.stale) found.push(`stale_${item.stale}`)
  if (!fr && !en && item.media.length) found.push("no_text")
  if (Math.max((fr ?? "").length, (en ?? "").length) > caption) found.push("long")
  if (item.media.length && !item.alt.fr && !item.alt.en) found.push("no_alt")
  const rights = item.media.map((photo) => photo.rights ?? {})
  if (rights.some(({ minors }) => minors)) found.push("minors")
  if (rights.some(({ artwork }) => artwork)) found.push("artwork")
  if (rights.some(({ cleared_for: purposes }) => purposes && !purposes.includes("web"))) found.push("not_web")
  if (rights.some(({ cleared_for: purposes }) => purposes && !purposes.includes("press"))) found.push("not_press")
  return found
}
