// Carries the words and the pictures of a message to an app: by the share sheet where the phone can share files, else
// the words go to the clipboard and the pictures are saved.
import { placed } from "./cropping.js"

const QUALITY = 0.9
const NAME = "mixroom"
const PATIENCE = 8000 // milliseconds for a picture; then it is carried without

// The pictures [{url, focus}] in the size and crop of a channel, as files. They are made before someone taps: a phone
// shares only what it has at the moment of the tap.
export async function prepare(pictures, crop) {
  const files = await Promise.all(pictures.map((picture, index) => cropped(picture, crop, index + 1)))
  return files.filter(Boolean)
}

// → "shared" | "copied" | "copied.pictures" | "selected" | "cancelled"; `select` has the person copy by hand.
export async function carry(text, files, select) {
  if (files.length && navigator.canShare?.({ files })) {
    const copying = navigator.clipboard?.writeText(text) // some apps take only the pictures of what is shared
    copying?.catch(() => {})
    try {
      await navigator.share({ text, files })
      return "shared"
    } catch (error) {
      if (error.name === "AbortError") return "cancelled"
    }
  }
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
  for (const file of files) save(file)
  if (!copied) select()
  return copied ? (files.length ? "copied.pictures" : "copied") : "selected"
}

// One picture; null if it cannot be had now.
async function cropped({ url, focus }, crop, number) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
    if (!answer.ok) return null
    const bitmap = await createImageBitmap(await answer.blob())
    const canvas = Object.assign(document.createElement("canvas"), crop)
    const { x, y, width, height } = placed(bitmap.width, bitmap.height, crop, focus)
    canvas.getContext("2d").drawImage(bitmap, x, y, width, height)
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))
    return new File([blob], `${NAME}-${number}.jpg`, { type: "image/jpeg" })
  } catch {
    return null
  }
}

function save(file) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
