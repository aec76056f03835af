// Connects this screen to its remote: follows its state, applies it to the wall, and reports. Where someone only
// watches the wall (`own` is null), the keyboard alone controls it.
import { follow, tell } from "../lib/live.js"
import { admits } from "./filters.js"
import { Remote } from "./remote.js"
import { Reports } from "./reports.js"
import { UPRIGHT, USUAL, calibrate } from "./room.js"
import { reload } from "./watch.js"
import { day } from "./words.js"

const CALMS = { mosaic: Infinity, heroes: 0 } // ms between two scenes; otherwise the schedule's own

export class Managed {
  #settings
  #wall = null
  #reports = null
  #ahead
  #covered = false

  // own: the view `screen` as the page carries it; room: filled here, for everything that sets type.
  constructor({ own, room, root, days, theme }) {
    Object.assign(this, { own, room, root, days, theme })
    this.#settings = own ? Object.values(own.items)[0].settings : {}
    this.#ahead = Date.parse(root.dataset.now) - Date.now() // of this computer's clock, in ms
    this.#measure()
  }

  shows(item) {
    return admits(this.#settings.filters, item, { days: this.days, dayOf: (time) => day(new Date(time)) })
  }

  // The periods of reduced brightness.
  get dims() {
    return this.#settings.dims ?? []
  }

  // line: the followed wall; relay(): rearrange everything; tell(wrap): play a wrap, or end it.
  start({ line, conductor, schedule, turns, thanks, covers, relay, tell }) {
    this.#wall = { line, conductor, schedule, turns, thanks, relay, calm: schedule.calm }
    this.remote = new Remote({
      conductor,
      covers,
      later,
      tell,
      now: () => Date.now() + this.#ahead,
      reload: () => reload(() => conductor.isFree),
      onChange: () => this.#changed(),
    })
    if (!this.own) return
    this.#apply(Object.values(this.own.items)[0])
    this.#reports = new Reports({ tell: say, read: () => this.#read(), hear: (answer) => this.#hear(answer) })
    this.#reports.start()
    follow("screen", this.own, { onChange: ({ items }) => items.forEach((state) => this.#apply(state)) })
    conductor.onScene = () => this.#reports.changed()
  }

  // Confirm to the server that recalled items have left the screen.
  gone(keys) {
    this.#reports?.let(keys, this.#wall.line.cursor)
  }

  // Items are shown again, such as a photo after a face in it was blurred.
  back(keys) {
    this.#reports?.shown(keys)
  }

  // Signed out: stop reporting.
  stop() {
    this.#reports?.stop()
  }

  #apply(state) {
    const isOther = JSON.stringify(state.settings) !== JSON.stringify(this.#settings)
    const { lang = null } = this.#settings.filters ?? {}
    this.#settings = state.settings
    if (isOther) this.#set()
    if ((state.settings.filters.lang ?? null) !== lang) this.#reload() // the page itself is in that language
    const { layout } = this.#settings
    this.#wall.schedule.calm = CALMS[layout] ?? this.#wall.calm
    this.remote.apply(state)
    if (isOther) this.remote.refresh()
  }

  #set() {
    this.#measure()
    const { line, turns, conductor, relay } = this.#wall
    for (const [key, item] of line.items) {
      const known = turns.get(key)
      if (this.shows(item)) turns.begin(known ? [] : [[key, item]])
      else if (known) {
        turns.change(key, null)
        conductor.recall(key, item.media)
      }
    }
    relay()
    this.#reports?.changed()
  }

  #measure() {
    const room = calibrate(this.#settings.room ?? (innerHeight > innerWidth ? UPRIGHT : USUAL))
    Object.assign(this.room, room)
    for (const size of ["read", "credit", "qr"]) this.root.style.setProperty(`--${size}`, `${room[size] * 100}vh`)
    const wanted = this.#settings.theme === "auto" ? room.theme : this.#settings.theme
    if (wanted && !this.theme) this.root.dataset.theme = wanted
  }

  #changed() {
    this.root.toggleAttribute("data-paused", this.remote.paused)
    const isCovered = Boolean(this.remote.cover)
    if (isCovered !== this.#covered) this.#wall.thanks.covered(isCovered)
    this.#covered = isCovered
    this.#reports?.changed()
  }

  #read() {
    const { conductor, line, turns } = this.#wall
    const { scene, keys, title } = conductor.showing
    const { cover, paused } = this.remote
    return {
      showing: cover ? { scene: cover } : { scene: paused && scene === "mosaic" ? "paused" : scene, keys, title: briefly(title) },
      seq: line.cursor,
      version: this.root.dataset.release,
      viewport: [innerWidth, innerHeight],
      held: turns.size,
      longest: this.room.longest,
    }
  }

  // Reload for a new release, or a change of the event's name or programme. Only once each, because the service worker
  // may bring the old page again.
  #hear({ release, edition, now }) {
    this.#ahead = Date.parse(now) - Date.now()
    const page = `${release} ${edition}`
    const { dataset } = this.root
    if (page === `${dataset.release} ${dataset.edition}` || sessionStorage.page === page) return
    sessionStorage.page = page
    this.#reload()
  }

  #reload() {
    reload(() => this.#wall.conductor.isFree)
  }
}

// A title, shortened to the limit of a report.
function briefly(title) {
  return title && { fr: title.fr?.slice(0, 200) ?? null, en: title.en?.slice(0, 200) ?? null }
}

function say(report) {
  return tell("screen.report", "/api/v1/screens/report", report)
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}
