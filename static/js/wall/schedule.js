// Chooses what the screen shows next, and for how long. Pure: it decides only from what is approved, what has been shown,
// and the time, so that tests in node can play three days in a second.
//
// New items come first, whole and in turn: one at a time or, where many wait and their texts are short, three at a
// time. Between them the mosaic is shown. In quiet times something comes back: pinned and key moments, the past
// hour, a team, the programme, how to join, the sponsors. An item approved while n others wait has its turn, for its
// reading time, within `horizon(n)`.
import { MAX_OVERTAKEN } from "./line.js"
import { secondsOf } from "./shapes.js"

const SECOND = 1000
const MINUTE = 60 * SECOND

export const MAX_SCENE = 14 * SECOND // maximum reading time, and maximum of any scene but the mosaic
const WATCHED = 30 * SECOND // maximum of a clip, while no other item waits
export const BREATH = 3 * SECOND // for an item to fly to its place, and the wall to be seen
export const SWAP = 7 * SECOND // between two exchanges on the mosaic
export const MANY = 4 // waiting items from which they are shown three at a time
const FEW = 7 // items between two interludes, while new items wait
const CALM = 45 * SECOND // of mosaic between two scenes, in quiet times
const QUIET = 90 * SECOND // without new items after which the wall looks back

// How often a scene comes back at most, and how long it stays. `quiet`: only when nothing is new.
const SCENES = {
  pinned: { every: 5 * MINUTE },
  moment: { every: 20 * MINUTE },
  programme: { every: 5 * MINUTE, ms: 7 * SECOND, between: true },
  join: { every: 4.5 * MINUTE, ms: 9 * SECOND, between: true },
  sponsor: { every: 2 * MINUTE, ms: 6 * SECOND, between: true },
  hour: { every: 12 * MINUTE, ms: MAX_SCENE, quiet: true },
  team: { every: 6 * MINUTE, ms: 12 * SECOND, quiet: true },
  again: { every: 0 },
}

// The time to read a text, in ms: to find it, then to read it twice at four words a second.
export function reading(words) {
  return Math.min(14, Math.max(7, 2 + 0.5 * words)) * SECOND
}

// How long an item is shown: its reading time, and its clip, of which a long one is cut.
function timeFor(item, alone) {
  const clip = Math.min(secondsOf(item) * SECOND, alone ? WATCHED : MAX_SCENE)
  return Math.max(reading(wordsOf(item)), clip)
}

export function wordsOf({ text }) {
  const count = (side) => (side ?? "").split(/\s+/).filter(Boolean).length
  return Math.max(count(text?.fr), count(text?.en))
}

// The maximum wait of a new item, in ms, with n others waiting when it arrives: the current scene, all items that may
// go first, and the interludes between them. Short captions take a third of it.
export function horizon(n) {
  const turns = n + MAX_OVERTAKEN + 2
  return (turns + Math.ceil(turns / FEW) + 1) * (MAX_SCENE + BREATH) + WATCHED
}

export class Schedule {
  #last = new Map() // scene → when it last began
  #since = 0 // items that had a turn since the last interlude
  #newsAt = -Infinity
  #scene = -Infinity // when the last scene but the mosaic ended
  #start = null // when the schedule began

  calm = CALM // ms of mosaic between two scenes; 0 shows one item after the other

  // turns: see turns.js; offers: scenes beside items, see offers.js; isBrief(item): can it be read in a third of the
  // screen? clock(): the time of day, for pins, since the wall's own time may stand still.
  constructor({ turns, offers, isBrief = () => false, clock = Date.now }) {
    Object.assign(this, { turns, offers, isBrief, clock })
  }

  // → {scene, items, ms, …}; `usable` says which items can be shown now.
  next(now, usable = () => true) {
    this.#start ??= now
    const news = this.#news(usable)
    if (news.length) return this.#between(now) ?? newsScene(news, this.turns.waiting)
    if (now - this.#scene < this.calm) return mosaic
    return this.#lookBack(now, usable) ?? mosaic
  }

  // → the next item, or three new ones, whatever else is due: someone has pressed "next".
  nextItem(usable = () => true) {
    const news = this.#news(usable)
    if (news.length) return newsScene(news, this.turns.waiting)
    const item = this.turns.longest(usable)
    return item ? { scene: "again", ...alone(item) } : mosaic
  }

  // Its scene has ended.
  played(plan, now) {
    const { scene, items = [], began } = plan
    this.#last.set(scene, began)
    this.offers.played(plan)
    if (scene === "mosaic") return
    this.#scene = now
    for (const { id } of items) this.turns.show(id)
    if (scene === "hero" || scene === "trio") {
      this.#newsAt = now
      this.#since += items.length
    } else this.#since = 0
  }

  #news(usable) {
    if (this.turns.waiting >= MANY) {
      const three = this.turns.next(3, usable)
      if (three.length === 3 && three.every(this.isBrief)) return three
    }
    return this.turns.next(1, usable)
  }

  // An interlude after some new items, for scenes that must not be crowded out.
  #between(now) {
    if (this.#since < FEW) return null
    const offers = this.offers.at()
    const due = Object.keys(SCENES).filter((scene) => SCENES[scene].between && offers[scene] && this.#isDue(scene, now))
    const [scene] = due.sort((a, b) => this.#began(a) - this.#began(b))
    return scene ? { scene, ms: SCENES[scene].ms, ...offers[scene] } : null
  }

  // The scene that is longest overdue for its kind.
  #lookBack(now, usable) {
    const quiet = now - this.#newsAt >= QUIET
    const offers = this.offers.at()
    const found = Object.entries(SCENES)
      .filter(([scene, { quiet: only }]) => this.#isDue(scene, now) && (quiet || !only))
      .map(([scene]) => ({ scene, ms: SCENES[scene].ms, ...this.#offered(scene, offers, now, usable) }))
      .filter(({ items, offered }) => offered || items?.length)
    const overdue = ({ scene }) => (SCENES[scene].every ? (now - this.#began(scene)) / SCENES[scene].every : 0)
    return found.sort((a, b) => overdue(b) - overdue(a))[0] ?? null
  }

  #offered(scene, offers, now, usable) {
    if (scene === "pinned") return alone(this.turns.longest((item) => usable(item) && Date.parse(item.pinned_until) > this.clock()))
    if (scene === "moment") return alone(this.turns.longest((item) => usable(item) && item.key_moment))
    if (scene === "again") return alone(this.turns.longest(usable))
    return offers[scene] ? { offered: true, ...offers[scene] } : {}
  }

  #isDue(scene, now) {
    return now - this.#began(scene) >= SCENES[scene].every
  }

  #began(scene) {
    return this.#last.get(scene) ?? this.#start
  }
}

const mosaic = { scene: "mosaic", items: [], ms: SWAP }

function newsScene(items, waiting) {
  if (items.length === 1) return { scene: "hero", items, ms: timeFor(items[0], waiting === 1) }
  const words = items.reduce((sum, item) => sum + wordsOf(item), 0)
  return { scene: "trio", items, ms: reading(words) }
}

function alone(item) {
  return item ? { items: [item], ms: timeFor(item, true) } : {}
}
