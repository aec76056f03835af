"""How sharp a rendition is, and how like a perfect reduction of its photograph.

A perfect reduction decodes everything, converts the colours at full size, and scales by Lanczos.
"""

import io

import numpy as np
from PIL import Image, ImageCms, ImageOps

Plane = np.ndarray


def perfect(photo: bytes, size: tuple[int, int]) -> Image.Image:
    """Return the best picture of this size that can be made of a photograph."""
    picture = Image.open(io.BytesIO(photo))
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    if profile:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb, intent = ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
        picture = ImageCms.profileToProfile(picture, opened, srgb, renderingIntent=intent)
    return picture.resize(size, Image.Resampling.LANCZOS)


def saved(picture: Image.Image) -> Image.Image:
    """Return the picture as it comes back from a JPEG of quality 80."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return Image.open(out)


def sharpness(picture: Image.Image) -> float:
    """Return the variance of the Laplacian of the brightness."""
    y = _brightness(picture)
    around = y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:]
    return float((4 * y[1:-1, 1:-1] - around).var())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return the structural similarity (SSIM) of the brightness: 1 for the same picture."""
    a, b = _brightness(one), _brightness(other)
    mean_a, mean_b = _blurred(a), _blurred(b)
    variances = _blurred(a * a) - mean_a**2 + _blurred(b * b) - mean_b**2
    covariance = _blurred(a * b) - mean_a * mean_b
    light, contrast = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_a * mean_b + light) * (2 * covariance + contrast)
    return float((alike / ((mean_a**2 + mean_b**2 + light) * (variances + contrast))).mean())


_WEIGHTS = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))


def _blurred(plane: Plane) -> Plane:
    """Return the plane blurred by a Gaussian of 11 x 11 pixels, without its border."""
    weights = _WEIGHTS / _WEIGHTS.sum()
    height, width = plane.shape[0] - 10, plane.shape[1] - 10
    rows = sum(weight * plane[at : at + height] for at, weight in enumerate(weights))
    return sum(weight * rows[:, at : at + width] for at, weight in enumerate(weights))


def _brightness(picture: Image.Image) -> Plane:
    return np.asarray(picture.convert("L"), float)
