// Send what waits on this phone without a page: for the service worker, when the network is back and the app
// is closed. Whose it is, the page has noted; who is signed in, the server says.
import { call, vouch } from "./api.js"
import { modest, newCourier } from "./carrier.js"
import { openStore } from "./store.js"

// Throws where something still waits, so that the browser wakes the service worker again later.
export async function drain() {
  const store = await openStore()
  const by = await store.note("by")
  if (!store.lasting || !by) return
  const { body } = await call("GET", "/api/v1/session")
  if (body?.person !== by) return // another has signed in: it waits for its author
  vouch(body.csrf)
  const courier = newCourier(store, modest)
  courier.by = by
  await courier.pump()
  if ([...courier.entries.values()].some(({ state }) => state === "waiting")) throw new Error("something still waits")
}
