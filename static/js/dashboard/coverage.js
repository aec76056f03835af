// The panel of the coverage: a table of rows by hours. A cell is a button: it opens a request, filled in.
import { call } from "../lib/api.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, lang, say } from "../lib/say.js"
import { clock, ordinal, since } from "../lib/time.js"
import { cellsBy, covered, KINDS, LANGS, NOTHING, wantedRows } from "./cells.js"
import { gapLevel, gapsOf, hoursToDraw, level } from "./rules.js"

export function begin(element, board) {
  new Coverage(element, board).begin()
}

class Coverage {
  #by = "team"
  #buttons = new Map() // "row hour" → button
  #labels = new Map() // of rows that the event no longer has
  #drawn = "" // which rows and hours the table has

  constructor(element, board) {
    this.element = element
    this.board = board
    this.day = board.page.day
    this.room = "room" in document.body.dataset
  }

  begin() {
    const { board, element } = this
    this.#days()
    for (const tab of element.querySelectorAll("[data-by]")) {
      tab.addEventListener("click", () => this.#show(tab.dataset.by))
    }
    element.querySelector("select").addEventListener("change", ({ target }) => this.#go(target.value))
    const table = element.querySelector("table")
    table.addEventListener("click", ({ target }) => this.#open(target.closest("button")))
    table.addEventListener("keydown", (event) => this.#move(event))
    for (const name of ["coverage", "requests", "people"]) board.onChange(name, () => this.draw())
    board.every(20, () => this.draw())
    this.draw()
  }

  get event() {
    return this.board.items("coverage").get("event")
  }

  #days() {
    const select = this.element.querySelector("select")
    const format = new Intl.DateTimeFormat(lang === "fr" ? "fr-CA" : "en-CA", {
      weekday: "short", day: "numeric", month: "short", timeZone: "UTC",
    })
    const options = (this.event?.days ?? []).map(({ day }) => new Option(ordinal(format.format(new Date(day))), day))
    select.replaceChildren(...options)
    select.value = this.day
    select.closest("label").hidden = options.length < 2
  }

  #show(by) {
    this.#by = by
    for (const tab of this.element.querySelectorAll("[data-by]")) {
      tab.setAttribute("aria-pressed", String(tab.dataset.by === by))
    }
    this.draw()
  }

  // The page begins with the cells of one day; the first look at another fetches the rest.
  async #go(day) {
    this.day = day
    if (day !== this.board.page.day && !this.fetched) this.fetched = await this.board.whole()
    this.draw()
  }

  draw() {
    const day = this.event?.days.find((each) => each.day === this.day)
    if (!day) return
    const now = this.board.now()
    const all = day.hours.map((hour) => Date.parse(hour))
    const wanted = day.wanted.map((hour) => Date.parse(hour))
    const cells = cellsBy(this.board.items("coverage"), this.#by)
    const used = new Set(all.filter((hour) => [...cells.values()].some((row) => row.has(hour))))
    const hours = hoursToDraw(all, wanted, used, now)
    const expected = wantedRows(this.#by, this.event)
    const rows = this.#rows(cells, new Set(all)).map((row) => {
      const there = covered(cells, this.#by, row.key)
      const gaps = expected.includes(row.key) ? gapsOf(there, wanted, now) : []
      const last = gaps.at(-1)
      return { ...row, there, gaps, open: last && isOpen(last, there, wanted, now) ? last : null }
    })
    const shown = this.room ? this.#fitting(rows) : rows
    this.#table(shown, hours, now)
    const asked = this.#asked()
    for (const row of shown) this.#row(row, cells.get(row.key) ?? new Map(), { hours, wanted, asked, now })
    const empty = this.element.querySelector("[data-empty]")
    empty.hidden = rows.length > 0
    empty.textContent = say("rows.none")
    this.element.querySelector(".matrix").hidden = rows.length === 0
  }

  // On the room's screen: those that have been silent longest first, and as many as can be read from afar.
  #fitting(rows) {
    const longest = [...rows].sort((a, b) => (a.open?.start ?? Infinity) - (b.open?.start ?? Infinity))
    const room = this.element.querySelector(".matrix").clientHeight
    const line = 2.4 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    return longest.slice(0, Math.max(3, Math.floor(room / line) - 2))
  }

  // [{key, label, group?}] in the event's order; a row that the event no longer has follows while it has items.
  #rows(cells, hours) {
    const known = this.#known()
    const others = [...cells.keys()].filter(
      (key) => !known.some((row) => row.key === key) && [...cells.get(key).keys()].some((hour) => hours.has(hour)),
    )
    if (others.some((key) => key !== NOTHING && !this.#labels.has(key))) this.#fetchLabels()
    const rest = others.map((key) => ({
      key,
      label: key === NOTHING ? say("row.none") : (this.#labels.get(key) ?? "…"),
    }))
    return [...known, ...rest.sort((a, b) => (a.key === NOTHING) - (b.key === NOTHING))]
  }

  #known() {
    const { teams, places } = this.event
    if (this.#by === "lang") return LANGS.map((key) => ({ key, label: say(`lang.${key}`), lang: key }))
    if (this.#by === "kind") return KINDS.map((key) => ({ key, label: say(`kind.${key}`), kind: key }))
    if (this.#by === "person") {
      const people = [...this.board.items("people").values()]
      return people.map(({ id, name }) => ({ key: id, label: name, person: id })).sort((a, b) => a.label.localeCompare(b.label))
    }
    const groups = this.#by === "team" ? teams : places
    return groups.map(({ key, label }) => ({ key, label: inPageLanguage(label), [this.#by]: inPageLanguage(label) }))
  }

  async #fetchLabels() {
    if (this.fetching) return
    this.fetching = true
    try {
      const { body } = await call("GET", `/api/v1/coverage?day=${this.day}&by=${this.#by}`)
      for (const { key, label } of body.rows) this.#labels.set(key, inPageLanguage(label))
      this.draw()
    } finally {
      setTimeout(() => (this.fetching = false), 5000)
    }
  }

  // Build the table anew only where its rows or hours differ.
  #table(rows, hours, now) {
    const drawn = JSON.stringify([this.#by, this.day, rows.map(({ key, label }) => [key, label]), hours])
    const present = hours.findLast((hour) => hour <= now)
    if (drawn !== this.#drawn) {
      this.#drawn = drawn
      this.#buttons.clear()
      const table = this.element.querySelector("table")
      table.style.setProperty("--rows", rows.length)
      table.style.setProperty("--hours", hours.length)
      const head = hours.map((hour) => node("th", { scope: "col" }, onTheHour(hour)))
      this.element.querySelector("[data-hours]").replaceChildren(node("td"), ...head, node("td"))
      this.element.querySelector("[data-titles]").replaceChildren(...this.#titles(hours))
      keyed(this.element.querySelector("[data-rows]"), rows.map((row) => this.#line(row, hours)))
      const first = this.element.querySelector("tbody button")
      if (first) first.tabIndex = 0
      this.#scrollTo(hours.indexOf(present))
    }
    this.element.querySelectorAll("[data-hours] th").forEach((cell, n) => {
      cell.toggleAttribute("data-present", hours[n] === present && this.#isToday(now))
    })
  }

  // Where not all hours fit, begin with those around the present one.
  #scrollTo(n) {
    const matrix = this.element.querySelector(".matrix")
    const cell = this.element.querySelectorAll("[data-hours] th")[n]
    if (cell) matrix.scrollLeft = cell.offsetLeft + cell.offsetWidth - matrix.clientWidth
  }

  #isToday(now) {
    const day = this.event.days.find((each) => each.day === this.day)
    return Date.parse(day.hours[0]) <= now && now < Date.parse(day.hours.at(-1)) + 3_600_000
  }

  // The programme above the hours: each entry reaches to the next one.
  #titles(hours) {
    const cells = [node("td")]
    const starts = this.event.programme
      .map(({ at, title }) => ({ at: Date.parse(at), title: inPageLanguage(title) }))
      .map((entry) => ({ ...entry, n: hours.findLastIndex((hour) => hour <= entry.at && entry.at < hour + 3_600_000) }))
      .filter(({ n }) => n >= 0)
    let at = 0
    while (at < hours.length) {
      const here = starts.filter(({ n }) => n === at)
      const next = starts.find(({ n }) => n > at)?.n ?? hours.length
      const text = here.map(({ title }) => title).join(" · ")
      cells.push(node("td", { colspan: next - at, title: text, "data-entry": text ? "" : null }, text))
      at = next
    }
    return [...cells, node("td")]
  }

  #line(row, hours) {
    const cells = hours.map((hour) => {
      const button = node("button", { type: "button", tabindex: "-1", "data-row": row.key, "data-hour": hour })
      button.append(node("span"), node("i", { class: "marks" }), node("i", { class: "tongues" }))
      this.#buttons.set(`${row.key} ${hour}`, button)
      const cell = node("td")
      cell.append(button)
      return cell
    })
    const line = node("tr", { "data-key": row.key })
    line.append(node("th", { scope: "row", title: row.label }, row.label), ...cells, node("td", { class: "last" }))
    line.row = row
    return line
  }

  #row(row, items, { hours, wanted, asked, now }) {
    const { gaps, open, there } = row
    const late = open && gapLevel(open, now) > 0
    for (const hour of hours) {
      const button = this.#buttons.get(`${row.key} ${hour}`)
      const gap = gaps.find(({ start, end }) => start <= hour && hour < end)
      const item = items.get(hour)
      const requests = asked(row, hour)
      set(button, "data-level", item && level(item.count))
      set(button, "data-gap", gap && (gap === open ? gapLevel(gap, now) : 0))
      set(button, "data-future", !item && !gap && hour > now && wanted.includes(hour) ? "" : null)
      set(button, "data-asked", requests.length ? requests[0].status : null)
      const newest = open && hour === hours.findLast((each) => each < open.end && each <= now)
      const text = item ? String(item.count) : newest && late ? since(open.start, now) : ""
      if (button.firstChild.textContent !== text) button.firstChild.textContent = text
      set(button.children[1], "data-kinds", item && KINDS.filter((kind) => item.kinds[kind]).join(" "))
      set(button.children[2], "data-langs", item && tongues(item.langs))
      button.setAttribute("aria-label", this.#says(row, hour, item, gap, requests, now))
    }
    const latest = Math.max(...[...there].filter((hour) => hour <= now))
    const line = this.element.querySelector(`tr[data-key="${CSS.escape(row.key)}"]`)
    line.row = row
    set(line, "data-silent", late && gapLevel(open, now))
    const last = Number.isFinite(latest) ? onTheHour(latest) : say("row.never")
    if (line.lastElementChild.textContent !== last) line.lastElementChild.textContent = last
  }

  #says(row, hour, item, gap, requests, now) {
    const parts = [`${row.label}, ${clock(hour)}`]
    if (item) {
      parts.push(say("cell.count", { n: item.count }))
      parts.push(...Object.entries(item.kinds).map(([kind, n]) => `${say(`kind.${kind}`)} ${n}`))
      parts.push(...Object.entries(item.langs).map(([each, n]) => `${say(`lang.${each}`)} ${n}`))
    } else parts.push(gap ? say("cell.gap", { age: since(gap.start, now) }) : say("cell.none"))
    if (requests.length) parts.push(say("cell.asked", { n: requests.length }))
    return parts.join(" · ")
  }

  // The open requests of a cell: about its hour, and its team, place, language, kind or person.
  #asked() {
    const open = [...this.board.items("requests").values()].filter(({ status }) => status === "open" || status === "taken")
    return (row, hour) =>
      open.filter((each) => {
        const at = Date.parse(each.hour ?? each.asked_at)
        if (at < hour || at >= hour + 3_600_000) return false
        if (row.team) return inPageLanguage(each.team) === row.team
        if (row.place) return inPageLanguage(each.place) === row.place
        if (row.person) return (each.taken_by?.id ?? each.to?.person) === row.person
        return row.lang ? each.lang === row.lang : Boolean(row.kind) && each.kind === row.kind
      })
  }

  #open(button) {
    if (!button) return
    const { row } = button.closest("tr")
    const asks = { hour: new Date(Number(button.dataset.hour)).toISOString() }
    if (row.team || row.place) asks[this.#by] = row.label
    if (row.kind) asks.kind = row.kind
    if (["fr", "en"].includes(row.lang)) asks.lang = row.lang
    if (row.person) asks.to = { person: row.person, name: row.label }
    this.board.ask({ ...asks, about: button.getAttribute("aria-label") })
  }

  #move(event) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    const button = event.target.closest("button")
    if (!steps || !button) return
    const line = button.closest("tr")
    const lines = [...line.parentElement.children]
    const next = lines[lines.indexOf(line) + steps[0]]
    const place = [...line.querySelectorAll("button")].indexOf(button) + steps[1]
    const found = next?.querySelectorAll("button")[place]
    if (!found) return
    event.preventDefault()
    button.tabIndex = -1
    found.tabIndex = 0
    found.focus()
  }
}

// Nothing has come since: the gap reaches to the present hour, or to the end of the programme.
function isOpen(gap, there, wanted, now) {
  const last = wanted.findLast((hour) => hour <= now)
  return gap.start <= last && last < gap.end && ![...there].some((hour) => hour > gap.start && hour <= now)
}

// "14 h", "14:00"; in a zone that is half an hour apart, as in India, the same.
function onTheHour(hour) {
  return clock(hour).replace(/\u00a000$/, "")
}

function tongues(langs) {
  return ["fr", "en"].filter((each) => langs[each] || langs.both).join(" ")
}

function set(slot, name, found) {
  if (found === null || found === undefined || found === false) slot.removeAttribute(name)
  else if (slot.getAttribute(name) !== String(found)) slot.setAttribute(name, found)
}

function node(name, attributes = {}, text = "") {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) set(made, key, value)
  if (text) made.textContent = text
  return made
}
