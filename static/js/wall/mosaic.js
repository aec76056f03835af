// The mosaic: rows of tiles that fill the stage. It knows what hangs where; turns.js decides which item is next,
// rows.js how wide it is.
import * as motion from "./motion.js"
import { plans } from "./plan.js"
import { arrange, compose, furnish, justify, rowsFor, share } from "./rows.js"
import { hangable, pictureOf, shapeOf } from "./shapes.js"
import { FIELDS } from "./tiles.js"

const PATIENCE = 1500 // ms that an exchange waits for a picture before another item is chosen

export class Mosaic {
  #rows = []
  #count = 0
  #turn = 0
  #clock = 0
  #version = 0 // changes with every row, so that a plan made before a wait is not carried out after it

  constructor(stage, { tiles, pictures, turns, tongues, houses, room, random }) {
    Object.assign(this, { stage, tiles, pictures, turns, tongues, houses, room, random })
  }

  // Rearrange everything. `landing` is {item, from, field}: a new item that flies in from a box, a text in its colour.
  async build({ landing = null, turn = false, quiet = false } = {}) {
    if (turn) this.#turn++
    const all = this.#all()
    const options = this.#plans()
    this.#count = rowsFor(all.map((item) => this.#shape(item)), options)
    const old = this.#rows.flatMap((row) => row.tiles)
    this.#rows = options[this.#count - 1].map((row) => ({ ...row, tiles: [] }))
    for (const tile of old) this.tiles.give(tile.element)
    this.#version++
    if (!all.length) return
    const pool = all.map((item) => this.#shape(item))
    const shares = share(pool, this.#rows)
    this.#rows.forEach((row, i) => {
      const plan = shares ? this.#given(row, shares[i]) : this.#chosen(row, pool, i === 0 ? landing : null)
      this.#hang(row, this.#furnished(row, plan), { landing, quiet })
    })
    await this.#settled()
  }

  // Replace a row's oldest tiles by the item with the longest wait. Returns whether it did.
  async swap() {
    for (let attempt = 0; attempt < 3; attempt++) {
      const [first] = this.#waiting()
      if (!first) return false
      if (await this.#exchange(first)) return true
    }
    return false
  }

  // Move a new item from the spotlight to its place.
  async land(item, { from, field }) {
    const landing = { item, from, field }
    const tile = this.#tile(item.id)
    if (tile) return this.#flyIn(tile, from)
    const grown = rowsFor(this.#all().map((other) => this.#shape(other)), this.#plans())
    if (grown !== this.#count || !this.#rows.length || this.#sparse()) return this.build({ landing })
    if (!(await this.#exchange(item, landing)) && this.turns.get(item.id)) await this.build({ landing })
  }

  // Remove a recalled item before the next frame; then its neighbours close the gap.
  remove(key) {
    const row = this.#rows.find((each) => each.tiles.some((tile) => tile.key === key))
    if (!row) return
    const tile = row.tiles.find((each) => each.key === key)
    row.tiles = row.tiles.filter((each) => each !== tile)
    this.tiles.give(tile.element)
    this.#version++
    if (!this.#all().length) return this.clear()
    const keep = row.tiles.filter((each) => !each.item.house).map((each) => each.shape)
    const pool = this.#waiting().map((item) => this.#shape(item))
    this.#hang(row, this.#furnished(row, compose(row, { keep, pool, random: this.random, strangers: this.#strangers(row) })))
  }

  // Update a corrected item in place; a picture of another shape has a margin until it moves.
  refresh(item) {
    const tile = this.#tile(item.id)
    if (!tile) return
    if ((pictureOf(item) ? "photo" : "text") !== tile.element.dataset.kind) return this.remove(item.id)
    tile.item = item
    const { row } = tile
    this.tiles.fill(tile.element, item, { lang: tile.lang, field: tile.field, large: row.large })
    tile.shape = this.#shape(item)
    this.tiles.place(tile.element, { ...row, x: tile.x, width: tile.width }, tile.shape.ratio)
    this.#fit(row, tile)
  }

  // Measure texts again after a font has loaded.
  refit() {
    for (const row of this.#rows) for (const tile of row.tiles) this.#fit(row, tile)
  }

  clear() {
    for (const row of this.#rows) for (const tile of row.tiles) this.tiles.give(tile.element)
    this.#rows = []
    this.#count = 0
    this.#version++
  }

  has(key) {
    return Boolean(this.#tile(key))
  }

  get keys() {
    return this.#rows.flatMap((row) => row.tiles.map((tile) => tile.key))
  }

  // Where an item's tile (its picture, if it has one) is on the screen.
  boxOf(key) {
    const element = this.#tile(key)?.element
    return element ? (element.querySelector(".frame") ?? element).getBoundingClientRect() : null
  }

  // There is one <img> for each picture: put those that a scene has shown back into their frames.
  rehang() {
    for (const row of this.#rows) {
      for (const { element, item, lang } of row.tiles) {
        const isEmpty = element.dataset.kind === "photo" && !element.querySelector(".frame").firstElementChild
        if (isEmpty) this.tiles.hang(element, item, { lang, large: row.large })
      }
    }
  }

  dim(key, dimmed) {
    const element = this.#tile(key)?.element
    if (element) element.style.visibility = dimmed ? "hidden" : ""
  }

  async #exchange(item, landing = null) {
    const row = this.#stalest(landing)
    const plan = this.#planned(row, this.#shape(item))
    const version = this.#version
    const newcomers = plan.shapes.filter((shape) => !row.tiles.some((tile) => tile.key === shape.key))
    const ready = await Promise.all(newcomers.map((shape) => this.#load(this.#item(shape.key), row)))
    if (version !== this.#version || !newcomers.every((shape) => this.#item(shape.key))) return false
    if (!ready.every(Boolean)) return false
    this.#hang(row, plan, { landing })
    return true
  }

  // The best way to replace one to three of a row's oldest tiles by this item.
  #planned(row, must) {
    const aged = [...row.tiles].sort((a, b) => Boolean(b.item.house) - Boolean(a.item.house) || a.at - b.at)
    const pool = this.#waiting().filter((item) => item.id !== must.key).map((item) => this.#shape(item))
    let best = null
    for (let gone = 1; gone <= Math.min(3, aged.length); gone++) {
      const out = new Set(aged.slice(0, gone))
      const keep = row.tiles.filter((tile) => !out.has(tile) && !tile.item.house).map((tile) => tile.shape)
      const plan = compose(row, { keep, must, pool, random: this.random, strangers: this.#strangers(row) })
      plan.cost += gone * 0.012
      if (!best || plan.cost < best.cost) best = plan
    }
    best ??= compose(row, { must, pool, random: this.random })
    return this.#inOrder(row, this.#furnished(row, best))
  }

  // Tiles that stay keep their order, so that they move little.
  #inOrder(row, plan) {
    const kept = row.tiles.map((tile) => plan.shapes.find((shape) => shape.key === tile.key)).filter(Boolean)
    const newcomers = plan.shapes.filter((shape) => !kept.includes(shape))
    const shapes = arrange(kept, newcomers, this.random)
    return { ...plan, shapes, widths: shapes.map((shape) => plan.widths[plan.shapes.indexOf(shape)]) }
  }

  #furnished(row, plan) {
    if (plan.short <= 0.5) return plan
    const used = new Set(this.#rows.filter((each) => each !== row).flatMap((each) => each.tiles.map((tile) => tile.key)))
    const houses = this.houses.filter((house) => !used.has(house.id)).map((house) => this.#shape(house))
    return furnish(row, plan.shapes.filter((shape) => shape.kind !== "house"), houses, this.random)
  }

  // While there is room for everything, everything hangs.
  #given(row, shapes) {
    const line = arrange([], shapes, this.random)
    return { shapes: line, ...justify(line, row) }
  }

  #chosen(row, all, landing) {
    const must = all.find((shape) => shape.key === landing?.item.id) ?? null
    const pool = all.filter((shape) => shape !== must && !this.has(shape.key))
    return compose(row, { must, pool, random: this.random, strangers: this.#strangers(row) })
  }

  #hang(row, { shapes, widths, gap = row.gap }, { landing = null, quiet = false } = {}) {
    this.#version++
    const old = new Map(row.tiles.map((tile) => [tile.key, tile]))
    const tiles = []
    let x = 0
    shapes.forEach((shape, i) => {
      const width = widths[i]
      const tile = old.get(shape.key) ?? this.#newTile(row, shape, landing)
      const was = old.delete(shape.key) ? { x: tile.x, y: row.y } : null
      const resized = !was || Math.abs(width - tile.width) > 1
      Object.assign(tile, { row, shape, x, width })
      this.tiles.place(tile.element, { ...row, x, width }, shape.ratio)
      if (!was) this.stage.append(tile.element)
      if (resized) this.#fit(row, tile)
      if (was) motion.slide(tile.element, was, { x, y: row.y }, resized)
      else if (landing?.item.id === tile.key) this.#flyIn(tile, landing.from)
      else if (!quiet) motion.enter(tile.element, { x, y: row.y }, 1.2 * row.em)
      tiles.push(tile)
      x += width + gap
    })
    row.tiles = tiles
    for (const tile of old.values()) this.#letGo(tile)
  }

  #newTile(row, shape, landing) {
    const item = this.#item(shape.key)
    const lang = this.tongues.of(item)
    const brought = landing?.item.id === item.id ? landing.field : null
    const field = pictureOf(item) ? null : (brought ?? this.#field())
    const element = this.tiles.make(item, { lang, field, large: row.large })
    element.toggleAttribute("data-large", row.large)
    this.turns.hang(item.id)
    this.tongues.shown(item.id)
    return { key: item.id, item, lang, field, element, at: ++this.#clock, x: 0, width: 0 }
  }

  #fit(row, tile) {
    this.tiles.fit(tile.element, { width: tile.width, height: row.height, em: row.em })
  }

  async #letGo(tile) {
    delete tile.element.dataset.key
    await motion.leave(tile.element)
    this.tiles.give(tile.element)
  }

  // A photograph flies alone; a text flies with its field, in proportion.
  async #flyIn(tile, from) {
    if (!from) return
    const element = tile.element
    const target = element.querySelector(".frame") ?? element
    const to = target.getBoundingClientRect()
    element.setAttribute("data-flying", "")
    if (target === element) {
      const scale = Math.min(from.width / to.width, from.height / to.height) * 0.8
      const start = `translate(${from.x + (from.width - to.width * scale) / 2 - to.x + tile.x}px, ${from.y + (from.height - to.height * scale) / 2 - to.y + tile.row.y}px) scale(${scale})`
      await motion.flyTo(element, start)
    } else await motion.fly(target, from, to)
    element.removeAttribute("data-flying")
  }

  async #load(item, row) {
    const media = item && pictureOf(item)
    return media ? this.pictures.ready(media, row.large ? "wall" : "card", PATIENCE) : true
  }

  async #settled() {
    await Promise.all(
      this.#rows.flatMap((row) => row.tiles.map((tile) => this.#load(tile.item, row))),
    )
  }

  // The row with the oldest tile; a new item prefers the tall row.
  #stalest(landing) {
    const age = (row) => Math.min(...row.tiles.map((tile) => tile.at)) - (landing && row.large ? row.tiles.length : 0)
    return [...this.#rows].sort((a, b) => age(a) - age(b))[0]
  }

  #strangers(row) {
    const fields = this.#rows.filter((each) => each !== row).flatMap((each) => each.tiles).filter((tile) => tile.field).length
    const near = this.#rows.filter((each) => Math.abs(this.#rows.indexOf(each) - this.#rows.indexOf(row)) === 1)
    const edges = near.flatMap(({ tiles }) => [tiles[0]?.field ? "first" : null, tiles.at(-1)?.field ? "last" : null])
    // about one field of colour for three photographs over the whole wall, and no two of them adjacent at an edge
    return (shapes) => {
      const many = shapes.filter((shape) => shape.kind !== "photo").length + fields - 2 * this.#count
      const first = edges.includes("first") && shapes[0]?.kind !== "photo"
      const last = edges.includes("last") && shapes.at(-1)?.kind !== "photo"
      return Math.max(0, many) * 0.05 + (first ? 0.03 : 0) + (last ? 0.03 : 0)
    }
  }

  #field() {
    const used = this.#rows.flatMap((row) => row.tiles.map((tile) => tile.field)).filter(Boolean)
    const count = (field) => used.filter((each) => each === field).length
    const least = Math.min(...FIELDS.map(count))
    const free = FIELDS.filter((field) => count(field) === least)
    return free[Math.floor(this.random() * free.length)]
  }

  #waiting() {
    return this.turns.order((item) => this.#usable(item) && !this.has(item.id))
  }

  // All items that can hang, the longest wait first.
  #all() {
    return this.turns.order((item) => hangable(item))
  }

  #usable(item) {
    const media = pictureOf(item)
    return hangable(item) && !(media && (this.pictures.failed(media, "card") || this.pictures.failed(media, "wall")))
  }

  // No more rows than the room allows: faces in smaller tiles cannot be recognised from the last row.
  #plans() {
    return plans(this.#box(), this.#turn).slice(0, this.room.rows)
  }

  #sparse() {
    return this.#rows.some((row) => row.tiles.some((tile) => tile.item.house))
  }

  #shape(item) {
    return shapeOf(item, this.tongues.of(item))
  }

  #item(key) {
    return this.turns.get(key) ?? this.houses.find((house) => house.id === key)
  }

  #tile(key) {
    for (const row of this.#rows) for (const tile of row.tiles) if (tile.key === key) return tile
    return null
  }

  #box() {
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    return { width: this.stage.clientWidth, height: this.stage.clientHeight, em }
  }
}
