// The form of a request, filled in by what was tapped: a gap, a cell, a person, an alarm, or nothing.
import { call } from "../lib/api.js"
import { newId } from "../lib/ids.js"
import { say } from "../lib/say.js"

const FIELDS = ["team", "place", "kind", "lang"]
let sent = null // {board, request} of the open form
let typed = false // whether the words are a person's

export function openRequest(board, request = {}) {
  const dialog = document.querySelector("dialog[data-ask]")
  const form = dialog.querySelector("form")
  if (!form.dataset.ready) prepare(dialog, form)
  form.reset()
  sent = { board, request: { ...request, id: newId() } }
  typed = Boolean(request.text)
  people(form, board)
  for (const name of FIELDS) form.elements[name].value = request[name] ?? ""
  const { to } = request
  form.elements.to.value = to?.person ? `person:${to.person}` : to?.role ? `role:${to.role}` : ""
  form.elements.fr.value = request.text?.fr ?? ""
  form.elements.en.value = request.text?.en ?? ""
  if (!typed) suggest(form)
  dialog.querySelector("[data-about]").textContent = request.about ?? ""
  reach(dialog.querySelector("[data-reach]"), to?.person)
  fault(dialog, "")
  dialog.showModal()
}

function prepare(dialog, form) {
  form.dataset.ready = ""
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
  form.addEventListener("input", ({ target }) => {
    if (["fr", "en"].includes(target.name)) typed = true
    else if (!typed) suggest(form)
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    send(dialog, form)
  })
}

// Leads see how to reach a person on a page of its own: the dashboard is also for others.
function reach(line, person) {
  if (!line) return
  line.hidden = !person
  line.firstElementChild.href = `/team/people/${person ?? ""}`
}

function people(form, board) {
  const found = [...board.items("people").values()].sort((a, b) => a.name.localeCompare(b.name))
  form.querySelector("[data-people]").replaceChildren(...found.map(({ id, name }) => new Option(name, `person:${id}`)))
}

// Words for what is chosen, in both languages: "Une photo, Équipe Pixel".
function suggest(form) {
  const { team, place, kind, fr, en } = form.elements
  const words = document.querySelector("#ask-phrases").content.querySelector(`[data-kind="${kind.value}"]`).dataset
  const where = [team.value, place.value].filter(Boolean).join(", ")
  fr.value = [words.fr, where].filter(Boolean).join(" · ")
  en.value = [words.en, where].filter(Boolean).join(" · ")
}

async function send(dialog, form) {
  const { board, request } = sent
  const value = (name) => form.elements[name].value.trim() || undefined
  const [to, who] = (value("to") ?? "").split(":")
  const json = {
    id: request.id,
    ...Object.fromEntries(FIELDS.map((name) => [name, value(name)])),
    text: { fr: value("fr"), en: value("en") },
    due: new Date(board.now() + Number(value("due")) * 60_000).toISOString(),
    to: to ? { [to]: who } : undefined,
    hour: request.hour,
    alarm: request.alarm,
  }
  try {
    await call("POST", "/api/v1/requests", { json })
    dialog.close()
    announce(say("ask.sent"))
  } catch (error) {
    fault(dialog, error.errors.map(({ message }) => message).join(" ") || error.title || say(`problem.${error.code}`) || say("problem.other"))
  }
}

function fault(dialog, text) {
  const slot = dialog.querySelector("[data-fault]")
  slot.hidden = !text
  slot.textContent = text
}

// Say for a moment that something was done, or was not.
export function announce(text) {
  const slot = document.querySelector("[data-said]")
  slot.textContent = text
  slot.hidden = false
  setTimeout(() => (slot.hidden = true), 4000)
}
