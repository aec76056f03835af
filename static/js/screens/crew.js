// /team and /me: the forms work by themselves; this adds who is online, a button that copies a link, and a warning
// before signing out discards unsent submissions.
import "../elements/line.js"
import { follow } from "../lib/live.js"
import { openStore } from "../lib/store.js"

const data = document.querySelector("#view")
if (data) followCrew(JSON.parse(data.textContent))

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy)
    field.select()
    // The clipboard needs HTTPS; over plain HTTP the user copies the selected text.
    await navigator.clipboard?.writeText(field.value)
    if (navigator.clipboard) button.textContent = button.dataset.done
  })
}

const unsent = document.querySelector("[data-unsent]")
if (unsent) {
  const entries = await (await openStore()).entries()
  unsent.hidden = !entries.some(({ state, by }) => by === document.body.dataset.person && state !== "received")
}

function followCrew(view) {
  const line = document.querySelector("mx-line")
  const rows = document.querySelectorAll("[data-who]")
  const known = new Set([...rows].map((row) => row.dataset.who))
  follow(view.view, view, {
    onState: (state) => (line.state = state),
    onChange: ({ items, changed }) => {
      const moved = [...changed].some(([id, item]) => (item !== null) !== known.has(id))
      if (moved && items.size) document.querySelector("[data-changed]").hidden = false
    },
    onBeat: ({ here }) => {
      if (!here) return
      const there = new Set(here)
      for (const row of rows) row.toggleAttribute("data-here", there.has(row.dataset.who))
    },
  })
}
