// Uploads an entry of the outbox: previews or announcements of its photos, its texts, then the originals. Each
// request can be repeated safely, by the photo's id, the entry's key, or the version that a correction starts from.
import { call, send } from "./api.js"
import * as tus from "./tus.js"

const UPLOADS = "/api/v1/uploads/"

export const post = {
  // Upload the preview, which is reviewed and shown while the original is still to come.
  async preview(photo, bytes, onProgress) {
    const form = new FormData()
    const fields = { id: photo.id, role: "preview", kind: photo.kind, original_sha256: photo.sha256 }
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set("file", new Blob([bytes], { type: "image/jpeg" }), "preview.jpg")
    await send("POST", "/api/v1/media", { body: form, onProgress })
  },

  // Announce an original → {url, offset}, where offset is how many bytes the server has
  announce(photo) {
    const { id, name, type, sha256, size } = photo
    return tus.create(UPLOADS, size, { id, filename: name, filetype: type, sha256 })
  },

  reached: (photo) => tus.reached(UPLOADS + photo.id),

  add: (photo, offset, bytes, options) => tus.add(UPLOADS + photo.id, offset, bytes, options),

  async create(entry, body) {
    await call("POST", "/api/v1/submissions", { json: body, key: entry.key })
  },

  async amend(entry, body) {
    const path = `/api/v1/submissions/${entry.submission}`
    await call("PATCH", path, { json: body, key: entry.key, version: entry.edits })
  },

  async withdraw(id) {
    await call("POST", `/api/v1/submissions/${id}/withdrawal`, { json: {} })
  },

  // Ask which of these files this event already has: sha256 → {submission, mine}
  async known(hashes) {
    const query = new URLSearchParams(hashes.map((hash) => ["sha256", hash]))
    const { body } = await call("GET", `/api/v1/media?${query}`, { timeout: 6000 })
    return new Map(body.items.map((item) => [item.sha256, item]))
  },
}
