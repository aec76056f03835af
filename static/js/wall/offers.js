// Finds the scenes that the wall can show beside its items: the next entry of the programme, a look back at the hour, a team not
// seen for long, how to join, a sponsor. Pure.
import { pictureOf } from "./shapes.js"

const HOUR = 3600_000
const SOON = 30 // minutes before an entry of the programme in which it is announced
const ENOUGH = 4 // pictures for a look back
const MAX_PICTURES = 6

export class Offers {
  #turn = 0
  #portrayed = new Map() // team → the turn of its last portrait

  // moments(): [{at, title, minutes}], the next entries of today; sponsor(): {} if a card is due, or null; clock: in
  // ms.
  constructor({ turns, moments = () => [], sponsor = () => null, clock = Date.now }) {
    Object.assign(this, { turns, moments, sponsor, clock })
  }

  at() {
    return { join: {}, programme: this.#programme(), sponsor: this.sponsor(), hour: this.#hour(), team: this.#teamOf() }
  }

  // A scene had its turn.
  played({ scene, title }) {
    if (scene === "team") this.#portrayed.set(nameOf(title), ++this.#turn)
  }

  #programme() {
    const next = this.moments().find(({ minutes }) => minutes > 0 && minutes <= SOON)
    return next ? { moment: next } : null
  }

  #hour() {
    const now = this.clock()
    const items = this.#items((item) => now - Date.parse(item.approved_at) < HOUR)
    return recap(items, null)
  }

  // Teams with enough pictures take turns.
  #teamOf() {
    const teams = new Map()
    for (const item of this.#items(({ team }) => team?.fr || team?.en)) {
      const name = nameOf(item.team)
      teams.set(name, [...(teams.get(name) ?? []), item])
    }
    const shown = [...teams.values()].map((items) => recap(items, items[0].team)).filter(Boolean)
    const last = ({ title }) => this.#portrayed.get(nameOf(title)) ?? 0
    return shown.sort((a, b) => last(a) - last(b))[0] ?? null
  }

  #items(test) {
    const all = this.turns.order(test)
    return all.sort((a, b) => (a.approved_at < b.approved_at ? 1 : -1))
  }
}

function nameOf(team) {
  return team.fr ?? team.en
}

function recap(items, title) {
  const seen = items.filter(pictureOf).slice(0, MAX_PICTURES)
  if (seen.length < ENOUGH) return null
  const people = new Set(items.map(({ by, credit }) => by ?? credit)).size
  return { title, counts: { items: items.length, people }, seen }
}
