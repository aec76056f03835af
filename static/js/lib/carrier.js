// The outbox as it runs in a browser: the real store, the real network, and one carrier at a time.
import { Courier } from "./courier.js"
import { post } from "./post.js"

const PATIENCE = 15_000 // ms that a tab waits for another one that holds the lock and may be frozen

export function newCourier(store, alone) {
  return new Courier({ store, post, later, alone })
}

// One tab carries at a time, where the browser can say so; elsewhere, and where the other tab does not let
// go, the ids and keys keep a double harmless.
export async function patient(act) {
  if (!navigator.locks) return act()
  const waiting = new AbortController()
  const cancel = later(PATIENCE, () => waiting.abort())
  try {
    return await navigator.locks.request("mixroom.outbox", { signal: waiting.signal }, () => {
      cancel()
      return act()
    })
  } catch (error) {
    if (error.name !== "AbortError") throw error
    return act()
  }
}

// Only if nobody else carries: a page does it better than the service worker.
export function modest(act) {
  return navigator.locks.request("mixroom.outbox", { ifAvailable: true }, (lock) => lock && act())
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}
