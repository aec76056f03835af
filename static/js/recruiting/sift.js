// Which applications the lead's page lists, in which order, and how many of each state. Pure; the server does alike in
// mixroom/recruiting/coverage.py.

// asked: {status, role, language, half, q}; an empty string lets everything through
export function sifted(items, asked, same) {
  const words = plain(asked.q).split(/\s+/).filter(Boolean)
  return items
    .filter((item) => {
      const said = plain(`${item.name} ${item.email} ${item.excerpt}`)
      return (
        standing(item, asked.status, same) &&
        (!asked.role || item.roles.includes(asked.role)) &&
        (!asked.language || item.languages.includes(asked.language)) &&
        (!asked.half || item.halves.includes(asked.half)) &&
        words.every((word) => said.includes(word))
      )
    })
    .sort((a, b) => (a.id < b.id ? 1 : -1))
}

function standing(item, status, same) {
  if (status === "apart") return item.apart
  if (status === "twins") return same.has(item.id)
  return !item.apart && (!status || item.status === status)
}

// The ids of those that share an e-mail address or a very similar name.
export function twins(items) {
  const seen = new Map()
  for (const item of items) {
    for (const name of [`address ${item.address}`, `alike ${item.alike}`]) {
      if (!seen.has(name)) seen.set(name, [])
      seen.get(name).push(item.id)
    }
  }
  return new Set([...seen.values()].filter((ids) => ids.length > 1).flat())
}

export function counts(items, same) {
  const found = { "": 0, apart: 0, twins: same.size }
  for (const { apart, status } of items) {
    if (!apart) found[""] += 1
    const name = apart ? "apart" : status
    found[name] = (found[name] ?? 0) + 1
  }
  return found
}

// For each role and half-day: how many are needed, accepted, and offered by others that may still be accepted.
// needs: role → {half: people}; found: "role half" → {need, have, offer}
export function tally(items, needs) {
  const cells = new Map()
  const cell = (role, half) => {
    const name = `${role} ${half}`
    if (!cells.has(name)) cells.set(name, { need: needs.get(role)?.[half] ?? 0, have: 0, offer: 0 })
    return cells.get(name)
  }
  for (const [role, halves] of needs) for (const half of Object.keys(halves)) cell(role, half)
  for (const item of items) {
    if (item.apart || item.status === "declined" || item.status === "left") continue
    const accepted = item.status === "accepted"
    for (const role of accepted ? [item.role] : item.roles) {
      for (const half of item.halves) cell(role, half)[accepted ? "have" : "offer"] += 1
    }
  }
  return cells
}

export function stateOf({ need, have }) {
  if (!need) return "free"
  return have >= need ? "met" : "short"
}

function plain(text) {
  return (text ?? "").normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase()
}
