// The type sizes that a room requires, by ANSI/AVIXA V202.01 (DISCAS, basic decision making): an element is at least
// as high as the farthest viewer's distance ÷ (200 × the image's height). Pure; lengths in metres, results as
// fractions of the image's height.
//
// Read strictly, the element is the small letter, so this applies to texts to be read (posters, quotations, stories,
// heroes). For names and hours it is the size of the type.
export const X_HEIGHT = 0.52 // relative to the type size: Bricolage, condensed; a test measures it
export const USUAL = { height: 2, distance: 12, light: "dim" } // a projector
export const UPRIGHT = { height: 1.2, distance: 4, light: "dim" } // a panel in a passage
const QR_REACH = 10 // a code can be scanned from ten times its width
export const IN_TIME = 280 // characters of a caption that can be read while an item is shown

export function calibrate({ height, distance, light } = USUAL) {
  const ratio = Math.min(16, Math.max(2, distance / height))
  const element = ratio / 200
  return {
    place: { height, distance },
    ratio,
    read: element / X_HEIGHT,
    credit: Math.max(0.02, element),
    longest: longest(element / X_HEIGHT),
    qr: Math.min(0.6, Math.max(0.16, ratio / 2 / QR_REACH)), // can be scanned from the middle of the room
    rows: ratio > 12 ? 1 : ratio > 8 ? 2 : 3, // of the mosaic: faces in smaller tiles cannot be recognised
    theme: light === "bright" ? "blanc" : "noir", // a projector cannot show black in a lit room
  }
}

// The characters of a caption that fit beside a picture at that size (a third of a 16:9 screen, seven tenths of its
// height), and no more than there is time to read.
function longest(read) {
  const perLine = ((16 / 9) * 0.34) / (read * 0.43)
  const lines = Math.floor(0.7 / (read * 1.02))
  return Math.min(IN_TIME, Math.round(perLine * lines))
}
