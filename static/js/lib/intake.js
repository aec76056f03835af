// Imports a file: writes its bytes to the store part by part, hashes them (SHA-256) on the way, and makes a preview.
// Runs in a worker where there are workers, so that the page stays responsive; else in the page.
import { sha256 } from "../../vendor/noble-hashes-2.4.0/sha2.js"
import { isClip } from "./clip.js"
import { takenAt } from "./exif.js"
import { preview } from "./preview.js"
import { PART, previewOf } from "./store.js"

// → {size, sha256, taken, preview: {size, width, height} | null}. `still`: the first picture of a clip.
export async function intake(store, id, file, { rendition, still = null }) {
  const digest = sha256.create()
  let said = null // when it was taken, by its own word
  for (let n = 0, at = 0; at < file.size; n += 1, at += PART) {
    const bytes = await file.slice(at, at + PART).arrayBuffer()
    digest.update(new Uint8Array(bytes))
    if (!n) said = takenAt(bytes)
    await store.putPart(id, n, bytes)
  }
  const picture = still ?? (isClip(file) ? null : file)
  const small = picture && (await preview(picture, rendition))
  if (small) await store.putPart(previewOf(id), 0, await small.blob.arrayBuffer())
  return {
    size: file.size,
    sha256: hex(digest.digest()),
    taken: new Date(said ?? file.lastModified ?? Date.now()).toISOString(),
    preview: small && { size: small.blob.size, width: small.width, height: small.height },
  }
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
