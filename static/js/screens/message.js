// /plan/messages/…: counts and shows what one types as each channel will, moves the focus of pictures, and carries a
// message to an app. Without this script it is a form.
import { ask } from "../plan/leaving.js"
import { carry, prepare } from "../plan/carrying.js"
import { draft } from "../plan/draft.js"
import { focuses, share } from "../plan/focus.js"
import { count } from "../lib/counting.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import "../elements/line.js"

const form = document.querySelector("#words")
const desk = document.querySelector(".desk")
const columns = [...document.querySelectorAll("[data-channel]")]
const buttons = [...document.querySelectorAll("[data-copy]")]
const prepared = new Map() // channel → the files of its pictures, null while they are made
const LANGS = ["fr", "en"]

draft(form, document.querySelector("[data-back]"))
form.addEventListener("input", show)
ask(form)
focuses(form)
for (const button of buttons) button.addEventListener("click", () => copy(button))
document.querySelector("[data-copies]")?.addEventListener("toggle", prepareAll)
if (desk.dataset.id) watch()
show()

// A message has other words on a channel if it says so there, and none if a language is left out.
function words(channel, code) {
  const here = (name) => form.elements[`${name}_${code}:${channel}`]
  if (here("out")?.checked) return ""
  const own = here("own")?.value.trim()
  if (own) return own
  const change = channel === "site" && LANGS.some((each) => value(`change_${each}`))
  return value(`${change ? "change" : "text"}_${code}`)
}

function value(name) {
  return form.elements[name]?.value.trim() ?? ""
}

function show() {
  const chosen = new Set([...form.querySelectorAll("[name=channels]:checked")].map((box) => box.value))
  document.querySelector("[data-no-channel]").hidden = chosen.size > 0
  document.querySelector("[data-site]").hidden = !chosen.has("site")
  for (const column of columns) {
    const { channel, limit, hashtags } = column.dataset
    column.hidden = !chosen.has(channel)
    if (column.hidden) continue
    const limits = { limit: limit ? Number(limit) : null, hashtags: hashtags ? Number(hashtags) : null }
    for (const code of LANGS) {
      const text = words(channel, code)
      const said = column.querySelector(`[data-said="${channel}.${code}"]`)
      said.textContent = text
      said.toggleAttribute("data-none", !text)
      counted(column.querySelector(`[data-counter="${channel}.${code}"]`), count(channel, text, limits))
    }
  }
}

function counted(counter, { length, over }) {
  counter.querySelector("[data-n]").textContent = length
  counter.toggleAttribute("data-over", over)
  const note = counter.querySelector("em")
  if (over && !note) counter.append(" ", Object.assign(document.createElement("em"), { textContent: say("too_long") }))
  if (!over) note?.remove()
}

// The pictures of each channel are made when the list of channels is opened, so that the next tap shares at once. Until
// they are there, its buttons wait: a tap that came too soon would carry the words alone.
function prepareAll({ target }) {
  prepared.clear()
  for (const button of target.open ? buttons : []) {
    const channel = button.dataset.copy.split(".")[0]
    if (prepared.has(channel)) continue
    const frame = document.querySelector(`[data-channel="${channel}"] [data-crop]`)
    const [width, height] = (frame?.dataset.crop ?? "1200x1200").split("x").map(Number)
    const pictures = [...field(button).closest("details").querySelectorAll("[data-picture]")].map((link) => ({
      url: link.getAttribute("href"),
      focus: ["x", "y"].map((side) => share(form.elements[`${side}:${link.dataset.picture}`]?.value)),
    }))
    prepared.set(channel, null)
    const own = buttons.filter((each) => each.dataset.copy.startsWith(`${channel}.`))
    for (const each of own) each.disabled = true
    prepare(pictures, { width, height }).then((files) => {
      prepared.set(channel, files)
      for (const each of own) each.disabled = false
    })
  }
}

async function copy(button) {
  const [channel] = button.dataset.copy.split(".")
  const words = field(button)
  const done = await carry(words.value, prepared.get(channel) ?? [], () => {
    words.closest("details").open = true
    words.select()
  })
  document.querySelector("[data-copied]").textContent = say(done)
  const wanted = document.querySelector("#channel")
  const option = [...(wanted?.options ?? [])].find((each) => each.value === button.dataset.copy)
  if (option) wanted.value = option.value
}

function field(button) {
  return document.querySelector(`[data-words="${button.dataset.copy}"]`)
}

// Two people at one message: the second is told before they have typed a lot.
function watch() {
  const view = JSON.parse(document.querySelector("#view").textContent)
  const line = document.querySelector("mx-line")
  follow("messages", view, {
    onChange({ items }) {
      const item = items.get(view.message)
      document.querySelector("[data-changed]").hidden = !item || item.version <= view.version
    },
    onState: (state) => (line.state = state),
  })
}
