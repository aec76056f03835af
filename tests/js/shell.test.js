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

test("a projector's page, its files and its pictures are answered", () => {
  assert.equal(page("/wall?theme=blanc"), "page")
  assert.equal(ask("/static/css/wall.css?v=1", { referrer: `${HERE}/wall` }), "static")
  const referrer = `${HERE}/wall?theme=blanc`
  assert.equal(ask("/media/x/wall-1.jpg", { referrer }), "picture")
  assert.equal(ask("/sponsors/x/logo-1.png", { referrer }), "picture")
  for (const path of ["/media/x/clip-1.mp4", "/sponsors", "/api/v1/views/wall"]) assert.equal(ask(path, { referrer }), null)
  assert.equal(ask("/media/x/wall-1.jpg", { referrer: `${HERE}/send` }), null)
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
  assert.equal(isKept(answer(200, "driss"), `${HERE}/shifts`), true)
  assert.equal(isKept(answer(200, "driss"), `${HERE}/shifts/timetable`), false)
  assert.equal(isKept(answer(200, "driss"), `${HERE}/me`), false)
  assert.equal(isKept(answer(403, "driss"), `${HERE}/send`), false)
  assert.equal(isKept(answer(200, null), `${HERE}/send`), false)
})

test("a wall is kept for its screen, and the code of a screen without one is not", () => {
  assert.equal(isKept(answer(200, "mur"), `${HERE}/wall?lang=en`), true)
  assert.equal(isKept(answer(200, "nobody"), `${HERE}/wall`), false)
  assert.equal(isKept(answer(503, "mur"), `${HERE}/wall`), false)
})

test("someone else's page is noticed by the first answer to another", () => {
  const kept = answer(200, "driss")
  assert.equal(isAnothers(kept, answer(200, "driss")), false)
  assert.equal(isAnothers(kept, answer(200, "noe")), true)
  assert.equal(isAnothers(kept, answer(401, "nobody")), true)
  assert.equal(isAnothers(kept, answer(200, null)), false) // a captive portal knows nothing of it
})
