"""Reconstruction quality of the original on photographs: TAESDXL in diffusers.

    python tools/reference/taesdxl.py ASSETS models/src/test/resources/dev/latentstream/models/taesdxl.json

ASSETS is a folder with taesdxl/taesdxl_encoder.safetensors, taesdxl/taesdxl_decoder.safetensors (madebyollin/taesd) and
photos/*.jpg. Made with diffusers 0.42.0, PyTorch 2.7.1 (CPU, float32) and Pillow. Of each photograph the central 128 x 128
pixels are used, from column (width - 128) // 2 and row (height - 128) // 2: nothing is resized. Writes the
sum of the bytes of these pixels, which reveals another JPEG decoder, and the PSNR in decibels of values in [0, 1], to which
outputs are clamped.
"""

import json
import math
import os
import sys

import numpy
import torch
from diffusers import AutoencoderTiny
from PIL import Image
from safetensors.torch import load_file

SIDE = 128


def original(folder):
    network = AutoencoderTiny()
    state = {}
    for name, tensor in load_file(os.path.join(folder, "taesdxl_encoder.safetensors")).items():
        state["encoder.layers." + name] = tensor.float()
    for name, tensor in load_file(os.path.join(folder, "taesdxl_decoder.safetensors")).items():
        place, rest = name.split(".", 1)  # the original counts the clamp as layer 0
        state["decoder.layers.%d.%s" % (int(place) - 1, rest)] = tensor.float()
    network.load_state_dict(state)
    return network.eval()


@torch.no_grad()
def main(assets, target):
    network = original(os.path.join(assets, "taesdxl"))
    rows = {}
    for name in sorted(os.listdir(os.path.join(assets, "photos"))):
        if name.endswith(".jpg"):
            photo = numpy.asarray(Image.open(os.path.join(assets, "photos", name)).convert("RGB"))
            row, column = (photo.shape[0] - SIDE) // 2, (photo.shape[1] - SIDE) // 2
            crop = photo[row : row + SIDE, column : column + SIDE]
            assert crop.shape == (SIDE, SIDE, 3), (name, photo.shape)
            image = torch.from_numpy(crop.copy()).permute(2, 0, 1).unsqueeze(0).float() / 255
            latents = network.encode(2 * image - 1).latents
            decoded = ((network.decode(latents).sample + 1) / 2).clamp(0, 1)
            error = (decoded - image).double().square().mean().item()
            rows[name] = {"sum": int(crop.astype(numpy.int64).sum()), "psnr": round(-10 * math.log10(error), 5)}
    with open(target, "w") as file:
        json.dump(rows, file, indent=1)
        file.write("\n")
    print(len(rows), "photographs, mean", sum(row["psnr"] for row in rows.values()) / len(rows))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
