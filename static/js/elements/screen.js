// <mx-screen>: one screen on /screens: its state, its settings, and the buttons of its remote.
import { filter, refill } from "../lib/fill.js"
import { inPageLanguage, lang, languageOf, say } from "../lib/say.js"
import { since } from "../lib/time.js"
import { UPRIGHT, USUAL, X_HEIGHT, calibrate } from "../wall/room.js"

const UNDONE = { pause: "paused", blank: "blank", testcard: "testcard" } // by DELETE
const CHOSEN = ["message", "spotlight", "recall", "wrap"] // actions that first ask for a text, an item or a day
const ALONE = ["hero", "again", "pinned", "moment"] // scenes of one item
const number = new Intl.NumberFormat(lang === "fr" ? "fr-CA" : "en-CA", { maximumFractionDigits: 1 })

filter("pressed", (found) => String(Boolean(found)))

customElements.define(
  "mx-screen",
  class extends HTMLElement {
    #state = null
    #settings = ""

    connectedCallback() {
      if (this.form) return
      this.form = this.querySelector("[data-settings]")
      for (const label of this.form.querySelectorAll("[data-for]")) {
        const field = this.form.elements[label.dataset.for]
        field.id = `${label.dataset.for}-${this.dataset.id}`
        label.htmlFor = field.id
      }
      this.addEventListener("click", ({ target }) => {
        const button = target.closest("[data-do]")
        if (button) this.#press(button.dataset.do)
        if (target.closest("[data-add]")) this.#dim().querySelector("input").focus()
        target.closest("[data-undim]")?.closest("li").remove()
      })
      this.form.addEventListener("input", () => this.#measure())
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#ask("PUT", "settings", this.#read())
      })
    }

    // Show the state requested of it and the state it reports.
    set state(state) {
      this.#state = state
      refill(this, { ...state, ...described(state), asked: { ...state.asked, message: this.#message, wrap: this.#wrap } })
      if (JSON.stringify(state.settings) !== this.#settings) this.#write(state.settings)
    }

    // Show its report; a message ends by itself.
    get #message() {
      const { message } = this.#state.asked
      return message && Date.parse(message.until) > Date.now() ? message : null
    }

    // The wrap it plays, or plays again and again; one that is over has ended by itself.
    get #wrap() {
      const { asked, report } = this.#state
      return asked.wrap?.loop || report?.showing.scene === "wrap" ? asked.wrap : null
    }

    #press(what) {
      const undo = { message: this.#message, wrap: this.#wrap }[what] ?? this.#state.asked[UNDONE[what]]
      if (undo) this.#ask("DELETE", what)
      else if (CHOSEN.includes(what)) this.#tell("choose", { id: this.#state.id, what })
      else this.#ask("POST", what)
    }

    #ask(method, what, json) {
      this.#tell("ask", { method, path: `${this.#state.id}/${what}`, json })
    }

    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
    }

    #write(settings) {
      this.#settings = JSON.stringify(settings)
      const { filters, room, theme, layout } = settings
      const values = { ...filters, theme, layout, light: room?.light ?? "dim", height: room?.height, distance: room?.distance }
      for (const [name, value] of Object.entries(values)) {
        const field = this.form.elements[name]
        field.value = value == null ? "" : typeof value === "number" && name !== "day" ? number.format(value) : String(value)
      }
      this.querySelector("[data-dims]").replaceChildren()
      for (const dim of settings.dims) this.#dim(dim)
      this.#measure()
    }

    // Add another period of reduced brightness.
    #dim({ starts = "22:00", ends = "07:00", percent = 60 } = {}) {
      const row = this.querySelector("template[data-dim]").content.firstElementChild.cloneNode(true)
      row.querySelector("[data-starts]").value = starts
      row.querySelector("[data-ends]").value = ends
      row.querySelector("[data-percent]").value = percent
      this.querySelector("[data-dims]").append(row)
      return row
    }

    #dims() {
      const value = (row, name) => row.querySelector(`[data-${name}]`).value
      return [...this.querySelectorAll("[data-dims] > li")].map((row) => ({
        starts: value(row, "starts"),
        ends: value(row, "ends"),
        percent: Number.parseInt(value(row, "percent"), 10) || 0,
      }))
    }

    #read() {
      const { team, day, lang: spoken, theme, layout, light, height, distance } = this.form.elements
      const filters = { team: team.value || null, day: day.value === "" ? null : Number(day.value), lang: spoken.value || null }
      const room = height.value || distance.value || light.value !== "dim" ? this.#room(light, height, distance) : null
      return { filters, theme: theme.value, layout: layout.value, room, dims: this.#dims() }
    }

    #room(light, height, distance) {
      const [wide, high] = this.#state.report?.viewport ?? [16, 9]
      const usual = high > wide ? UPRIGHT : USUAL
      return { light: light.value, height: metres(height) || usual.height, distance: metres(distance) || usual.distance }
    }

    // Show the type size for the figures while they are typed.
    #measure() {
      const { room } = this.#read()
      const text = this.querySelector("[data-size]")
      if (!room) text.textContent = say("size.usual")
      else {
        const { read, longest } = calibrate(room)
        text.textContent = say("size", { letter: number.format(read * X_HEIGHT * room.height * 100), longest })
      }
    }
  },
)

function metres(field) {
  return Number.parseFloat(field.value.replace(",", "."))
}

// The current scene, as reported; for a message, the one requested.
function titled({ asked, report: { showing, title } }) {
  const words = showing.scene === "message" ? asked.message : title
  const first = inPageLanguage(words) || (words && say("title.photo"))
  const more = showing.scene === "trio" ? `+${showing.keys.length - 1}` : ""
  return { title: [first, more].filter(Boolean).join(" "), title_lang: languageOf(words) }
}

// The item that is shown alone, while it is approved.
function alone({ showing: { scene, keys }, title }) {
  return title && ALONE.includes(scene) ? keys[0] : null
}

function described({ report, ...state }) {
  const health = !report ? "never" : report.here ? "here" : "away"
  const said = { health, health_text: say(`health.${health}`), health_tone: { here: "good", away: "bad", never: "" }[health] }
  if (!report) return { ...said, shows: "", title: "", title_lang: null, recall: null, seen: "", lag: "", fps: "", viewport: "", version: "" }
  return {
    ...said,
    shows: say(`shows.${report.showing.scene}`) || report.showing.scene,
    ...titled({ ...state, report }),
    recall: alone(report),
    seen: say("seen.ago", { time: since(report.at) }),
    lag: report.lag ? say("lag", { n: report.lag }) : say("lag.none"),
    fps: number.format(report.fps),
    viewport: report.viewport.join(" × "),
    version: report.version.slice(0, 8),
  }
}
