// <mx-retouch>: the light table, where a reviewer crops, turns, centres and blurs parts of a photo. Every action is
// possible by dragging, by tapping with the buttons beside it, and by keyboard alone. It shows the whole original.
import { call } from "../lib/api.js"
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { NOTHING, WHOLE, around, drawn, grown, inside, isNothing, kept, middle, moved, placeOf, pulled, seen, turned } from "../lib/retouch.js"
import { say } from "../lib/say.js"

const STEP = 0.02 // of a side
const MAX_PARTS = 20 // parts; the server's limit
const KEYS = { ArrowLeft: "west", ArrowRight: "east", ArrowUp: "north", ArrowDown: "south" }
const MOVES = { west: [-STEP, 0], east: [STEP, 0], north: [0, -STEP], south: [0, STEP] }
const SIZES = { narrower: [-STEP, 0], wider: [STEP, 0], lower: [0, -STEP], higher: [0, STEP] }
const SHIFTED = { west: "narrower", east: "wider", north: "lower", south: "higher" }

customElements.define(
  "mx-retouch",
  class extends HTMLElement {
    #state = NOTHING // as displayed, with the turn applied
    #before = NOTHING // the state as it was fetched
    #photos = []
    #id = null
    #version = 0
    #part = 0 // the index of the chosen blurred part
    #drag = null // {from, go(to)} while a finger is down
    #size = { width: 4, height: 3 } // of the photo as it was taken

    connectedCallback() {
      const find = (name) => this.querySelector(`[data-${name}]`)
      Object.assign(this, { dialog: find("retouch"), board: find("board"), img: find("img"), frame: find("crop"), aim: find("aim"), parts: find("parts") })
      Object.assign(this, { veil: find("veil"), wait: find("wait"), told: find("told"), fault: find("fault"), others: find("others"), leave: find("leave"), ends: find("ends") })
      this.board.addEventListener("pointerdown", (event) => this.#down(event))
      this.board.addEventListener("pointermove", (event) => this.#drag && this.#drag.go(this.#placeOf(event)))
      for (const name of ["pointerup", "pointercancel"]) this.board.addEventListener(name, () => this.#up())
      this.board.addEventListener("focusin", ({ target }) => this.#choose(target.closest(".part")))
      this.dialog.addEventListener("keydown", (event) => this.#key(event))
      this.dialog.addEventListener("cancel", (event) => this.#leave(event)) // a phone's back gesture
      this.dialog.addEventListener("change", ({ target }) => this.#take(target.value))
      this.dialog.addEventListener("click", ({ target }) => this.#do(target.closest("[data-do]")?.dataset.do))
      this.others.addEventListener("click", ({ target }) => target.dataset.photo && this.#fetch(target.dataset.photo))
      this.querySelector("[data-stay]").addEventListener("click", () => this.#stay())
      this.dialog.addEventListener("close", () => this.img.removeAttribute("src"))
    }

    // Open one of a submission's photos; the others are one tap away.
    open(photos, at) {
      this.#photos = photos.filter(({ kind }) => kind !== "video")
      this.#take("crop")
      this.dialog.showModal()
      this.#fetch(photos[at].id)
    }

    async #fetch(id) {
      this.#id = id
      this.#before = NOTHING
      this.#show(NOTHING, false)
      this.#say("", say("retouch.wait"))
      try {
        const { body } = await call("GET", `/api/v1/media/${id}`)
        if (!body.plain) return this.#say("", say("photo.processing"))
        const plain = Object.assign(new Image(), { src: body.plain })
        await plain.decode()
        if (this.#id !== id || !this.dialog.open) return undefined
        this.#version = body.retouch?.version ?? 0
        this.#size = { width: plain.naturalWidth, height: plain.naturalHeight }
        this.img.src = body.plain
        this.#say("", "")
        this.#before = seen(body.retouch ?? NOTHING)
        return this.#show(this.#before)
      } catch (error) {
        return this.#say("", error.title || say(`problem.${error.code}`) || say("problem.other"))
      }
    }

    // Display

    #show(state, isReady = true) {
      this.#asking(false) // carrying on answers the question
      this.#state = state
      this.#part = Math.min(this.#part, Math.max(0, state.blurs.length - 1))
      this.board.hidden = !isReady
      this.board.dataset.turn = state.turn
      this.board.style.setProperty("--ratio", this.#ratio)
      for (const node of [this.frame, this.veil]) place(node, state.crop ?? WHOLE)
      const { x, y } = this.#aimed
      Object.assign(this.aim.style, { left: `${100 * x}%`, top: `${100 * y}%` })
      this.aim.toggleAttribute("data-unset", !state.focus)
      const nodes = state.blurs.map((box, index) => {
        const model = { index, label: say("retouch.part", { n: index + 1 }), pressed: String(index === this.#part) }
        const held = this.parts.children[index]
        const node = held ? refill(held, model) : fill(this.querySelector("template[data-part]"), model)
        place(node.firstElementChild, box)
        return node
      })
      keyed(this.parts, nodes)
      this.#allow(isReady)
    }

    #allow(isReady) {
      const { crop, focus, blurs } = this.#state
      const none = { crop: !crop, focus: !focus, blur: !blurs.length }
      const idle = {
        save: !isReady,
        left: !isReady,
        right: !isReady,
        reset: !isReady || isNothing(this.#state),
        add: !isReady || blurs.length >= MAX_PARTS,
        remove: none[this.#tool],
      }
      this.#number()
      const still = !isReady || (this.#tool === "blur" && none.blur)
      for (const button of this.dialog.querySelectorAll("[data-do]")) {
        const act = button.dataset.do
        button.disabled = idle[act] ?? still
      }
    }

    // Switch to another photo only once the changes of this one are saved or undone.
    #number() {
      this.others.hidden = this.#photos.length < 2
      const nodes = this.#photos.map(({ id }, index) => {
        const model = { id, n: index + 1, label: say("photo.frame", { n: index + 1 }), pressed: String(id === this.#id), barred: this.#isBegun && id !== this.#id }
        const held = this.others.children[index]
        return held ? refill(held, model) : fill(this.querySelector("template[data-number]"), model)
      })
      keyed(this.others, nodes)
    }

    get #isBegun() {
      return JSON.stringify(this.#state) !== JSON.stringify(this.#before)
    }

    // A key or a gesture may close the dialog by mistake: ask first if there are unsaved changes.
    #leave(event) {
      if (!this.#isBegun) return
      event.preventDefault()
      if (this.leave.hidden) this.#ask()
      else this.#stay()
    }

    #ask() {
      this.left = document.activeElement
      this.#asking(true)
      this.querySelector("[data-stay]").focus()
    }

    #stay() {
      this.#asking(false)
      this.left.focus()
    }

    #asking(isAsked) {
      Object.assign(this.leave, { hidden: !isAsked })
      Object.assign(this.ends, { hidden: isAsked })
    }

    // The picture, or its placeholder.
    #say(fault, wait) {
      this.fault.textContent = fault
      if (wait !== undefined) this.wait.textContent = wait
    }

    get #ratio() {
      const { width, height } = this.#size
      return this.#state.turn % 2 ? height / width : width / height
    }

    get #tool() {
      return this.dialog.dataset.tool
    }

    // The wall's default centre: the middle of the crop.
    get #aimed() {
      const crop = this.#state.crop ?? WHOLE
      return inside(crop, this.#state.focus ?? middle(crop))
    }

    // A frame can be focused only while its tool is selected.
    #take(tool) {
      this.dialog.dataset.tool = tool
      for (const radio of this.dialog.querySelectorAll("[name=retouch-tool]")) radio.checked = radio.value === tool
      for (const node of this.dialog.querySelectorAll("[data-for]")) node.hidden = node.dataset.for !== tool
      for (const node of this.dialog.querySelectorAll("[data-not]")) node.hidden = node.dataset.not === tool
      Object.assign(this.frame, { inert: tool !== "crop" })
      Object.assign(this.aim, { inert: tool !== "focus" })
      Object.assign(this.parts, { inert: tool !== "blur" })
      this.#allow(!this.board.hidden)
    }

    #choose(node) {
      if (!node) return
      this.#part = Number(node.dataset.thing)
      this.#show(this.#state)
    }

    // Fingers

    #down(event) {
      if (event.button || this.#drag) return
      event.preventDefault()
      this.board.setPointerCapture(event.pointerId)
      const from = this.#placeOf(event)
      const node = event.target.closest("[data-thing]")
      const corner = event.target.dataset.corner
      if (node) node.focus()
      this.#drag = { go: this[{ crop: "cut", focus: "centre", blur: "cover" }[this.#tool]](from, node, corner) }
      this.#drag.go(from)
    }

    #up() {
      this.#drag = null
    }

    cut(from, node, corner) {
      const before = this.#state.crop ?? WHOLE
      const isWhole = before.w === 1 && before.h === 1
      const set = (crop) => this.#show({ ...this.#state, crop })
      if (corner) return (to) => set(pulled(before, corner, to))
      if (node && !isWhole) return (to) => set(moved(before, to.x - from.x, to.y - from.y))
      return (to) => (Math.hypot(to.x - from.x, to.y - from.y) > STEP ? set(drawn(from, to)) : undefined)
    }

    centre() {
      this.aim.focus()
      return (to) => this.#show({ ...this.#state, focus: inside(this.#state.crop ?? WHOLE, to) })
    }

    cover(from, node, corner) {
      if (!node && this.#state.blurs.length >= MAX_PARTS) return () => {}
      const index = node ? Number(node.dataset.thing) : this.#state.blurs.length
      const before = node ? this.#state.blurs[index] : null
      this.#part = index
      const set = (box) => this.#show({ ...this.#state, blurs: this.#state.blurs.toSpliced(index, 1, box) })
      if (corner) return (to) => set(pulled(before, corner, to))
      if (node) return (to) => set(moved(before, to.x - from.x, to.y - from.y))
      return (to) => {
        set(drawn(from, to, this.#ratio))
        this.parts.children[index].firstElementChild.focus()
      }
    }

    #placeOf(event) {
      return placeOf(event, this.board.getBoundingClientRect())
    }

    // Keys and buttons

    #key(event) {
      // The browser does not let a page prevent the second of two cancels.
      if (event.key === "Escape") return void this.#leave(event)
      if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest("[data-thing]")) return
      const move = KEYS[event.key]
      if (move) this.#do(event.shiftKey ? SHIFTED[move] : move)
      else if (event.key === "Delete" || event.key === "Backspace") this.#do("remove")
      else return
      event.preventDefault()
    }

    #do(act) {
      if (!act || this.board.hidden) return undefined
      if (act === "left" || act === "right") this.#show(turned(this.#state, act === "right" ? 1 : -1))
      else if (act === "reset") this.#show(NOTHING)
      else if (act === "remove") this.#remove()
      else if (act === "add") this.#add()
      else if (act === "save") return this.#save()
      else this.#nudge(MOVES[act], SIZES[act])
      return this.#tell()
    }

    #nudge(move, size) {
      const { crop, blurs } = this.#state
      const change = (box) => (move ? moved(box, ...move) : grown(box, ...size))
      if (this.#tool === "crop") this.#show({ ...this.#state, crop: change(crop ?? WHOLE) })
      else if (this.#tool === "blur" && blurs.length) this.#show({ ...this.#state, blurs: blurs.with(this.#part, change(blurs[this.#part])) })
      else if (this.#tool === "focus" && move) {
        const { x, y } = this.#aimed
        this.#show({ ...this.#state, focus: inside(crop ?? WHOLE, { x: x + move[0], y: y + move[1] }) })
      }
    }

    #add() {
      const { crop, blurs } = this.#state
      this.#part = blurs.length
      this.#show({ ...this.#state, blurs: [...blurs, around(middle(crop ?? WHOLE), this.#ratio)] })
      this.parts.lastElementChild.firstElementChild.focus()
    }

    #remove() {
      const { blurs } = this.#state
      if (this.#tool === "crop") this.#show({ ...this.#state, crop: null })
      else if (this.#tool === "focus") this.#show({ ...this.#state, focus: null })
      else {
        this.#show({ ...this.#state, blurs: blurs.filter((_, index) => index !== this.#part) })
        const next = this.parts.children[this.#part]?.firstElementChild ?? this.dialog.querySelector("[data-do=add]")
        next.focus()
      }
    }

    async #save() {
      const save = this.dialog.querySelector("[data-do=save]")
      save.disabled = true
      this.#say("")
      try {
        await call("PUT", `/api/v1/media/${this.#id}/retouch`, { json: kept(this.#state), version: this.#version })
        this.dialog.close()
        this.closest("mx-queue").querySelector("[data-summary]").textContent = say("retouch.done")
      } catch (error) {
        const lost = error.code === "lost_race" && say("retouch.lost")
        this.#say(lost || error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other"))
      }
      save.disabled = false
    }

    // Tell a screen reader the position of the changed frame, in percent of the photo.
    #tell() {
      const { crop, blurs } = this.#state
      const box = this.#tool === "focus" ? { ...this.#aimed, w: 0, h: 0 } : this.#tool === "crop" ? (crop ?? WHOLE) : blurs[this.#part]
      const percent = (part) => Math.round(100 * part)
      this.told.textContent = box ? say("retouch.at", { x: percent(box.x), y: percent(box.y), w: percent(box.w), h: percent(box.h) }) : ""
    }
  },
)

function place(node, { x, y, w, h }) {
  Object.assign(node.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * w}%`, height: `${100 * h}%` })
}
