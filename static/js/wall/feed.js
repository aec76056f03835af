// Brings the server's news to the wall: items that come, change or go, the plan of the sponsors, the wraps of the days.
import { SCREEN, follow } from "../lib/live.js"

const TAKEN_DOWN = "taken_down"

export class Feed {
  blackouts = []
  #awaited = null // a wrap asked for that is not here yet

  constructor({ memory, turns, managed, conductor, thanks }) {
    Object.assign(this, { memory, turns, managed, conductor, thanks })
  }

  // items, plan, wraps: the lists to begin with; onState(state): how the connection is.
  follow(items, plan, wraps, onState) {
    this.line = follow("wall", items, { onChange: ({ changed }) => this.#change(changed), onState }, SCREEN)
    this.sponsors = follow("sponsors", plan, { onChange: ({ changed }) => this.#changePlan(changed) }, SCREEN)
    this.wraps = follow("wraps", wraps, { onChange: ({ changed }) => this.#changeWraps(changed) }, SCREEN)
  }

  // Take every item off the wall.
  clear() {
    this.#change(new Map(this.turns.keys.map((key) => [key, null])))
  }

  setPlan() {
    const items = [...this.sponsors.items.values()]
    this.blackouts = items.find((item) => item.blackouts)?.blackouts ?? []
    this.thanks.plan(items.filter((item) => item.name))
  }

  // Forget the pictures of all but these items and of the sponsors.
  sweep(items) {
    const logos = [...this.sponsors.items.values()].map((item) => item.logo?.src).filter(Boolean)
    this.memory.sweep(items, logos)
  }

  #change(changed) {
    const { conductor, managed, turns } = this
    this.memory.change("wall", this.line.cursor, changed)
    const inOrder = [...changed].sort(([, a], [, b]) => (a?.approved_at ?? "").localeCompare(b?.approved_at ?? ""))
    for (const [key, found] of inOrder) this.#changeItem(key, found && managed.shows(found) ? found : null)
    this.sweep(turns.all)
    conductor.wake()
    managed.back(inOrder.filter(([, item]) => item).map(([key]) => key))
    managed.gone(inOrder.filter(([, item]) => item === null).map(([key]) => key))
  }

  // item: null where it is not shown any more.
  #changeItem(key, item) {
    const { conductor, memory, turns } = this
    const known = turns.get(key)
    if (item && JSON.stringify(known) === JSON.stringify(item)) return
    const media = known?.media ?? []
    const what = turns.change(key, item)
    if (what === "gone") {
      conductor.recall(key, media)
      for (const each of media) memory.forget(each)
    } else if (what === "changed") conductor.refresh(item)
  }

  // Play a wrap on the whole screen, or end it (null). The request may come before the wrap itself.
  tell(asked) {
    const wrap = asked && this.wraps.items.get(asked.id)
    this.#awaited = asked && !wrap ? asked : null
    this.conductor.tell(wrap && wrap.status !== TAKEN_DOWN ? { wrap, loop: asked.loop } : null)
  }

  #changeWraps(changed) {
    this.memory.change("wraps", this.wraps.cursor, changed)
    if (this.#awaited && changed.get(this.#awaited.id)) this.tell(this.#awaited)
    const playing = this.wraps.items.get(this.conductor.scenes.wrap.playing)
    if (this.conductor.scenes.wrap.playing && (!playing || playing.status === TAKEN_DOWN)) this.conductor.tell(null)
  }

  #changePlan(changed) {
    this.memory.change("sponsors", this.sponsors.cursor, changed)
    this.setPlan()
    this.sweep(this.turns.all)
  }
}
