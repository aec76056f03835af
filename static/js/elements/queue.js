// <mx-queue>: the reviewers' queue, with one item on the stage. Its parts are in ../review/.
import "../lib/filters.js"
import { say } from "../lib/say.js"
import { run } from "../review/commands.js"
import { Decisions } from "../review/decisions.js"
import { rowOf } from "../review/describe.js"
import { Lease } from "../review/lease.js"
import { Marks } from "../review/marks.js"
import { best, burst, chosenBy, free, neighbour, obstacle, ordered, successor } from "../review/queue.js"
import { Rows } from "../review/rows.js"
import { Sheets } from "../review/sheets.js"
import { shortcuts } from "../review/shortcuts.js"
import { Stage } from "../review/stage.js"
import { Status } from "../review/status.js"
import "./amend.js"
import "./history.js"
import "./photo.js"
import "./undo.js"

const MAX_ROWS = 200
const GLANCE = 350 // ms after a decision before the next approval: a double tap must not approve twice
const BETTER = "better_one" // the reason for rejecting the rest of a burst

customElements.define(
  "mx-queue",
  class extends HTMLElement {
    list = [] // the items shown: the oldest that wait
    #items = new Map()
    #filter = "all"
    #failures = new Map() // id → why the server refused
    #decidedAt = -GLANCE
    #returning = null // the id of an item whose decision was undone, until it is back

    // beyond: how many wait that are not loaded yet; me: {id, decidesOwn}; decide(item, action, why): ask the server;
    // take(id), drop(id): hold an item, let go of it; twin(id): fetch a photo.
    begin({ items, beyond, decide, me, twin, take, drop }) {
      Object.assign(this, { beyond, me })
      this.piece = (name) => this.querySelector(`[data-${name}]`)
      this.decisions = new Decisions({ decide, refused: (item, error) => this.#refused(item, error) })
      this.lease = new Lease({ take, drop })
      this.status = new Status(this.piece)
      this.sheets = new Sheets(this, (...decision) => this.decide(...decision))
      this.marks = new Marks(() => {
        this.#render()
        this.#showMarks()
      })
      this.rows = new Rows(this.piece("list"), {
        template: this.querySelector("template[data-row]"),
        model: (item) => this.#rowOf(item),
      })
      this.stage = new Stage(this, {
        me,
        caption: Number(this.dataset.caption),
        about: ({ id }) => ({ failure: this.#failures.get(id), shots: burst(this.list, id).length }),
        find: (photo) => this.list.find(({ media }) => media.some(({ id }) => id === photo)),
        fetch: twin,
        act: (name) => run(this, name),
      })
      this.#listen()
      this.items = items
      setInterval(() => this.#tick(), 5000)
      this.status.announceSize()
    }

    #listen() {
      this.addEventListener("click", (event) => this.#click(event))
      this.addEventListener("change", ({ target }) => this.#changed(target))
      this.addEventListener("amended", ({ detail }) => this.stage.amended(detail))
      this.addEventListener("undone", ({ detail }) => (this.#returning = detail))
      const silent = () => this.hasAttribute("data-silent")
      shortcuts({ silent, sheet: () => this.querySelector("dialog[open]"), act: (name) => run(this, name) })
      for (const type of ["pointerdown", "keydown", "input"]) document.addEventListener(type, () => this.lease.work())
      document.addEventListener("visibilitychange", () => this.lease.open(document.hidden ? null : this.#holdable))
      addEventListener("pagehide", () => this.lease.leave())
      const keys = this.piece("keys-on")
      keys.checked = stored("keys") !== "off"
      this.toggleAttribute("data-silent", !keys.checked)
    }

    // The queue as it is now, from the server.
    set items(items) {
      this.#items = items
      this.decisions.hear(items)
      this.#render()
      this.status.summarise()
    }

    // The list

    #render() {
      const waiting = this.#waiting()
      this.list = waiting.slice(0, MAX_ROWS)
      this.status.show(waiting.length + this.beyond, this.list)
      this.rows.show(this.list)
      this.#follow()
    }

    #waiting() {
      return chosenBy(ordered(this.#items, this.decisions.made), this.#filter)
    }

    #rowOf(item) {
      const marked = this.marks.has(item.id)
      return rowOf(item, { me: this.me, now: Date.now(), failed: this.#failures.has(item.id), marked })
    }

    // After a change of the list, keep the stage in step with it.
    #follow() {
      if (this.#returning && this.list.some(({ id }) => id === this.#returning)) {
        const id = this.#returning
        this.#returning = null
        return this.choose(id)
      }
      const { stage } = this
      if (!stage.item) return this.choose(free(this.list, null, this.me, Date.now()))
      const now = this.list.find(({ id }) => id === stage.item.id)
      if (now) stage.item = now
      stage.gone = !now
      if (stage.gone) this.lease.end()
      return this.#show()
    }

    choose(id) {
      const item = this.list.find((each) => each.id === id) ?? null
      this.stage.open(item)
      this.rows.choose(item?.id)
      this.lease.open(this.#holdable)
      this.#fetchNext(id)
      if (item) this.rows.reveal(id)
      // On a phone the page scrolls: bring the top of the next item's photo below the strip.
      const { top } = this.piece("list").getBoundingClientRect()
      if (top < 0) scrollBy({ top: top - 8, behavior: "instant" })
    }

    step(by) {
      const { item, gone } = this.stage
      if (gone) return this.choose(this.#besideGone(item, by))
      const next = neighbour(this.list, item?.id, by)
      return next !== item?.id && this.choose(next)
    }

    // Where to go from an item that has left the list: to the one that stood beside it.
    #besideGone(item, by) {
      const before = ordered(new Map([...this.#items, [item.id, item]]))
      if (by > 0) return successor(before, item.id)
      const previous = neighbour(before, item.id, -1)
      return previous === item.id ? this.list[0]?.id : previous
    }

    #show() {
      this.rows.choose(this.stage.item?.id)
      this.stage.show()
    }

    // Fetch the next photo while the reviewer looks at this one.
    #fetchNext(id) {
      const next = this.list[this.list.findIndex((item) => item.id === id) + 1]
      if (next?.media[0]?.card) new Image().src = next.media[0].card
    }

    // Deciding

    // Has the reviewer had time for a glance since the last decision?
    get ready() {
      return performance.now() - this.#decidedAt >= GLANCE
    }

    obstacle(item) {
      return obstacle(item, this.me)
    }

    // May this reviewer not touch it at all?
    isBarred(item) {
      return ["own", "taken"].includes(this.obstacle(item))
    }

    // Only an item on the stage that this reviewer may decide on can be held.
    get #holdable() {
      const { item, gone } = this.stage
      return item && !gone && !this.isBarred(item) ? item.id : null
    }

    decide(items, action, why) {
      const decisions = items.map((item) => [item, action, why])
      this.#settle(decisions, say(`done.${action}`, { n: items.length }), this.decisions.make(decisions))
    }

    // Approve one of a burst and reject the rest, as one decision.
    keep(item) {
      if (!burst(this.list, item.id).length) return
      if (this.obstacle(item)) return void this.alert(this.stage.obstacleText)
      const { rest, left } = best(this.list, item.id, this.me)
      const kept = [item, "approve", {}]
      const others = rest.map((each) => [each, "reject", { reason: BETTER }])
      const said = say(left ? "done.keep.left" : "done.keep", { n: rest.length, left })
      this.#settle([kept, ...others], said, this.decisions.makeAfter(kept, others))
    }

    // Approve the marked items; those with an obstacle stay marked.
    approveMarked() {
      const ready = this.marks.of(this.list).filter((item) => !this.obstacle(item))
      const left = this.marks.size - ready.length
      if (ready.length) this.decide(ready, "approve", {})
      if (left) this.alert(say("marked.left", { n: left }))
    }

    // Show decisions as made at once. The server may still refuse one; then the item is back, with the reason.
    // decisions: [[item, action, why]…]; said: the decision, in words; done: a promise of the accepted ids.
    #settle(decisions, said, done) {
      const ids = new Set(decisions.map(([{ id }]) => id))
      const here = this.stage.item?.id
      const others = this.list.filter(({ id }) => id === here || !ids.has(id))
      this.#decidedAt = performance.now()
      for (const id of ids) {
        this.#failures.delete(id)
        this.marks.drop(id)
      }
      const next = ids.has(here) ? successor(others, here) : here
      if (ids.has(here)) this.lease.end()
      this.list = this.#waiting().slice(0, MAX_ROWS)
      this.choose(ids.has(here) ? free(this.list, next, this.me, Date.now()) : next)
      this.#render()
      this.#showMarks()
      this.alert("")
      this.status.announce(said)
      this.querySelector("mx-undo").offer(done, said)
    }

    #refused({ id }, error) {
      const title = error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other")
      if (this.#items.has(id)) this.#failures.set(id, title)
      this.#render()
      this.alert(say("failed", { why: title }))
    }

    // Input

    #click({ target }) {
      const row = target.closest(".entry")
      if (row) return this.choose(row.dataset.id)
      if (target.closest("[data-close]")) return target.closest("dialog").close()
      const { act, twin } = target.closest("[data-act]")?.dataset ?? {}
      // <mx-photo> and <mx-undo> hear their own buttons
      return act && act !== "frame" && act !== "undo" && run(this, act, twin)
    }

    #changed(target) {
      if (target.matches("[data-keys-on]")) {
        store("keys", target.checked ? "on" : "off")
        this.toggleAttribute("data-silent", !target.checked)
      } else if (target.matches("[data-filter]")) {
        this.#filter = target.value
        this.stage.item = null
        this.#render()
      } else if (target.name === "reason" && target.closest("[data-sheet]")) {
        // "Another reason" says nothing by itself.
        target.form.querySelector("textarea").required = target.value === "other"
      }
    }

    // Messages

    alert(words) {
      this.piece("alert").textContent = words
    }

    #showMarks() {
      const { length } = this.marks.of(this.list)
      this.piece("bulk").hidden = length === 0
      this.piece("marked").textContent = say("marked", { n: length })
    }

    #tick() {
      this.status.showAge(this.list)
      this.rows.tick(this.list)
      this.stage.tick()
      if (this.stage.item && !document.hidden) this.lease.open(this.#holdable)
    }
  },
)

function stored(name) {
  try {
    return localStorage.getItem(`mixroom.${name}`)
  } catch {
    return null
  }
}

function store(name, value) {
  try {
    localStorage.setItem(`mixroom.${name}`, value)
  } catch {
    // Without storage the reviewer makes the choice again next time.
  }
}
