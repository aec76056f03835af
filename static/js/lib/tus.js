// A tus 1.0.0 client for a file uploaded in portions: announce it, ask for the offset, append. Only the server knows
// the offset; after any failure it is asked again.
import { ApiError, send } from "./api.js"

const VERSION = { "Tus-Resumable": "1.0.0" }

// → {url, offset} of a new upload, or of an earlier one with the same id
export async function create(endpoint, size, metadata) {
  const answer = await send("POST", endpoint, {
    headers: { ...VERSION, "Upload-Length": String(size), "Upload-Metadata": encoded(metadata) },
  })
  const offset = Number(answer.header("Upload-Offset") ?? 0)
  const location = answer.header("Location")
  if (!location) throw new ApiError({ code: "network" }) // the answer is not from our server
  return { url: beside(endpoint, location), offset }
}

// → the offset: how many bytes the server has
export async function reached(url) {
  const answer = await send("HEAD", url, { headers: VERSION })
  return Number(answer.header("Upload-Offset"))
}

// → the offset after these bytes
export async function add(url, offset, bytes, { onProgress, signal } = {}) {
  const headers = { ...VERSION, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" }
  const answer = await send("PATCH", url, { headers, body: bytes, onProgress, signal })
  return Number(answer.header("Upload-Offset"))
}

// tus metadata: "name base64,name base64"
export function encoded(metadata) {
  return Object.entries(metadata)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => `${name} ${base64(String(value))}`)
    .join(",")
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

// A proxy may return another host: use the one that was asked.
function beside(endpoint, location) {
  const asked = new URL(endpoint, globalThis.location?.href)
  return new URL(new URL(location, asked).pathname, asked).href
}
