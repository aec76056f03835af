// The stage of the reviewers' page: one item, large, and the buttons that decide on it. The item never changes under a
// reviewer's finger: once someone else has decided on it, the stage says so until the reviewer moves on.
import { fill, refill } from "../lib/fill.js"
import { say } from "../lib/say.js"
import { since } from "../lib/time.js"
import { obstacleSays, stageOf } from "./describe.js"
import { age, obstacle } from "./queue.js"
import { swipes } from "./swipe.js"

const MAX_TWINS = 4

export class Stage {
  item = null // as it was last seen
  gone = false // has it left the queue meanwhile?
  #node = null
  #version = 0 // the newest that this reviewer knows of
  #twins = []
  #twinsOf = ""

  // root: the <mx-queue>; caption: how many characters the wall can show; about(item): {failure, shots}; find(id): the
  // waiting item that a photo belongs to; fetch(id): a photo that belongs to none; act(name): run a command.
  constructor(root, { me, caption, about, find, fetch, act }) {
    Object.assign(this, { me, caption, about, find, fetch, act })
    this.root = root
    this.piece = (name) => root.querySelector(`[data-${name}]`)
  }

  get photo() {
    return this.#node?.querySelector("mx-photo")
  }

  // Put another item on the stage, or none.
  open(item) {
    this.item = item
    this.#version = item?.version ?? 0
    this.gone = false
    this.#node?.remove()
    this.#node = null
    this.show()
  }

  // The reviewer has changed the item, so the new version is no news.
  amended({ id, version }) {
    if (this.item?.id === id) this.#version = version
  }

  show() {
    const { item, gone } = this
    this.piece("nothing").hidden = Boolean(item)
    this.piece("decide").hidden = !item || gone
    this.piece("gone").hidden = !item || !gone
    if (!item) return
    if (gone) this.piece("gone-says").textContent = say("gone.elsewhere")
    this.#fill()
    this.#node.toggleAttribute("data-past", gone)
    this.photo.show(item)
    this.#findTwins()
    this.#block()
  }

  // Bring up to date what changes with time alone.
  tick() {
    const { item } = this
    if (!item || !this.#node) return
    const waits = this.#node.querySelector("[data-waits]")
    waits.textContent = since(item.submitted_at)
    waits.dataset.age = age(item, Date.now())
    this.#block()
    if (item.media.some(({ status }) => status === "processing")) this.photo.show(item)
  }

  get obstacleText() {
    return this.piece("obstacle").textContent
  }

  isDisabled(act) {
    return this.piece("decide").querySelector(`[data-act="${act}"]`).getAttribute("aria-disabled") === "true"
  }

  #fill() {
    if (this.#node) return refill(this.#node, this.#model())
    this.#node = fill(this.root.querySelector("template[data-item]"), this.#model())
    this.piece("place").append(this.#node)
    return swipes(this.#node, { right: () => this.act("approve"), left: () => this.act("return") })
  }

  #model() {
    const { item } = this
    return stageOf(item, {
      now: Date.now(),
      caption: this.caption,
      edited: item.version > this.#version && !this.gone,
      twins: this.#twins,
      ...this.about(item),
    })
  }

  // Say what stands in the way of approving it, and disable the buttons that it concerns.
  #block() {
    const { item } = this
    const code = obstacle(item, this.me)
    const says = this.piece("obstacle")
    says.hidden = !code
    says.textContent = obstacleSays(code, item)
    this.piece("take").hidden = code !== "taken"
    for (const button of this.piece("decide").querySelectorAll("button")) {
      const { act } = button.dataset
      if (act === "take") continue
      const isBarred = code === "own" || code === "taken" || (act === "approve" && code)
      const barred = isBarred || (act === "hold" && item.status === "held")
      button.setAttribute("aria-disabled", String(Boolean(barred)))
      barred && code ? button.setAttribute("aria-describedby", "obstacle") : button.removeAttribute("aria-describedby")
    }
  }

  // Photos that look like this item's: in the queue, or approved long ago.
  async #findTwins() {
    const { item } = this
    const ids = item.media.flatMap(({ twins }) => twins)
    if (this.#twinsOf === `${item.id} ${ids}`) return
    this.#twinsOf = `${item.id} ${ids}`
    this.#twins = []
    const found = []
    for (const id of ids.slice(0, MAX_TWINS)) {
      const other = this.find(id)
      const photo = other?.media.find((one) => one.id === id) ?? (await this.fetch(id).catch(() => null))
      if (photo) found.push({ thumb: photo.thumb, key: other?.id, label: say(other ? "twin.queue" : "twin.shown") })
    }
    if (this.item?.id !== item.id || !this.#node) return
    this.#twins = found
    refill(this.#node, this.#model())
  }
}
