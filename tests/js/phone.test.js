import assert from "node:assert/strict"
import { test } from "node:test"
import { isInside, obstacle, system } from "../../static/js/lib/phone.js"

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
const IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15"
const PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36"
const FACEBOOK = `${IPHONE} [FBAN/FBIOS;FBAV/480.0]`
const WEBVIEW = "Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36 Version/4.0 Chrome/150.0.0.0 Mobile"
const ALL = { agent: PIXEL, touch: 5, secure: true, installed: false, able: true, permission: "default", key: "BK…" }

test("a phone is known for what it is", () => {
  assert.equal(system({ agent: IPHONE, touch: 5 }), "ios")
  assert.equal(system({ agent: IPAD, touch: 5 }), "ios") // an iPad says that it is a Mac
  assert.equal(system({ agent: IPAD, touch: 0 }), "desk")
  assert.equal(system({ agent: PIXEL, touch: 5 }), "android")
  assert.deepEqual([FACEBOOK, WEBVIEW, PIXEL, IPHONE].map(isInside), [true, true, false, false])
})

test("what stands in the way of messages is told, the first thing to mend first", () => {
  assert.equal(obstacle(ALL), null)
  assert.equal(obstacle({ ...ALL, secure: false, able: false }), "insecure")
  assert.equal(obstacle({ ...ALL, agent: FACEBOOK }), "inside")
  assert.equal(obstacle({ ...ALL, agent: IPHONE, able: false }), "home")
  assert.equal(obstacle({ ...ALL, agent: IPHONE, installed: true }), null)
  assert.equal(obstacle({ ...ALL, able: false }), "never")
  assert.equal(obstacle({ ...ALL, key: null }), "server")
  assert.equal(obstacle({ ...ALL, permission: "denied" }), "denied")
})
