// The cells of the coverage, indexed by kind of row, and the rows of each kind.
import { readKey } from "./rules.js"

export const LANGS = ["fr", "en", "both", "none"]
export const KINDS = ["photo", "video", "post", "quote"]
export const NOTHING = "none"

// The cells of one kind: Map of row → Map of hour (ms) → item.
export function cellsBy(items, by) {
  const found = new Map()
  for (const [key, item] of items) {
    const cell = readKey(key)
    if (cell?.by !== by) continue
    if (!found.has(cell.row)) found.set(cell.row, new Map())
    found.get(cell.row).set(cell.hour, item)
  }
  return found
}

// The hours in which a row has an item; one in both languages counts for each of them.
export function covered(cells, by, row) {
  const own = [...(cells.get(row)?.keys() ?? [])]
  const both = by === "lang" && ["fr", "en"].includes(row) ? [...(cells.get("both")?.keys() ?? [])] : []
  return new Set([...own, ...both])
}

// The keys of the rows in which every hour of the programme should have an item.
export function wantedRows(by, event) {
  if (by === "team") return event.teams.map(({ key }) => key)
  if (by === "place") return event.places.map(({ key }) => key)
  return by === "lang" ? ["fr", "en"] : []
}
