// The outbox as it runs in a browser: the real store, the real network, and one tab at a time that uploads.
import { Courier } from "./courier.js"
import { post } from "./post.js"

const PATIENCE = 15_000 // ms that a tab waits for the lock of another, which may be frozen

export function newCourier(store, alone) {
  return new Courier({ store, post, later, alone })
}

// One tab uploads at a time, where the browser has locks; elsewhere, and where the other tab keeps its lock, the ids
// and keys make a duplicate upload harmless.
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

// Only if no page is uploading, which does it better than the service worker.
export function modest(act) {
  return navigator.locks.request("mixroom.outbox", { ifAvailable: true }, (lock) => lock && act())
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}
