"""Drawings with text, and what RapidOCR reads in them and in photographs.

    python tools/reference/text_scores.py ingest/src/test/resources/dev/latentstream/ingest/scoring/text PHOTOS

Made with rapidocr-onnxruntime 1.4.4, opencv-python 4.13.0.92, numpy and Pillow 13.0.0; PHOTOS is a folder of photographs, which are not
copied. Each line is recognised alone (rec_batch_num=1), since a line beside a longer one is padded to its width and read differently.
Writes the drawings and reference.json: for each image the boxes found, the share of its area under those that are read with a confidence
of 0.5 or more, the greatest confidence, and the number of such lines.
"""

import json
import os
import sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr_onnxruntime import RapidOCR

MIN_CONFIDENCE = 0.5
PHOTOS = ["000000000790", "000000078499", "000000099053", "000000107438", "000000205401", "000000214753"]


def background(width, height):
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack([60 + rows * 90 // height, 120 + columns * 60 // width, 150 - rows * 60 // height], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8))


def lettering(image, text, at, size, colour, turned=0):
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    layer = Image.new("RGBA", (right - left + 4, bottom - top + 4), (0, 0, 0, 0))
    ImageDraw.Draw(layer).text((2 - left, 2 - top), text, font=font, fill=colour)
    layer = layer.rotate(turned, expand=True, resample=Image.BICUBIC)
    image.paste(layer, at, layer)


def drawings():
    plain = background(320, 240)
    caption = background(480, 320)
    lettering(caption, "A LINE OF TEXT BELOW", (40, 262), 34, (255, 255, 255, 255))
    lettering(caption, "photo: somebody", (350, 8), 14, (20, 20, 20, 255))
    watermark = background(480, 480)
    for row in range(3):
        lettering(watermark, "WATERMARK", (20 + 90 * row, 60 + 110 * row), 44, (255, 255, 255, 110), 20)
    turned = background(320, 480)
    lettering(turned, "from below to above", (8, 60), 24, (255, 255, 255, 255), 90)
    lettering(turned, "from above to below", (280, 60), 24, (255, 255, 255, 255), 270)
    lettering(turned, "UPSIDE DOWN", (70, 20), 28, (255, 240, 0, 255), 180)
    banner = background(720, 60)
    lettering(banner, "a banner that is twelve times as wide as high", (20, 12), 30, (255, 255, 255, 255))
    rings = background(400, 300)
    draw = ImageDraw.Draw(rings)
    for ring in range(4):
        draw.ellipse((60 + 70 * ring, 90, 150 + 70 * ring, 180), outline=(255, 255, 255), width=6)
    return dict(plain=plain, caption=caption, watermark=watermark, turned=turned, banner=banner, rings=rings)


def reference(reader, image):
    height, width = image.shape[:2]
    found, _ = reader(image)
    covered = np.zeros((height, width), np.uint8)
    lines = [dict(box=np.array(box, int).tolist(), confidence=float(confidence), text=text) for box, text, confidence in found or []]
    read = [line for line in lines if line["confidence"] >= MIN_CONFIDENCE]
    for line in read:
        cv2.fillPoly(covered, np.array(line["box"], np.int32).reshape(1, -1, 2), 1)
    return dict(
        area=float(covered.sum()) / (width * height),
        confidence=max((line["confidence"] for line in lines), default=0.0),
        lines=len(read),
        found=lines,
    )


def main(target, photos):
    os.makedirs(target, exist_ok=True)
    reader = RapidOCR(text_score=0.0, rec_batch_num=1, intra_op_num_threads=1, inter_op_num_threads=1)
    reader.text_rec.rec_batch_num = 1
    result = {}
    for name, drawing in drawings().items():
        file = os.path.join(target, name + ".png")
        drawing.save(file, optimize=True)
        result[name + ".png"] = reference(reader, cv2.imread(file))
    for name in PHOTOS:
        result[name + ".jpg"] = reference(reader, cv2.imread(os.path.join(photos, name + ".jpg")))
    with open(os.path.join(target, "reference.json"), "w") as out:
        json.dump(result, out, indent=1, ensure_ascii=True)
        out.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
