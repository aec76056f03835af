import assert from "node:assert/strict"
import { test } from "node:test"
import { filter, refill, value } from "../../static/js/lib/fill.js"

// As much of an element as filling touches.
function element(rules) {
  const attributes = new Map()
  return {
    dataset: { fill: rules },
    textContent: "",
    hidden: false,
    writes: 0,
    querySelectorAll: () => [],
    getAttribute: (name) => attributes.get(name) ?? null,
    removeAttribute: (name) => attributes.delete(name),
    setAttribute(name, found) {
      this.writes += 1
      attributes.set(name, found)
    },
  }
}

test("a path is followed, may be negated and may pass through a filter", () => {
  filter("loud", (text) => text.toUpperCase())
  const data = { author: { name: "Chloé" }, media: [{ thumb: "/m/1" }], none: [] }
  assert.equal(value("author.name", data), "Chloé")
  assert.equal(value("media.0.thumb", data), "/m/1")
  assert.equal(value("author.role.name", data), undefined)
  assert.equal(value("!none", data), true)
  assert.equal(value("!media.length", data), false)
  assert.equal(value("author.name | loud", data), "CHLOÉ")
})

test("what a volunteer types stays text", () => {
  const typed = "<img src=x onerror=alert(1)>"
  const node = refill(element("text: text; data-status: status; aria-label: text"), { text: typed, status: "held" })
  assert.equal(node.textContent, typed)
  assert.equal(node.getAttribute("data-status"), "held")
  assert.equal(node.getAttribute("aria-label"), typed)
})

test("an address leads to ourselves or is not set", () => {
  const address = (target, found) => refill(element(`${target}: it`), { it: found }).getAttribute(target)
  assert.equal(address("src", "/media/1/thumb.jpg"), "/media/1/thumb.jpg")
  assert.equal(address("src", "data:image/webp;base64,AA"), "data:image/webp;base64,AA")
  assert.equal(address("src", "blob:http://here/1"), "blob:http://here/1")
  for (const bad of ["javascript:alert(1)", "//evil.example/x", "https://evil.example/x", "data:text/html,x", "data:image/svg+xml,x"]) {
    assert.equal(address("src", bad), null, bad)
    assert.equal(address("href", bad), null, bad)
  }
  assert.equal(address("href", "data:image/webp;base64,AA"), null)
})

test("a handler or a style is never filled", () => {
  for (const target of ["onclick", "ONERROR", "style", "srcdoc"]) {
    assert.throws(() => refill(element(`${target}: it`), { it: "x" }), target)
  }
})

test("what did not change is not touched", () => {
  const node = element("src: thumb")
  refill(node, { thumb: "/m/1" })
  refill(node, { thumb: "/m/1" })
  assert.equal(node.writes, 1)
  refill(node, { thumb: null })
  assert.equal(node.getAttribute("src"), null)
})
