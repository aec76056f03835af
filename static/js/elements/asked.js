// <mx-asked>: what the media room asks of this person, on top of /send: taken, answered or given back by thumb; and
// thanks for what they sent. Loaded once there is something to show.
import { call } from "../lib/api.js"
import { answering, farewell, left, listed, thanks } from "../lib/asked.js"
import { fill, refill } from "../lib/fill.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock } from "../lib/time.js"

const STAYS = 8000 // ms that a request is shown after someone else took it
const TICK = 15_000 // ms between two looks at the clock
const AWAY = "mixroom.thanked"
const MOST_AWAY = 50
const FIRST = 3 // rows; the others unfold, or the camera would be far below

customElements.define(
  "mx-asked",
  class extends HTMLElement {
    #items = new Map()
    #rows = new Map() // request → node
    #thanks = new Map()
    #busy = new Set() // requests that are being taken or given back
    #faults = new Map()
    #leaving = new Map() // request → what became of it
    #wanted = null
    #tells = false // whether what comes now is news

    // composer, courier and store of the page; by: the person's id
    begin({ composer, courier, store, by }) {
      Object.assign(this, { composer, courier, store, by })
      this.who = { me: by, role: this.dataset.role }
      this.list = this.querySelector("[data-asked]")
      this.#tells = !this.list.children.length
      this.list.replaceChildren() // the server's rows
      this.addEventListener("click", (event) => this.#act(event))
      courier.addEventListener("change", () => this.#soon())
      setInterval(() => this.#soon(), TICK)
      this.#style()
      this.dataset.ready = ""
    }

    // A change of the view: {items, cursor}. It is kept for a page that is opened without a network.
    async see({ items, cursor }) {
      for (const [id, node] of this.#rows) this.#leave(id, node, items.get(id))
      this.#announce(items)
      for (const id of this.#busy) if (items.get(id) !== this.#items.get(id)) this.#busy.delete(id)
      this.#items = new Map(items)
      this.#tells = true
      this.#render()
      const mine = [...items].filter(([, item]) => item.status === "open" || isInvolved(item, this.by))
      const kept = { by: this.by, seq: cursor, items: Object.fromEntries(mine) }
      await this.store.setNote("asked", kept).catch(() => {}) // no room: the next page asks the server
    }

    // The target of a notification.
    show(id) {
      this.#wanted = id
      this.#soon()
    }

    #soon() {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null
        this.#render()
      })
    }

    // Someone else took it, or it ended: say so, and let it go.
    #leave(id, node, item) {
      const shown = listed(new Map(item ? [[id, item]] : []), this.who, this.#answering(), Date.now()).length
      const words = !shown && node.dataset.state !== "gone" && farewell(item, this.by)
      if (!words) return
      const [phrase, name] = words
      this.#leaving.set(id, { item, words: say(`asked.${phrase}`, { name }) })
      setTimeout(() => {
        this.#leaving.delete(id)
        this.#soon()
      }, STAYS)
    }

    #announce(items) {
      const rows = listed(items, this.who, this.#answering(), Date.now())
      const fresh = rows.find(({ item, state }) => state === "open" && !this.#items.has(item.id))
      if (fresh && this.#tells) this.querySelector("[data-asked-news]").textContent = inPageLanguage(fresh.item.text)
    }

    #answering() {
      const entries = [...this.courier.entries.values()].filter(({ state }) => state !== "draft")
      return new Set(entries.map(({ request }) => request?.id).filter(Boolean))
    }

    #render() {
      const rows = listed(this.#items, this.who, this.#answering(), Date.now())
      for (const [id, { item }] of this.#leaving) {
        if (!rows.some((row) => row.item.id === id)) rows.push({ item, state: "gone" })
        else this.#leaving.delete(id)
      }
      this.#put(this.list, "template[data-request]", this.#rows, rows.map((row) => [row.item.id, this.#model(row)]))
      const said = thanks(this.#items, this.by, recalled()).map((item) => [item.id, this.#thanked(item)])
      this.#put(this.querySelector("[data-thanked]"), "template[data-thanks]", this.#thanks, said)
      const more = this.querySelector("[data-asked-all]")
      more.hidden = rows.length <= FIRST || "all" in this.dataset
      more.textContent = say("asked.more", { n: rows.length - FIRST })
      this.querySelector("[data-asked-part]").hidden = !rows.length
      this.hidden = !rows.length && !said.length
      this.#point()
    }

    // Fill the rows of a list, in order; a row keeps its node, so that a button keeps its focus.
    #put(list, template, nodes, models) {
      models.forEach(([id, model], index) => {
        let node = nodes.get(id)
        if (node) refill(node, model)
        else {
          node = fill(this.querySelector(template), model)
          node.dataset.id = id
          nodes.set(id, node)
        }
        if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null)
      })
      const present = new Set(models.map(([id]) => id))
      for (const [id, node] of nodes) {
        if (present.has(id)) continue
        node.remove()
        nodes.delete(id)
      }
    }

    #model({ item, state }) {
      const [phrase, n] = left(item.due, Date.now())
      const where = [inPageLanguage(item.team), inPageLanguage(item.place), item.kind && say(`asked.${item.kind}`)]
      const name = item.by?.name ?? say("asked.programme")
      const whom = item.to.person ? "you" : item.to.role ? "role" : "here"
      return {
        state,
        from: say(`asked.from.${whom}`, { name }),
        left: state === "gone" ? "" : say(`asked.left.${phrase}`, { n, at: clock(item.due) }),
        late: phrase === "late",
        text: inPageLanguage(item.text),
        text_lang: languageOf(item.text),
        where: [...where, item.lang && say(`asked.${item.lang}`)].filter(Boolean).join(" · "),
        word: state === "gone" ? this.#leaving.get(item.id)?.words : state === "open" ? "" : say(`asked.${state}`),
        open: state === "open",
        mine: state === "mine",
        busy: this.#busy.has(item.id),
        fault: this.#faults.get(item.id) ?? "",
      }
    }

    #thanked(item) {
      return { words: say("asked.thanks", { name: item.thanked_by?.name ?? "" }), text: inPageLanguage(item.text), text_lang: languageOf(item.text) }
    }

    async #act(event) {
      const act = event.target.closest("[data-act]")?.dataset.act
      if (act === "all") {
        this.dataset.all = ""
        return this.#soon()
      }
      const id = event.target.closest("li")?.dataset.id
      const item = this.#items.get(id)
      if (!act || !item) return
      this.#faults.delete(id)
      if (act === "answer") await this.#answer(item)
      if (act === "take") await this.#call(id, "taking")
      if (act === "give-back") await this.#call(id, "giving-back")
      if (act === "away") remember([...recalled(), id].slice(-MOST_AWAY))
      this.#soon()
    }

    async #answer(item) {
      await this.composer.take((entry, named) => answering(entry, item, named), item)
    }

    // Taking needs the network, or two people would be on the same thing; an answer never does.
    async #call(id, verb) {
      this.#busy.add(id)
      this.#soon()
      try {
        await call("POST", `/api/v1/requests/${id}/${verb}`, { json: {} })
      } catch (error) {
        this.#busy.delete(id)
        const name = error.body?.by?.name
        const words = error.passing ? say("asked.network") : name ? say("asked.taken", { name }) : error.title
        this.#faults.set(id, words || say("problem.other"))
      }
    }

    #point() {
      const node = this.#rows.get(this.#wanted) ?? this.#thanks.get(this.#wanted)
      if (!node) return
      this.#wanted = null
      node.tabIndex = -1
      node.focus({ preventScroll: true })
      node.scrollIntoView({ block: "center" })
    }

    // The style sheet comes with the first request.
    #style() {
      if (document.querySelector(`link[href="${this.dataset.style}"]`)) return
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: this.dataset.style }))
    }
  },
)

function isInvolved({ taken_by: taker, answered_by: author }, me) {
  return taker?.id === me || author?.id === me
}

function remember(ids) {
  try {
    localStorage.setItem(AWAY, JSON.stringify(ids))
  } catch {
    // Without storage the thanks come back with the next page.
  }
}

function recalled() {
  try {
    return JSON.parse(localStorage.getItem(AWAY)) ?? []
  } catch {
    return []
  }
}
