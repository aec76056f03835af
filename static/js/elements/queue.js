// <mx-queue>: the reviewers' queue. One item is chosen and never changes under a reviewer's finger: what
// someone else decides is shown as decided until the reviewer moves on.
import { Decisions } from "../lib/decisions.js"
import { obstacleSays, rowOf, stageOf } from "../lib/desk.js"
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { Lease } from "../lib/lease.js"
import { age, best, burst, chosenBy, free, neighbour, obstacle, ordered, successor } from "../lib/queue.js"
import { say } from "../lib/say.js"
import { shortcuts } from "../lib/shortcuts.js"
import { swipes } from "../lib/swipe.js"
import { atMuseum, since } from "../lib/time.js"
import "../lib/filters.js"
import "./amend.js"
import "./history.js"
import "./photo.js"
import "./undo.js"

const MOST = 200 // rows
const SUMMARY_EVERY = 5000 // ms; a screen reader must not be told of each item of a burst
const GLANCE = 350 // ms after a decision before the next approval: a double tap must not approve twice
const PINS = [30, 60, 180] // minutes
const BETTER = "better_one" // the reason of what is rejected because another one is kept

customElements.define(
  "mx-queue",
  class extends HTMLElement {
    #items = new Map()
    #failures = new Map() // id → why the server refused
    #marked = new Set() // what is decided together
    #filter = "all"
    #reminded = "new"
    #list = [] // what is shown: the oldest of what waits
    #size = 0 // how many wait
    #rows = new Map()
    #chosen = null // the item on the stage, as it was last seen
    #version = 0
    #settled = -GLANCE
    #gone = false
    #item = null // its node
    #returning = null // the item whose decision was undone, until it is back

    // beyond: how many wait that are not here yet; decide(item, verb, why): ask the server; me: {id, decidesOwn}; twin(id): find a photo elsewhere; take and drop:
    // what holds an item and lets go of it.
    begin({ items, beyond, decide, me, twin, take, drop }) {
      Object.assign(this, { beyond, me, twin })
      this.decisions = new Decisions({ decide, refused: (item, error) => this.#refused(item, error) })
      this.lease = new Lease({ take, drop })
      this.caption = Number(this.dataset.caption)
      this.piece = (name) => this.querySelector(`[data-${name}]`)
      this.stage = this.piece("stage")
      this.addEventListener("click", (event) => this.#click(event))
      this.addEventListener("close", (event) => this.#closed(event.target), true)
      this.addEventListener("change", (event) => this.#changed(event.target))
      this.addEventListener("amended", ({ detail: { id, version } }) => this.#chosen?.id === id && (this.#version = version))
      this.addEventListener("undone", ({ detail }) => (this.#returning = detail))
      const silent = () => this.hasAttribute("data-silent")
      shortcuts({ silent, sheet: () => this.querySelector("dialog[open]"), act: (act) => this.#act(act) })
      for (const hand of ["pointerdown", "keydown", "input"]) document.addEventListener(hand, () => this.lease.work())
      document.addEventListener("visibilitychange", () => this.lease.open(document.hidden ? null : this.#holdable()))
      addEventListener("pagehide", () => this.lease.leave())
      const on = this.piece("keys-on")
      on.checked = stored("keys") !== "off"
      this.toggleAttribute("data-silent", !on.checked)
      this.items = items
      setInterval(() => this.#tick(), 5000)
      this.piece("summary").textContent = this.#count()
    }

    set items(items) {
      this.#items = items
      this.decisions.hear(items)
      this.#render()
      this.#summarise()
    }

    #render() {
      this.#list = this.#waiting()
      this.piece("count").textContent = this.#count()
      this.#age()
      document.title = document.title.replace(/^(\(\d+\) )?/, this.#size ? `(${this.#size}) ` : "")
      for (const item of this.#list) {
        const model = this.#rowOf(item)
        const row = this.#rows.get(item.id)
        if (row) refill(row, model)
        else this.#rows.set(item.id, fill(this.querySelector("template[data-row]"), model))
      }
      keyed(this.piece("list"), this.#list.map(({ id }) => this.#rows.get(id)))
      const shown = new Set(this.#list.map(({ id }) => id))
      for (const id of this.#rows.keys()) if (!shown.has(id)) this.#rows.delete(id)
      this.#follow()
    }

    // What the stage shows after a change of the list.
    #follow() {
      if (this.#returning && this.#list.some(({ id }) => id === this.#returning)) {
        const id = this.#returning
        this.#returning = null
        return this.#choose(id)
      }
      if (!this.#chosen) return this.#choose(free(this.#list, null, this.me, Date.now()))
      const now = this.#list.find(({ id }) => id === this.#chosen.id)
      if (now) this.#chosen = now
      this.#gone = !now
      if (this.#gone) this.lease.end()
      this.#show()
    }

    #choose(id) {
      const item = this.#list.find((each) => each.id === id) ?? null
      this.#chosen = item
      this.#version = item?.version ?? 0
      this.#gone = false
      this.#item?.remove()
      this.#item = null
      this.#show()
      this.lease.open(this.#holdable())
      this.#fetchNext(id)
      if (item) this.#reveal(this.#rows.get(id))
      // On a phone the page scrolls: the next item begins where its picture does, under the strip.
      const top = this.piece("list").getBoundingClientRect().top
      if (top < 0) scrollBy({ top: top - 8, behavior: "instant" })
    }

    #show() {
      const item = this.#chosen
      this.piece("nothing").hidden = Boolean(item)
      this.piece("decide").hidden = !item || this.#gone
      this.piece("gone").hidden = !item || !this.#gone
      for (const [id, row] of this.#rows) {
        const button = row.querySelector("button")
        id === item?.id ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current")
      }
      if (!item) return
      if (this.#gone) this.piece("gone-says").textContent = say("gone.elsewhere")
      const model = this.#stageOf(item)
      if (this.#item) refill(this.#item, model)
      else {
        this.#item = fill(this.querySelector("template[data-item]"), model)
        this.piece("place").append(this.#item)
        swipes(this.#item, { right: () => this.#act("approve"), left: () => this.#act("return") })
      }
      this.#item.toggleAttribute("data-past", this.#gone)
      this.#item.querySelector("mx-photo").show(item)
      this.#twins(item)
      this.#block(item)
    }

    // The photo that comes next is fetched while this one is looked at.
    #fetchNext(id) {
      const next = this.#list[this.#list.findIndex((item) => item.id === id) + 1]
      if (next?.media[0]?.card) new Image().src = next.media[0].card
    }

    // Not scrollIntoView, which would also move the page under a reviewer's thumb.
    #reveal(row) {
      const list = row.parentElement
      const frame = list.scrollWidth > list.clientWidth ? list : list.closest(".queue")
      const [seen, wanted] = [frame.getBoundingClientRect(), row.getBoundingClientRect()]
      if (frame === list) frame.scrollLeft += wanted.left - seen.left - (seen.width - wanted.width) / 2
      else if (wanted.top < seen.top + 64) frame.scrollTop += wanted.top - seen.top - 64
      else if (wanted.bottom > seen.bottom) frame.scrollTop += wanted.bottom - seen.bottom
    }

    #block(item) {
      const code = obstacle(item, this.me)
      const says = this.piece("obstacle")
      says.hidden = !code
      says.textContent = obstacleSays(code, item)
      this.piece("take").hidden = code !== "taken"
      for (const button of this.piece("decide").querySelectorAll("button")) {
        const act = button.dataset.act
        if (act === "take") continue
        const barred = code === "own" || code === "taken" || (act === "approve" && code) || (act === "hold" && item.status === "held")
        button.setAttribute("aria-disabled", String(Boolean(barred)))
        barred && code ? button.setAttribute("aria-describedby", "obstacle") : button.removeAttribute("aria-describedby")
      }
    }

    // Deciding

    // Was there a glance since the last decision?
    get ready() {
      return performance.now() - this.#settled >= GLANCE
    }

    #act(act, id) {
      if (act === "next" || act === "previous") return this.#step(act === "next" ? 1 : -1)
      if (act === "help") return this.piece("help").showModal()
      if (act === "frame+" || act === "frame-") return this.#item?.querySelector("mx-photo").step(act === "frame+" ? 1 : -1)
      if (act === "twin") return this.#list.some((item) => item.id === id) && this.#choose(id)
      if (act === "undo") return this.querySelector("mx-undo").back()
      if (act === "unmark") return this.#mark([...this.#marked], false)
      if (act === "approve-marked") return this.#approveMarked()
      if (act === "reject-marked") return this.#ask("reject", this.#markedItems())
      if (!this.#chosen || this.#gone) return undefined
      if (act === "retouch") return this.#item.querySelector("mx-photo").retouch()
      if (act === "mark") return this.#mark([this.#chosen.id])
      if (act === "burst") return this.#mark(burst(this.#list, this.#chosen.id), true)
      if (act === "history") return this.querySelector("mx-history").of(this.#chosen.id)
      if (act === "take") return this.lease.takeOver(this.#chosen.id)
      if (act === "edit" || act === "showing") {
        const barred = ["own", "taken"].includes(obstacle(this.#chosen, this.me)) || (act === "showing" && obstacle(this.#chosen, this.me))
        if (barred) return this.#alert(this.piece("obstacle").textContent)
        return act === "edit" ? this.querySelector("mx-amend").edit(this.#chosen) : this.#ask("showing", [this.#chosen])
      }
      if (["approve", "keep"].includes(act) && !this.ready) return undefined
      if (act === "keep") return this.#keep(this.#chosen)
      const button = this.piece("decide").querySelector(`[data-act="${act}"]`)
      if (!button) return undefined
      if (button.getAttribute("aria-disabled") === "true") return this.#alert(this.piece("obstacle").textContent)
      if (act === "approve") return this.#decide([this.#chosen], "approve", {})
      return this.#ask(act, [this.#chosen])
    }

    // A reason is asked for in a sheet; the sheet remembers for which item, in which version.
    #ask(action, items) {
      const sheet = this.querySelector(`[data-sheet="${action}"]`)
      sheet.querySelector("form").reset()
      const note = sheet.querySelector("textarea")
      if (note) note.required = false
      sheet.returnValue = ""
      sheet.items = items
      sheet.showModal()
      sheet.querySelector("input, textarea")?.focus()
    }

    #closed(sheet) {
      if (!sheet.dataset.sheet || sheet.returnValue !== "yes") return
      const form = new FormData(sheet.querySelector("form"))
      if (sheet.dataset.sheet === "showing") return this.#decide(sheet.items, "approve", shownAs(form))
      const why = { reason: form.get("reason"), note: form.get("note").trim() || null }
      return this.#decide(sheet.items, sheet.dataset.sheet, why)
    }

    #decide(items, action, why) {
      const decisions = items.map((item) => [item, action, why])
      this.#settle(decisions, say(`done.${action}`, { n: items.length }), this.decisions.make(decisions))
    }

    // One of a burst is approved and the rest rejected, as one decision.
    #keep(item) {
      if (!burst(this.#list, item.id).length) return undefined
      if (obstacle(item, this.me)) return this.#alert(this.piece("obstacle").textContent)
      const { rest, left } = best(this.#list, item.id, this.me)
      const kept = [item, "approve", {}]
      const others = rest.map((each) => [each, "reject", { reason: BETTER }])
      const said = say(left ? "done.keep.left" : "done.keep", { n: rest.length, left })
      return this.#settle([kept, ...others], said, this.decisions.makeAfter(kept, others))
    }

    // Shown as done at once; the server may still refuse, and then the item is back with the reason.
    // decisions: [[item, action, why]…]; said: what was done, in words; done: their ids, once the server has agreed.
    #settle(decisions, said, done) {
      const ids = new Set(decisions.map(([{ id }]) => id))
      const others = this.#list.filter(({ id }) => id === this.#chosen?.id || !ids.has(id))
      this.#settled = performance.now()
      for (const id of ids) {
        this.#failures.delete(id)
        this.#marked.delete(id)
      }
      const here = this.#chosen?.id
      const next = ids.has(here) ? successor(others, here) : here
      if (ids.has(here)) this.lease.end()
      this.#chosen = null
      this.#list = this.#waiting()
      this.#choose(ids.has(here) ? free(this.#list, next, this.me, Date.now()) : next)
      this.#render()
      this.#showMarked()
      this.#alert("")
      this.piece("summary").textContent = said
      this.querySelector("mx-undo").offer(done, said)
    }

    #refused({ id }, error) {
      const title = error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other")
      if (this.#items.has(id)) this.#failures.set(id, title)
      this.#render()
      this.#alert(say("failed", { why: title }))
    }

    // Several at once

    #mark(ids, on = !ids.every((id) => this.#marked.has(id))) {
      for (const id of ids) on ? this.#marked.add(id) : this.#marked.delete(id)
      this.#render()
      this.#showMarked()
    }

    #markedItems() {
      return this.#list.filter(({ id }) => this.#marked.has(id))
    }

    #showMarked() {
      const { length } = this.#markedItems()
      this.piece("bulk").hidden = length === 0
      this.piece("marked").textContent = say("marked", { n: length })
    }

    // What something stands in the way of stays marked.
    #approveMarked() {
      const ready = this.#markedItems().filter((item) => !obstacle(item, this.me))
      const left = this.#marked.size - ready.length
      if (ready.length) this.#decide(ready, "approve", {})
      if (left) this.#alert(say("marked.left", { n: left }))
    }

    #step(by) {
      if (this.#gone) {
        const id = this.#chosen.id
        const old = ordered(new Map([...this.#items, [id, this.#chosen]]))
        return this.#choose(by > 0 ? successor(old, id) : neighbour(old, id, -1) === id ? this.#list[0]?.id : neighbour(old, id, -1))
      }
      const next = neighbour(this.#list, this.#chosen?.id, by)
      if (next !== this.#chosen?.id) this.#choose(next)
    }

    // Hands

    #click(event) {
      const row = event.target.closest(".entry")
      if (row) {
        this.#choose(row.dataset.id)
        return
      }
      if (event.target.closest("[data-close]")) return void event.target.closest("dialog").close()
      const button = event.target.closest("[data-act]")
      if (button && button.dataset.act !== "frame" && button.dataset.act !== "undo") this.#act(button.dataset.act, button.dataset.twin)
    }

    #changed(target) {
      if (target.matches("[data-keys-on]")) {
        store("keys", target.checked ? "on" : "off")
        this.toggleAttribute("data-silent", !target.checked)
      } else if (target.matches("[data-filter]")) {
        this.#filter = target.value
        this.#chosen = null
        this.#render()
      } else if (target.name === "reason" && target.closest("[data-sheet]")) {
        // "Another reason" says nothing by itself.
        target.form.querySelector("textarea").required = target.value === "other"
      }
    }

    // Words

    #waiting() {
      const all = chosenBy(ordered(this.#items, this.decisions.made), this.#filter)
      this.#size = all.length + this.beyond
      return all.slice(0, MOST)
    }

    // What is on the stage and may be held: not one's own, which others decide, nor what someone else holds.
    #holdable() {
      const item = this.#chosen
      return item && !this.#gone && !["own", "taken"].includes(obstacle(item, this.me)) ? item.id : null
    }

    // How long the oldest has waited; whoever is here is reminded once as it gets old.
    #age() {
      const oldest = this.#list.find(({ status }) => status === "submitted")
      const said = this.piece("oldest")
      said.hidden = !oldest
      if (!oldest) return void (this.#reminded = "new")
      said.textContent = say("oldest", { since: since(oldest.submitted_at) })
      const now = age(oldest, Date.now())
      said.dataset.age = now
      if (now !== this.#reminded && now !== "new") this.piece("summary").textContent = say(`remind.${now}`, { since: since(oldest.submitted_at) })
      this.#reminded = now
    }

    #count() {
      return say("waiting", { n: this.#size })
    }

    #summarise() {
      this.summary ??= setTimeout(() => {
        this.summary = null
        const words = this.#count()
        if (this.said !== words) this.piece("summary").textContent = this.said = words
      }, SUMMARY_EVERY)
    }

    #alert(words) {
      this.piece("alert").textContent = words
    }

    #tick() {
      this.#age()
      for (const item of this.#list) {
        const row = this.#rows.get(item.id)
        row.querySelector("[data-waits]").textContent = since(item.submitted_at)
        row.querySelector("button").dataset.age = age(item, Date.now())
      }
      if (this.#chosen && this.#item) {
        const waits = this.#item.querySelector("[data-waits]")
        waits.textContent = since(this.#chosen.submitted_at)
        waits.dataset.age = age(this.#chosen, Date.now())
        this.#block(this.#chosen)
        if (this.#chosen.media.some(({ status }) => status === "processing")) this.#item.querySelector("mx-photo").show(this.#chosen)
        if (!document.hidden) this.lease.open(this.#holdable())
      }
    }

    #rowOf(item) {
      const { me } = this
      return rowOf(item, { me, now: Date.now(), failed: this.#failures.has(item.id), marked: this.#marked.has(item.id) })
    }

    #stageOf(item) {
      return stageOf(item, {
        now: Date.now(),
        caption: this.caption,
        failure: this.#failures.get(item.id),
        edited: item.version > this.#version && !this.#gone,
        shots: burst(this.#list, item.id).length,
        twins: this.#found,
      })
    }

    // The other photos of a pair may be in the queue, or approved long ago.
    #found = []

    async #twins(item) {
      const ids = item.media.flatMap(({ twins }) => twins)
      if (this.twinsOf === `${item.id} ${ids}`) return
      this.twinsOf = `${item.id} ${ids}`
      this.#found = []
      const found = []
      for (const id of ids.slice(0, 4)) {
        const other = this.#list.find(({ media }) => media.some((one) => one.id === id))
        const media = other?.media.find((one) => one.id === id) ?? (await this.twin(id).catch(() => null))
        if (media) found.push({ thumb: media.thumb, key: other?.id, label: say(other ? "twin.queue" : "twin.shown") })
      }
      if (this.#chosen?.id !== item.id || !this.#item) return
      this.#found = found
      refill(this.#item, this.#stageOf(this.#chosen))
    }
  },
)

// How it is to be shown, from the sheet: from when by the museum's clock, and for how long it comes back.
function shownAs(form) {
  const shown = {}
  for (const flag of ["key_moment", "press", "global"]) if (form.get(flag)) shown[flag] = true
  const at = form.get("at") ? atMuseum(form.get("at")) : null
  if (at) shown.at = at
  const pin = PINS.find((minutes) => String(minutes) === form.get("pin"))
  if (pin) shown.pin_until = new Date((at ? Date.parse(at) : Date.now()) + pin * 60_000).toISOString()
  return shown
}

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
    // Storage that is switched off only costs a choice to be made again.
  }
}
