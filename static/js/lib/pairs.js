// Which of what lacks a language is whose, and in which order it is shown. Pure.

const FIRST = { review: 0, mine: 1, free: 2, waits: 3, theirs: 4 }

// How an item stands for whoever looks: "review" (a proposal for a reviewer), "mine", "free", "waits" (what one
// has proposed oneself) or "theirs".
export function standing({ asked }, me) {
  if (!asked) return "free"
  if (asked.proposed && me.reviews) return "review"
  if (asked.id !== me.id) return "theirs"
  return asked.proposed ? "waits" : "mine"
}

// What one can do something about first, the longest shown first.
export function sorted(items, me) {
  const rank = (item) => FIRST[standing(item, me)]
  return [...items].sort((a, b) => rank(a) - rank(b) || (a.approved_at < b.approved_at ? -1 : a.approved_at > b.approved_at ? 1 : a.id < b.id ? -1 : 1))
}

// What is in the fields before anyone has typed: what is proposed, or else what there is.
export function begun({ text, alt, asked, lacks }) {
  const { text: said = text[lacks] ?? "", alt: described = alt[lacks] ?? "" } = asked?.proposed ?? {}
  return { text: said, alt: described ?? "" }
}

// May this person write it?
export function writable(item, me) {
  return me.reviews || standing(item, me) !== "theirs"
}
