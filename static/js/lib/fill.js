// Fills markup from data. Texts go through textContent and addresses through a check, so nothing that a volunteer
// types can become markup or a script.
//
//   data-fill="text: author.name; hidden: !note; data-status: status; src: media.0.thumb"
//   data-each="media"  on an element with one <template> child, which is filled once for each entry
//
// A value may be passed through a named filter: "text: text | say".
const filters = new Map()

export function filter(name, act) {
  filters.set(name, act)
}

export function fill(template, data) {
  const node = template.content.firstElementChild.cloneNode(true)
  return refill(node, data)
}

// Fill a node that is on the page already. Unchanged parts are not touched, so a field keeps its focus and a picture
// does not flash.
export function refill(node, data) {
  if (node.dataset.fill) apply(node, data)
  for (const slot of node.querySelectorAll("[data-fill]")) if (owned(slot, node)) apply(slot, data)
  for (const list of [...node.querySelectorAll("[data-each]")]) {
    if (owned(list, node)) each(list, value(list.dataset.each, data) ?? [], data)
  }
  return node
}

// Entries of a list are filled from their own data, not from that of the node around the list. Parts that another
// element fills are marked data-own.
function owned(slot, node) {
  const list = slot.parentElement?.closest("[data-each], [data-own]")
  return !list || list.contains(node)
}

// An entry is filled from itself; `index`, `number` (from 1) and `parent` are added.
function each(list, entries, parent) {
  const template = list.querySelector(":scope > template")
  const nodes = [...list.children].filter((child) => child !== template)
  entries.forEach((entry, index) => {
    const data = { ...entry, index, number: index + 1, parent }
    if (nodes[index]) refill(nodes[index], data)
    else list.append(fill(template, data))
  })
  for (const extra of nodes.slice(entries.length)) extra.remove()
}

function apply(slot, data) {
  for (const rule of slot.dataset.fill.split(";")) {
    const cut = rule.indexOf(":")
    if (cut < 0) continue
    set(slot, rule.slice(0, cut).trim(), value(rule.slice(cut + 1), data))
  }
}

function set(slot, target, found) {
  if (target === "text") {
    const text = found == null || found === false ? "" : String(found)
    if (slot.textContent !== text) slot.textContent = text
  } else if (target === "hidden") slot.hidden = Boolean(found)
  else if (target === "disabled") slot.disabled = Boolean(found)
  else if (target === "checked") slot.checked = Boolean(found)
  else if (target === "value") slot.value = found ?? ""
  else if (target.startsWith("--")) slot.style.setProperty(target, found ?? "")
  else attribute(slot, target, found)
}

function attribute(slot, target, found) {
  if (/^on|^srcdoc$|^style$/i.test(target)) throw new Error(`${target} is never filled`)
  if (found == null || found === false) slot.removeAttribute(target)
  else if (/^(src|href|action|poster)$/i.test(target) && !safe(target, String(found))) {
    slot.removeAttribute(target)
  } else if (slot.getAttribute(target) !== String(found)) slot.setAttribute(target, String(found))
}

// Only paths on our server; for pictures, also data that is on the page already.
function safe(target, address) {
  if (/^\/(?!\/)/.test(address)) return true
  return target === "src" && /^(data:image\/(png|jpeg|webp|gif|avif)[;,]|blob:)/.test(address)
}

// "!a.b | name" → the value at a.b, through the filter, negated
export function value(expression, data) {
  const [path, ...names] = expression.split("|").map((part) => part.trim())
  const not = path.startsWith("!")
  let found = (not ? path.slice(1) : path).split(".").reduce((object, name) => object?.[name], data)
  for (const name of names) found = filters.get(name)(found, data)
  return not ? !truthy(found) : found
}

function truthy(found) {
  return Array.isArray(found) ? found.length > 0 : Boolean(found)
}
