// The queue of new items that wait for a turn on the wall. Pure.
//
// Contributors take turns, then teams, then languages, so ten photos from one phone do not delay the one from
// another. But no item is overtaken by more than MAX_OVERTAKEN later ones; after that it goes first.
export const MAX_OVERTAKEN = 12

export class Line {
  #waiting = [] // {key, by, team, lang, overtaken}, in the order of arrival
  #turn = 0
  #turns = new Map() // a contributor, team or language → the number of its last turn

  get size() {
    return this.#waiting.length
  }

  has(key) {
    return this.#waiting.some((one) => one.key === key)
  }

  push(item) {
    if (!this.has(item.id)) this.#waiting.push({ key: item.id, ...marks(item), overtaken: 0 })
  }

  leave(key) {
    this.#waiting = this.#waiting.filter((one) => one.key !== key)
  }

  // The keys of the next items, up to `count`; they stay in the queue.
  next(count, usable = () => true) {
    const waiting = this.#waiting.filter(({ key }) => usable(key)).map((one) => ({ ...one }))
    const turns = new Map(this.#turns)
    const found = []
    while (found.length < count && waiting.length) {
      const first = foremost(waiting, turns)
      found.push(first.key)
      step(waiting, first, turns, this.#turn + found.length)
    }
    return found
  }

  // Remove items that have had their turn.
  served(key) {
    const one = this.#waiting.find((each) => each.key === key)
    if (one) step(this.#waiting, one, this.#turns, ++this.#turn)
  }
}

function foremost(waiting, turns) {
  const late = waiting.find(({ overtaken }) => overtaken >= MAX_OVERTAKEN)
  if (late) return late
  const last = (mark) => turns.get(mark) ?? 0
  const rank = ({ by, team, lang }) => [last(by), last(team), last(lang)]
  return waiting.reduce((best, one) => (before(rank(one), rank(best)) ? one : best))
}

function step(waiting, one, turns, turn) {
  const at = waiting.indexOf(one)
  for (const earlier of waiting.slice(0, at)) earlier.overtaken++
  waiting.splice(at, 1)
  for (const mark of [one.by, one.team, one.lang]) turns.set(mark, turn)
}

function before(a, b) {
  const at = a.findIndex((value, i) => value !== b[i])
  return at >= 0 && a[at] < b[at]
}

function marks({ id, by, credit, team, text }) {
  return {
    by: `by ${by ?? credit ?? id}`,
    team: `team ${team?.fr ?? team?.en ?? ""}`,
    lang: `lang ${text?.fr && text?.en ? "both" : text?.en ? "en" : "fr"}`,
  }
}
