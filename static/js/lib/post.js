// How an entry of the outbox travels: its photos first, then its words, each with what makes a repeat
// harmless (the photo's id, the entry's key, the version that a correction starts from).
import { call, upload } from "./api.js"

export const post = {
  async media(photo, bytes, onProgress) {
    const form = new FormData()
    form.set("id", photo.id)
    form.set("file", new Blob([bytes], { type: photo.type }), photo.name)
    await upload("/api/v1/media", form, { onProgress })
  },

  async create(entry, body) {
    await call("POST", "/api/v1/submissions", { json: body, key: entry.key })
  },

  async amend(entry, body) {
    const path = `/api/v1/submissions/${entry.id}`
    await call("PATCH", path, { json: body, key: entry.key, version: entry.edits })
  },

  async withdraw(id) {
    await call("POST", `/api/v1/submissions/${id}/withdrawal`, { json: {} })
  },
}
