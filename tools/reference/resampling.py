"""Hashes of images that Pillow has resized.

    python tools/reference/resampling.py models/src/test/resources/dev/latentstream/models/resampling.json

Made with Pillow 13.0.0 and numpy. The image is 37 x 23 pixels, whose values the test computes by the same formula.
"""

import hashlib
import json
import sys

import numpy as np
from PIL import Image

rows, columns = np.mgrid[0:23, 0:37]
pixels = np.stack([rows * 11, columns * 6, rows * columns * 7 % 256], axis=-1).astype(np.uint8)
image = Image.fromarray(pixels)
hashes = {
    f"{name} {width} x {height}": hashlib.sha256(image.resize((width, height), kind).tobytes()).hexdigest()
    for name, kind in {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}.items()
    for width, height in [(37, 23), (18, 11), (12, 23), (37, 5), (1, 1), (80, 61), (8, 64)]
}
with open(sys.argv[1], "w") as out:
    json.dump(hashes, out, indent=1)
    out.write("\n")
