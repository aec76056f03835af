"""The limits of photos, logos and clips, and the sizes of their renditions."""

MAX_SIDE, MIN_SIDE = 20_000, 16  # pixels
MAX_ASPECT = 20
MAX_ICC_BYTES = 1 << 20
MAX_SCANS = 100  # a progressive JPEG of a camera has about ten
MAX_SEGMENTS = 2_000  # markers before the pixels; a large panorama's XMP needs some hundred

WALL, WALL_MAX = 1920, 2048  # pixels of the long edge; only a longer picture is scaled, to WALL
CARD = 960
THUMB = 320
STEPS = {"wall": 0.455, "card": 0.52, "thumb": 0.52, "plain": 0.455}  # of a JPEG; less is finer
LOGO = 1200  # pixels of the long edge: fills the card of a 4K wall
LOGO_ASPECT = 12

PAGE = 1100  # pixels of the long edge of a drawn page
PAGES_DRAWN = 3  # of a document, the first ones
MAX_PAGES = 100_000  # a book has a thousand
MIN_PAGE_POINTS, MAX_PAGE_POINTS = 20, 20_000  # of a page's sides: a stamp, a banner of 7 m
PAGE_ASPECT = 20

MAX_LOOSE_BYTES = 100_000_000  # of a file that is neither a photo nor a clip

MAX_CLIP_SECONDS = 185  # three minutes, and a late press of the button
MAX_CLIP_LONG, MAX_CLIP_SHORT = 3840, 2160  # pixels of the long and the short side
MAX_CLIP_RATE = 120  # frames per second
SHOWN_SIDE, SHOWN_RATE = 720, 30  # of a converted clip: short side, frames per second
COPIED_RATE, COPIED_BITS = 60, 8_000_000  # up to these per second, a clip is only copied
MAX_CLIP_BYTES = 256 << 20  # of the converted clip: three minutes at COPIED_BITS, and some room
