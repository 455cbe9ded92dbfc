"""A tiny CLIP in an ONNX file with a head for aesthetics, and what transformers computes with it.

    python tools/reference/clip_onnx.py models/src/test/resources/dev/latentstream/models \\
        ingest/src/test/resources/dev/latentstream/ingest/scoring/clip

Made with transformers 5.24.0, PyTorch 2.7.1 (CPU), onnx 1.23.2 and Pillow. Exports the folder clip that clip.py wrote, with the tokenizer
of tokenizer-clip, as one would export a real one: pixel_values, input_ids and attention_mask to image_embeds and text_embeds, both of
length 1, and aesthetic, the output of LAION's head (linear layers without activations) for image_embeds. Writes two images and
reference.json: for each image and text the cosine of CLIPModel's embeddings, and for each image the head's output.
"""

import json
import os
import shutil
import sys

import numpy as np
import torch
from PIL import Image
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizerFast

TEXTS = ["a red square", "two dogs that are running on the grass beside a lake in the mountains of the north", "Caf\u00e9, d\u00e9j\u00e0 vu!", "x"]


class Scorer(torch.nn.Module):
    def __init__(self, clip, head):
        super().__init__()
        self.clip, self.head = clip, head

    def forward(self, pixel_values, input_ids, attention_mask):
        output = self.clip(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
        return output.image_embeds, output.text_embeds, self.head(output.image_embeds)


def images(target):
    rows, columns = np.mgrid[0:20, 0:33]
    waves = np.stack([rows * 12, columns * 7, (rows * columns) % 256], axis=-1).astype(np.uint8)
    blocks = np.stack([(rows // 5 + columns // 5) % 2 * 200, rows * 3, 255 - columns * 6], axis=-1).astype(np.uint8)
    for name, pixels in dict(waves=waves, blocks=blocks.transpose(1, 0, 2)).items():
        Image.fromarray(np.ascontiguousarray(pixels)).save(os.path.join(target, name + ".png"))
        yield name, Image.fromarray(np.ascontiguousarray(pixels))


@torch.no_grad()
def main(source, target):
    torch.manual_seed(1)
    os.makedirs(target, exist_ok=True)
    clip = CLIPModel.from_pretrained(os.path.join(source, "clip"), attn_implementation="eager").eval()
    tokenizer = CLIPTokenizerFast.from_pretrained(os.path.join(source, "tokenizer-clip"), model_max_length=12)
    processor = CLIPImageProcessor.from_pretrained(os.path.join(source, "clip"))
    head = torch.nn.Sequential(torch.nn.Linear(20, 8), torch.nn.Dropout(0.2), torch.nn.Linear(8, 1)).eval()
    reference = dict(texts=TEXTS, images={})
    for name, image in images(target):
        pixels = processor(image, return_tensors="pt").pixel_values
        cosines = []
        for text in TEXTS:  # each alone, without padding
            tokens = tokenizer(text, truncation=True, max_length=12, return_tensors="pt")
            output = clip(pixel_values=pixels, **tokens)
            cosines.append(torch.nn.functional.cosine_similarity(output.image_embeds, output.text_embeds).item())
        reference["images"][name] = dict(cosines=cosines, aesthetic=head(output.image_embeds).item())
    tokens = tokenizer(TEXTS[:2], padding="max_length", truncation=True, max_length=12, return_tensors="pt")
    batch = {0: "batch"}
    torch.onnx.export(
        Scorer(clip, head), (pixels.repeat(2, 1, 1, 1), tokens.input_ids, tokens.attention_mask),
        os.path.join(target, "model.onnx"), dynamo=False, opset_version=17,
        input_names=["pixel_values", "input_ids", "attention_mask"], output_names=["image_embeds", "text_embeds", "aesthetic"],
        dynamic_axes=dict(pixel_values=batch, input_ids=batch, attention_mask=batch, image_embeds=batch, text_embeds=batch, aesthetic=batch),
    )
    shutil.copy(os.path.join(source, "tokenizer-clip", "tokenizer.json"), target)
    with open(os.path.join(target, "reference.json"), "w") as out:
        json.dump(reference, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
