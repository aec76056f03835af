// <mx-outbox>: "My submissions": those that wait on this phone and those that the server has, as one list with the
// state of each.
import { languageOf, inPageLanguage, say } from "../lib/say.js"
import { fill, refill } from "../lib/fill.js"
import { listed, originals, pictures } from "../lib/outbox.js"
import { previewOf } from "../lib/store.js"
import { thumb } from "../lib/thumb.js"
import { clock, minutes } from "../lib/time.js"

const ASKS = new Set(["returned", "failed"]) // states in which the author has to act
const LONG = 60_000 // ms after which an awaited photo is overdue
const OPEN = new Set(["submitted", "held", "returned", "scheduled", "approved"])

customElements.define(
  "mx-outbox",
  class extends HTMLElement {
    #items = new Map()
    #thumbs = new Map() // photo id → object URL, or a promise of one
    #rows = new Map() // submission → node
    #shown = new Map() // submission → what it shows
    #wanted = null // the id of a submission to scroll to

    // courier: the phone's entries; mend({entry, item}), withdraw(id): actions of a row.
    begin({ courier, mend, withdraw }) {
      Object.assign(this, { courier, mend, withdraw })
      this.list = this.querySelector("[data-rows]")
      this.back = document.querySelector("[data-back]") // rows in which the author has to act come first
      this.backList = this.back.querySelector("[data-back-rows]")
      this.backList.replaceChildren()
      this.back.addEventListener("click", (event) => this.#act(event))
      this.template = this.querySelector("template[data-row]")
      this.sheet = this.querySelector("[data-sure]")
      this.list.replaceChildren() // the server's rows, for browsers without scripts
      courier.addEventListener("change", () => this.#soon())
      this.addEventListener("click", (event) => this.#act(event))
    }

    // A change of the desk view. News is announced once, and only about items known before.
    set items(items) {
      for (const [id, item] of items) {
        const before = this.#items.get(id)
        if (before && before.status !== item.status) this.#tell(this.#model({ id, entry: null, item }))
      }
      this.#items = new Map(items)
      this.#soon()
    }

    // Scroll to the row of a submission, now or as soon as it exists.
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

    #render() {
      const rows = listed([...this.courier.entries.values()], this.#items)
      this.#shown = new Map(rows.map((row) => [row.id, row]))
      this.querySelector("[data-empty]").hidden = rows.length > 0
      this.querySelector("[data-count]").textContent = rows.length || ""
      const places = new Map() // list → its last row so far
      for (const row of rows) {
        const model = this.#model(row)
        const list = ASKS.has(model.state) ? this.backList : this.list
        let node = this.#rows.get(row.id)
        if (node) refill(node, model)
        else {
          node = fill(this.template, model)
          node.dataset.id = row.id
          this.#rows.set(row.id, node)
        }
        const next = places.has(list) ? places.get(list).nextElementSibling : list.firstElementChild
        if (next !== node) list.insertBefore(node, next)
        places.set(list, node)
      }
      const wanted = this.#rows.get(this.#wanted)
      if (wanted) {
        this.#wanted = null
        wanted.tabIndex = -1
        wanted.focus({ preventScroll: true })
        wanted.scrollIntoView({ block: "center" })
      }
      const present = new Set(rows.map(({ id }) => id))
      for (const [id, node] of this.#rows) {
        if (present.has(id)) continue
        node.remove()
        this.#rows.delete(id)
      }
      this.back.hidden = !this.backList.children.length
      this.back.querySelector("[data-back-count]").textContent = this.backList.children.length || ""
    }

    // The data of one row.
    #model(row) {
      const model = row.entry ? this.#onPhone(row) : this.#onServer(row)
      const urgent = Boolean(model.mend || model.retry || model.discard)
      const menu = !urgent && Boolean(model.edit || model.withdraw)
      return { ...model, urgent, menu, menu_label: say("menu", { title: model.title.slice(0, 60) }) }
    }

    #onPhone({ entry, item }) {
      const { problem } = entry
      const share = entry.state === "waiting" ? this.courier.shareOf(entry) : null
      const state = share === null ? entry.state : "sending"
      const percent = Math.round((share ?? 0) * 100)
      const [first, ...rest] = pictures(entry)
      return {
        state,
        title: inPageLanguage(entry.fields.text).trim() || say("title.photo"),
        title_lang: languageOf(entry.fields.text),
        thumb: first && (first.thumb ?? this.#thumb(first)),
        more: rest.length ? `+${rest.length}` : "",
        clip: first?.kind === "video" ? minutes(first.duration) || say("photo.clip") : "",
        line: say(`state.${state}`, { n: percent }),
        detail: state === "waiting" ? this.#wait(problem) : state === "failed" ? this.#said(problem) : "",
        percent,
        answers: answers(entry.request?.by, entry.request),
        sending: state === "sending",
        retry: state === "failed" || (state === "waiting" && entry.tries > 0),
        mend: state === "failed" && (problem?.status === 422 || problem?.status === 412) && (entry.edits === null || item),
        discard: state === "failed",
      }
    }

    #onServer({ item, following = [] }) {
      const { status, decision, media } = item
      const why = ["returned", "rejected", "held", "recalled"].includes(status) && (decision?.reason_text || decision?.note)
      return {
        state: status,
        title: inPageLanguage(item.text) || say("title.photo"),
        title_lang: languageOf(item.text),
        thumb: media[0]?.thumb ?? media[0]?.placeholder ?? null,
        color: media[0]?.color ?? "",
        more: media.length > 1 ? `+${media.length - 1}` : "",
        clip: media[0]?.kind === "video" ? minutes(media[0].duration) || say("photo.clip") : "",
        line: this.#stage(item),
        detail: [this.#wish(item), this.#left(following), this.#apart(item)].filter(Boolean).join(" "),
        answers: answers(item.request?.by?.name, item.request),
        why: Boolean(why),
        reason: inPageLanguage(decision?.reason_text),
        note: decision?.note ?? "",
        mend: status === "returned",
        edit: status === "submitted" || status === "held",
        withdraw: OPEN.has(status),
      }
    }

    // The state of a submission; "in review" lasts as long as the reviewer's lease.
    #stage({ status, decision, claim, showing }) {
      if (status === "approved" && decision) return say("state.approved_at", { at: clock(decision.at) })
      if (status === "scheduled") return say("state.scheduled", { at: clock(showing.at) })
      const left = claim ? Date.parse(claim.until) - Date.now() : 0
      if (status !== "submitted" || left <= 0) return say(`state.${status}`)
      this.lapse ??= setTimeout(() => {
        this.lapse = null
        this.#soon()
      }, left + 500)
      return say("state.claimed", { name: claim.name })
    }

    #wish({ status, consent, media, submitted_at: at }) {
      if (status !== "submitted") return ""
      const refused = media.find((one) => one.status === "refused")
      if (refused) return inPageLanguage(refused.refusal) || say("detail.refused")
      const processing = media.find((one) => one.status === "processing")
      if (processing?.kind === "video" && processing.original === "awaited") return ""
      if (processing?.kind === "video") return say("detail.converting", { n: processing.progress ?? 0 })
      if (processing?.original === "awaited" && Date.now() - Date.parse(at) > LONG) return say("detail.awaited")
      if (processing) return say("detail.processing")
      return media.length && consent === "pending" ? say("detail.pending") : ""
    }

    // The preview has arrived; the original, for the press and the archive, is still to come.
    #left(entries) {
      const left = entries.flatMap(originals)
      if (!left.length) return ""
      const share = ({ id, size, offset }) => Math.max(offset / size, this.courier.progress.get(`original/${id}`) ?? 0)
      const percent = Math.round((left.reduce((sum, photo) => sum + share(photo), 0) / left.length) * 100)
      return say("detail.original", { n: percent })
    }

    #apart({ media }) {
      return media.some(({ original }) => original === "different") ? say("detail.different") : ""
    }

    #wait(problem) {
      if (!problem) return navigator.onLine ? say("detail.next") : say("detail.network")
      if (!problem.status) return say("detail.network")
      return `${problem.title} ${say("detail.again")}`
    }

    #said(problem) {
      return problem?.field?.message ?? (problem?.title || say(`problem.${problem?.code}`) || say("problem.other"))
    }

    #thumb(photo) {
      if (!photo) return null
      const known = this.#thumbs.get(photo.id)
      if (known !== undefined) return typeof known === "string" ? known : null
      const [name, size] = photo.preview ? [previewOf(photo.id), photo.preview.size] : [photo.id, photo.size]
      const made = this.courier.store
        .bytes(name, 0, photo.kind === "video" && !photo.preview ? 0 : size)
        .then((bytes) => bytes?.size && thumb(bytes))
        .then((url) => {
          this.#thumbs.set(photo.id, url ?? "")
          this.#soon()
        })
      this.#thumbs.set(photo.id, made)
      return null
    }

    async #act(event) {
      const act = event.target.closest("[data-act]")?.dataset.act
      const id = event.target.closest("li")?.dataset.id
      if (!act || !id) return
      const { entry, item } = this.#shown.get(id)
      if (act === "menu") {
        const open = event.target.closest("li").toggleAttribute("data-open")
        event.target.closest("button").setAttribute("aria-expanded", String(open))
      }
      if (act === "retry") await this.courier.retry(entry.id)
      if (act === "mend" || act === "edit") {
        await this.mend({ entry, item })
        if (entry) this.courier.release(entry.id)
      }
      if (act === "discard" && (await this.#sure("discard"))) await this.courier.drop(entry.id)
      if (act === "withdraw" && (await this.#sure("withdraw"))) await this.#withdraw(id)
    }

    async #withdraw(id) {
      try {
        await this.withdraw(id)
      } catch (error) {
        const node = this.#rows.get(id)?.querySelector('[data-fill*="detail"]')
        if (node) node.textContent = error.title || say(`problem.${error.code}`) || say("problem.other")
      }
    }

    #sure(what) {
      this.sheet.querySelector("[data-sure-title]").textContent = say(`sure.${what}`)
      this.sheet.querySelector("[data-sure-text]").textContent = say(`sure.${what}_text`)
      this.sheet.querySelector("[data-sure-yes]").textContent = say(`sure.${what}_yes`)
      this.sheet.returnValue = "no"
      this.sheet.showModal()
      return new Promise((resolve) => {
        this.sheet.addEventListener("close", () => resolve(this.sheet.returnValue === "yes"), { once: true })
      })
    }

    #tell({ title, line }) {
      this.querySelector("[data-news]").textContent = `${line} ${title}`
    }
  },
)

function answers(name, request) {
  return request ? say(name ? "answers" : "answers.programme", { name }) : ""
}
