// /letters: states, numbers and progress are live; the list keeps its order while one ticks. On a letter's page, buttons
// that copy. Without this script both are forms.
import "../elements/line.js"
import { refill } from "../lib/fill.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { when } from "../lib/time.js"

const TONES = { held: "wait", sent: "good", failed: "bad", uncertain: "bad" }
const find = (selector) => document.querySelector(selector)
const view = find("#view")
if (view) followOutbox(JSON.parse(view.textContent))
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", copy)

function followOutbox(first) {
  const rows = new Map([...document.querySelectorAll("[data-letter]")].map((row) => [row.dataset.letter, row]))
  const newest = [...rows.keys()][0] ?? ""
  const page = new URLSearchParams(location.search)
  const begins = !page.has("before") && !page.get("q")
  const outbox = follow(first.view, first, {
    onState: (state) => (find("mx-line").state = state),
    onChange: () => count(outbox.items.get("outbox")),
  })
  const letters = follow("letters", null, {
    onChange: ({ changed }) => {
      for (const [id, letter] of changed) if (letter && rows.has(id)) refill(rows.get(id), described(letter))
      const fresh = [...letters.items.values()].some(({ id, state }) => id > newest && belongs(state))
      if (begins && fresh) find("[data-fresh]").hidden = false
    },
  })

  function belongs(state) {
    const show = page.get("show")
    return !show || show === state || (show === "failed" && state === "uncertain")
  }
}

function described(letter) {
  const { state, fault, ended_at, due_at, created_at } = letter
  return {
    ...letter,
    tone: TONES[state] ?? "",
    says: say(`letter.${state}`),
    why: fault ? say(`fault.${fault}`) : "",
    at: when(ended_at ?? due_at ?? created_at),
  }
}

function count(outbox) {
  if (!outbox) return
  for (const [name, number] of Object.entries(outbox.counts)) find(`[data-count="${name}"]`).textContent = number || ""
  const { done, total } = outbox
  const progress = find("[data-progress]")
  const bar = progress.querySelector("progress")
  // The last one that goes leaves the line full, until the page is loaded again.
  if (total) Object.assign(bar, { max: total, value: done })
  else bar.value = bar.max
  if (total) progress.hidden = false
  progress.querySelector("[data-says]").textContent = say("letters.progress", { done: bar.value, total: bar.max })
}

async function copy({ currentTarget: button }) {
  const field = document.getElementById(button.dataset.copy)
  field.select()
  // The clipboard needs HTTPS; over plain HTTP the user copies the selected text.
  await navigator.clipboard?.writeText(field.value)
  if (navigator.clipboard) button.textContent = button.dataset.done
}
