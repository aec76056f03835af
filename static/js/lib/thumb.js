// Makes a thumbnail of a photo on this phone. It resizes while decoding, because ten full photos in memory are too
// much for a page. Null where the browser cannot show the format (mostly HEIC).
import { paper } from "./paper.js"

const HEIGHT = 320

export async function thumb(blob) {
  try {
    const bitmap = await createImageBitmap(blob, { resizeHeight: HEIGHT, resizeQuality: "medium" })
    const canvas = document.createElement("canvas")
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    paper(canvas).drawImage(bitmap, 0, 0)
    bitmap.close()
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8))
    canvas.width = 0 // iOS frees the memory only then
    return small ? URL.createObjectURL(small) : null
  } catch {
    return null
  }
}
