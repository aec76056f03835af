"""The limits of photos, logos and clips, and the sizes of their renditions."""

MAX_SIDE = 20_000
MAX_ASPECT = 20
MIN_SIDE = 16
MAX_ICC_BYTES = 1 << 20
MAX_SCANS = 100  # a progressive JPEG of a camera has about ten
MAX_SEGMENTS = 2_000  # markers before the pixels; a large panorama's XMP needs some hundred

WALL, WALL_MAX = 1920, 2048  # long edge; between the two a picture is kept as it was decoded
CARD = 960
THUMB = 320
LOGO = 1200  # long edge of a logo: the whole screen's card on a 4K wall
LOGO_ASPECT = 12
QUALITY = 80

LONGEST_CLIP = 185  # seconds: three minutes, and a thumb's delay
CLIP_LONG, CLIP_SHORT = 3840, 2160  # pixels, whichever way the phone was held
CLIP_RATE = 120  # pictures a second
SHOWN_SIDE, SHOWN_RATE = 720, 30  # what a clip is made into: short side, pictures a second
AS_IT_IS_RATE, AS_IT_IS_BITS = 60, 8_000_000  # a clip up to this is not converted, only cleaned
MAX_CLIP_BYTES = 256 << 20  # of the MP4 that is made: three minutes at AS_IT_IS_BITS, and room
