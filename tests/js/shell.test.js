import assert from "node:assert/strict"
import { test } from "node:test"
import { isAnothers, isKept, isOurs, kindOf } from "../../static/js/lib/shell.js"

const HERE = "https://mixroom.example.org"
const ask = (path, more = {}) => kindOf({ method: "GET", mode: "cors", url: HERE + path, ...more }, HERE)
const page = (path, more = {}) => ask(path, { mode: "navigate", ...more })
const answer = (status, whose) => ({ ok: status < 300, status, headers: new Headers(whose ? { "Mixroom-For": whose } : {}) })

test("only pages, our files and shares are answered", () => {
  assert.equal(page("/send"), "page")
  assert.equal(page("/me?lang=en"), "page")
  assert.equal(ask("/static/js/lib/api.js?v=1"), "static")
  assert.equal(ask("/send/share", { method: "POST", mode: "navigate" }), "share")
  for (const path of ["/api/v1/session", "/media/x/thumb.jpg", "/socket.io/", "/sw.js"]) assert.equal(ask(path), null)
  assert.equal(page("/send", { method: "POST" }), null)
  assert.equal(kindOf({ method: "GET", mode: "navigate", url: "https://elsewhere.example/send" }, HERE), null)
})

test("the wall is left alone, and what it asks for", () => {
  assert.equal(page("/wall"), null)
  assert.equal(page("/wall?theme=blanc"), null)
  assert.equal(ask("/static/css/wall.css?v=1", { referrer: `${HERE}/wall` }), null)
  assert.equal(ask("/static/css/wall.css?v=1", { referrer: `${HERE}/send` }), "static")
})

test("a page that is not ours is not taken for ours", () => {
  assert.equal(isOurs(answer(200, "driss")), true)
  assert.equal(isOurs(answer(401, "nobody")), true)
  assert.equal(isOurs(answer(503, "driss")), false)
  assert.equal(isOurs(answer(200, null)), false) // a captive portal
})

test("what is kept is /send, whole, and not its confirmation", () => {
  assert.equal(isKept(answer(200, "driss"), `${HERE}/send`), true)
  assert.equal(isKept(answer(200, "driss"), `${HERE}/send?shared=1`), true)
  assert.equal(isKept(answer(200, "driss"), `${HERE}/send?sent=x`), false)
  assert.equal(isKept(answer(200, "driss"), `${HERE}/me`), false)
  assert.equal(isKept(answer(403, "driss"), `${HERE}/send`), false)
  assert.equal(isKept(answer(200, null), `${HERE}/send`), false)
})

test("someone else's page is noticed by the first answer to another", () => {
  const kept = answer(200, "driss")
  assert.equal(isAnothers(kept, answer(200, "driss")), false)
  assert.equal(isAnothers(kept, answer(200, "noe")), true)
  assert.equal(isAnothers(kept, answer(401, "nobody")), true)
  assert.equal(isAnothers(kept, answer(200, null)), false) // a captive portal knows nothing of it
})
