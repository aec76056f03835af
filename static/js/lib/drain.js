// Uploads what waits on this phone without a page: for the service worker, when the network returns while the app is
// closed. The page has noted the author; the server says who is signed in.
import { call, vouch } from "./api.js"
import { modest, newCourier } from "./carrier.js"
import { openStore } from "./store.js"

// Throws while entries still wait, so that the browser wakes the service worker again later.
export async function drain() {
  const store = await openStore()
  const by = await store.note("by")
  if (!store.lasting || !by) return
  const { body } = await call("GET", "/api/v1/session")
  if (body?.person !== by) return // someone else has signed in; the entries wait for their author
  vouch(body.csrf)
  const courier = newCourier(store, modest)
  courier.by = by
  await courier.pump()
  if ([...courier.entries.values()].some(({ state }) => state === "waiting")) throw new Error("something still waits")
}
