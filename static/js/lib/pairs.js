// The rules of /translations: who is to translate an item, and in which order the items are shown. Pure.

const PARTS = ["caption", "alt"] // the texts of a photo
const FIRST = { review: 0, mine: 1, free: 2, waits: 3, theirs: 4 }

// The state of an item for the viewer: "review" (a proposal for a reviewer), "mine", "free", "waits" (the viewer's own
// proposal) or "theirs".
export function standing({ asked }, me) {
  if (!asked) return "free"
  if (asked.proposed && me.reviews) return "review"
  if (asked.id !== me.id) return "theirs"
  return asked.proposed ? "waits" : "mine"
}

// Items that the viewer can act on first, the longest shown first.
export function sorted(items, me) {
  const rank = (item) => FIRST[standing(item, me)]
  return [...items].sort((a, b) => rank(a) - rank(b) || (a.approved_at < b.approved_at ? -1 : a.approved_at > b.approved_at ? 1 : a.id < b.id ? -1 : 1))
}

// The initial contents of the fields, by name: the proposal, else the present text.
export function begun({ text, alt, media, asked, lacks }) {
  const { proposed } = asked ?? {}
  const fields = { text: proposed?.text ?? text[lacks] ?? "", alt: proposed?.alt ?? alt[lacks] ?? "" }
  for (const photo of media) {
    const theirs = proposed?.media.find(({ id }) => id === photo.id)
    for (const part of PARTS) fields[`${photo.id}.${part}`] = theirs?.[part] ?? photo[part][lacks] ?? ""
  }
  return fields
}

// The contents of the fields, as they are sent.
export function written(fields) {
  const { text, alt, ...rest } = fields
  const media = new Map()
  for (const [name, words] of Object.entries(rest)) {
    const [id, part] = name.split(".")
    media.set(id, { id, ...media.get(id), [part]: words })
  }
  return { text, alt, media: [...media.values()] }
}

// May the viewer translate it?
export function writable(item, me) {
  return me.reviews || standing(item, me) !== "theirs"
}
