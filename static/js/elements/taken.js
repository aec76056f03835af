// The latest recalls, with how many of the screens concerned have confirmed that the item is gone.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"

const MAX_ROWS = 5
const queue = document.querySelector("mx-queue")
const list = queue.querySelector("[data-taken-list]")
const rows = new Map()

export function showTaken(items) {
  const latest = [...items.values()].sort((a, b) => (a.decision.at < b.decision.at ? 1 : -1)).slice(0, MAX_ROWS)
  queue.querySelector("[data-taken]").hidden = latest.length === 0
  for (const item of latest) {
    const model = described(item)
    const held = rows.get(item.id)
    if (held) refill(held, model)
    else rows.set(item.id, fill(queue.querySelector("template[data-taken-row]"), model))
  }
  keyed(list, latest.map(({ id }) => rows.get(id)))
}

function described({ id, text, screens }) {
  const title = inPageLanguage(text) || say("title.photo")
  const n = screens.length
  const waits = screens.filter(({ gone_at: at }) => !at).map(({ name }) => name)
  return {
    id,
    title,
    story: say("story", { title: title.slice(0, 60) }),
    title_lang: languageOf(text),
    receipts: n ? say("receipts", { n, gone: n - waits.length }) : say("receipts.none"),
    tone: waits.length ? "wait" : "good",
    waits: waits.length ? say("receipts.waits", { names: waits.join(", ") }) : "",
  }
}
