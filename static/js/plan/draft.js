// Keeps what someone types into a message on this device until the server has it: where a sign-in has run out, or the
// browser ends, nothing is lost. Only fields that were touched are kept, since others may be at the message too.
import { isTouched, isTouchedField } from "../lib/touched.js"

const KEPT_FOR = 2 * 86_400_000 // ms
const NEW = "/plan/messages/new"

// draft(form, note): `note` says that the words are back, and has a button that discards them.
export function draft(form, note) {
  const { pathname, search } = location
  if (new URLSearchParams(search).has("saved")) forget(pathname)
  if (pathname !== NEW && document.referrer && new URL(document.referrer).pathname === NEW) forget(NEW)
  const { version, held } = form.elements // `held`, of a message that is there, is what its fields held at first
  const kept = form.hasAttribute("data-refused") ? null : read(pathname)
  if (kept) fill(form, kept.fields)
  if (kept && !isTouched(form)) forget(pathname) // saved, and this page was left before its script ran
  else if (kept) {
    // Someone else may have saved meanwhile: then the server shows both.
    version.value = kept.version
    if (held) held.value = kept.held
    note.hidden = false
  }
  note.querySelector("button").addEventListener("click", () => {
    forget(pathname)
    form.reset()
    location.reload()
  })
  form.addEventListener("input", () => {
    const base = { version: version.value, held: held?.value }
    if (isTouched(form)) write(pathname, { at: Date.now(), ...base, fields: typed(form) })
    else forget(pathname)
  })
}

function fields(form) {
  const own = (field) => field.name && field.localName !== "button" && field.type !== "hidden" && !field.readOnly
  return [...form.elements].filter(own)
}

function typed(form) {
  // A form that was refused comes back with what was typed, so that none of it counts as touched.
  const own = form.hasAttribute("data-refused") ? fields(form) : fields(form).filter(isTouchedField)
  return own.map(({ name, type, value, checked }) => (type === "checkbox" ? [name, value, checked] : [name, value]))
}

function fill(form, said) {
  const there = fields(form)
  for (const [name, value, checked] of said) {
    const field = there.find((each) => each.name === name && (checked === undefined || each.value === value))
    if (field && checked !== undefined) field.checked = checked
    else if (field) field.value = value
  }
}

function key(path) {
  return `mixroom.message.${document.body.dataset.person}.${path}` // a laptop may be several people’s
}

function read(path) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(path)))
    if (kept && Date.now() - kept.at < KEPT_FOR) return kept
  } catch {
    // nothing that can be read is nothing kept
  }
  return null
}

function write(path, kept) {
  try {
    localStorage.setItem(key(path), JSON.stringify(kept))
  } catch {
    // storage that is full or switched off: the page still has it
  }
}

function forget(path) {
  try {
    localStorage.removeItem(key(path))
  } catch {
    // as above
  }
}
