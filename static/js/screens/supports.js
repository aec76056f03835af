// /supports and /supports/<id>: drawn anew by the server when a support changes, but never while someone types. A file
// that is too large is refused before it is sent; others go in portions. Without this script the pages are forms.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { sendVersion } from "../supports/sending.js"

const page = JSON.parse(document.querySelector("#view").textContent)
const draw = eager(() => fresh("[data-fresh]"))
const shown = new Set(Object.keys(page.items))
const isList = location.pathname === "/supports"

follow("supports", page, {
  onChange: ({ changed, reset }) => {
    if (isList || reset || [...changed].some(([key]) => shown.has(key))) draw()
  },
  onState: (state) => (document.querySelector("mx-line").state = state),
})

for (const field of document.querySelectorAll("[data-most]")) measure(field) // chosen before this script ran
document.addEventListener("change", ({ target }) => target.dataset?.most && measure(target))

function measure(field) {
  const tooLarge = [...field.files].some(({ size }) => size > Number(field.dataset.most))
  const fault = field.closest(".field").querySelector("[data-too-large]")
  field.form.querySelector("[data-fault]").hidden = true
  fault.hidden = !tooLarge
  field.setCustomValidity(tooLarge ? fault.textContent : "")
  if (tooLarge) field.setAttribute("aria-invalid", "true")
  else field.removeAttribute("aria-invalid")
}

// The file stays chosen until it is a version: whatever happens, one tap tries again.
document.addEventListener("submit", async (event) => {
  const form = event.target
  const support = form.dataset.version
  const [file] = form.elements.file?.files ?? []
  if (!support || !file) return
  event.preventDefault()
  if (form.dataset.sending) return
  form.dataset.sending = "sending"
  addEventListener("beforeunload", stay)
  try {
    await sendVersion(file, support, (state) => show(form, file, state))
    removeEventListener("beforeunload", stay)
    form.reset() // else the browser chooses the file again, and the page seems to be typed in
    location.assign(`/supports/${support}`)
  } catch (error) {
    blame(form, error.errors?.[0]?.message || error.title || say("sending.failed"))
    delete form.dataset.sending
  }
  removeEventListener("beforeunload", stay)
})

const stay = (event) => event.preventDefault()

function show(form, file, { sent, broken }) {
  const part = form.querySelector("[data-progress]")
  const bar = part.querySelector("progress")
  part.hidden = false
  part.dataset.tone = broken ? "bad" : ""
  if (sent !== undefined) bar.value = sent / file.size
  const percent = Math.floor(100 * bar.value)
  const words = broken ? waiting(broken) : say(percent < 100 ? "sending" : "sending.done", { percent })
  const says = part.querySelector("[role=status]")
  if (says.textContent !== words) says.textContent = words
}

function blame(form, words) {
  const field = form.elements.file
  const fault = form.querySelector("[data-fault]")
  form.querySelector("[data-progress]").hidden = true
  fault.hidden = false
  fault.textContent = words
  field.setAttribute("aria-invalid", "true")
  field.focus()
}

const waiting = ({ status, title }) => (status && title) || say("sending.broken")
