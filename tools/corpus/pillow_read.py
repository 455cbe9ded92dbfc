"""Reads each image of FOLDER/files with Pillow and stores it as FOLDER/pillow/HASH.png: upright, in sRGB, on white.

Usage: pillow_read.py FOLDER. Files that Pillow refuses are listed in FOLDER/refused.tsv with its message.
"""

import io
import multiprocessing
import pathlib
import sys
import warnings

from PIL import Image, ImageCms, ImageOps, PngImagePlugin

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]
SRGB = ImageCms.createProfile("sRGB")


def upright(image):
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode in ("I;16", "I;16B", "I;16L"):  # Pillow clips these at 255
        image = Image.frombytes("L", image.size, bytes(_high_bytes(image)))
    if image.mode == "La":  # Pillow converts it to this alone
        image = image.convert("LA")
    if image.mode in ("P", "PA", "LA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode in ("1", "I", "F", "LAB", "YCbCr"):
        image = image.convert("RGB")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = in_srgb(image.convert("RGB") if alpha else image, profile)
    white = Image.new("RGB", image.size, "white")
    white.paste(colours, mask=alpha)
    return white


def _high_bytes(image):
    data = image.tobytes()
    return data[0::2] if image.mode == "I;16B" else data[1::2]


def in_srgb(image, profile):
    """Applies a profile of the image's own colour space; grey is expanded for one of RGB. Others are ignored."""
    if not profile:
        return image.convert("RGB")
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = opened.profile.xcolor_space.strip()
        mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(space)
        if mode is None or (mode == "CMYK") != (image.mode == "CMYK") or (mode == "L" and image.mode != "L"):
            return image.convert("RGB")
        return ImageCms.profileToProfile(image.convert(mode), opened, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")


def read(path):
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = 100_000_000
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 1 << 30  # texts are not what is compared
    target = path.parent.parent / "pillow" / (path.name + ".png")
    try:
        with Image.open(path, formats=FORMATS) as image:
            image.load()
            upright(image).save(target, compress_level=1)
        return None
    except Exception as refused:  # Pillow has no common type for bad files
        return "%s\t%s: %s" % (path.name, type(refused).__name__, " ".join(str(refused).split())[:200])


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    (folder / "pillow").mkdir(exist_ok=True)
    with multiprocessing.Pool(2, maxtasksperchild=100) as pool:
        refused = [line for line in pool.imap(read, sorted((folder / "files").iterdir())) if line]
    (folder / "refused.tsv").write_text("\n".join(refused) + "\n")
    print("%d refused" % len(refused))
