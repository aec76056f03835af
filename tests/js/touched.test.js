// A page is not drawn anew, and not left without a question, while a field holds what a person put there.
import assert from "node:assert/strict"
import { test } from "node:test"
import { isTouched } from "../../static/js/lib/touched.js"

const field = (more) => ({ localName: "input", type: "text", readOnly: false, value: "a", defaultValue: "a", ...more })
const holding = (...fields) => ({ querySelectorAll: () => fields })

function list(options, { multiple = false } = {}) {
  const shown = options.map(([defaultSelected, selected]) => ({ defaultSelected, selected }))
  const selectedOptions = shown.filter(({ selected }) => selected)
  const selectedIndex = shown.findIndex(({ selected }) => selected)
  return field({ localName: "select", type: "select-one", multiple, options: shown, selectedOptions, selectedIndex })
}

const AS_SENT = {
  text: field(),
  "a token": field({ type: "hidden", value: "b" }),
  "an address to copy": field({ readOnly: true, value: "b" }),
  "a ticked box": field({ type: "checkbox", checked: true, defaultChecked: true, value: "b" }),
  "no file": field({ type: "file", files: [] }),
  "a list with a choice": list([[false, false], [true, true]]),
  "a list without": list([[false, true], [false, false]]),
  "a list of several, none chosen": list([[false, false]], { multiple: true }),
}
const TOUCHED = {
  text: field({ value: "b" }),
  "a box ticked": field({ type: "checkbox", checked: true, defaultChecked: false }),
  "a box cleared": field({ type: "radio", checked: false, defaultChecked: true }),
  "a file": field({ type: "file", files: [{ size: 1 }] }),
  "another choice": list([[false, true], [true, false]]),
  "a choice where there was none": list([[false, false], [false, true]]),
  "one more of several": list([[true, true], [false, true]], { multiple: true }),
}

for (const [name, one] of Object.entries(AS_SENT)) {
  test(`as sent: ${name}`, () => assert.equal(isTouched(holding(one)), false))
}
for (const [name, one] of Object.entries(TOUCHED)) {
  test(`touched: ${name}`, () => assert.equal(isTouched(holding(field(), one)), true))
}
