"""Reference values for CLIP's towers, made by the transformers library.

    python tools/reference/clip.py models/src/test/resources/dev/latentstream/models

Made with transformers 4.57.1 and PyTorch 2.7.1 (CPU). Writes three tiny folders as transformers saves them, each with a
reference.safetensors: clip-text (text tower and projection, CLIP's own activation, the older end token id), clip (both
towers, OpenCLIP's activation) and clip-vision (vision tower and projection); and clip-encoder/reference.safetensors: the
states of the first sentences of tokenizer-clip/reference.json by clip-text with that tokenizer, of the same by clip with
tokenizer-clip-h, and the cosine similarities of the latter with clip's images (run byte_pairs.py first). clip-text-2 is a second text
tower; its reference.safetensors has the encodings of these sentences by diffusers' SDXL pipeline of clip-text and it. Also writes
the name and shape of each tensor of the full-size networks, compressed: CLIP-L's text tower, OpenCLIP-H's as in Stable Diffusion 2 (23 layers)
and whole with the vision tower, and bigG's text tower with its projection.
"""

import gzip
import json
import os
import sys

import torch
from diffusers import StableDiffusionXLPipeline
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

WORDS, END = 1100, 1099  # the end token has the highest id, as in CLIP's vocabulary
TEXT = dict(
    vocab_size=WORDS, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2,
    max_position_embeddings=12, bos_token_id=END - 1, pad_token_id=END,
)
VISION = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=16, patch_size=4)


def disturbed(network):
    with torch.no_grad():  # far from the default initialisation, so that every part matters
        for parameter in network.parameters():
            parameter += 0.25 * torch.randn_like(parameter)
    return network.eval()


def tokens():
    rows = torch.randint(0, END - 1, (3, 12))
    rows[:, 0] = END - 1
    for row, length in enumerate((2, 7, 12)):
        rows[row, length - 1 :] = END
    return rows


def save(target, name, network, values):
    folder = os.path.join(target, name)
    network.save_pretrained(folder, safe_serialization=True)
    tensors = {key: tensor.detach().contiguous() for key, tensor in values.items()}
    save_file(tensors, os.path.join(folder, "reference.safetensors"))
    return folder


def text_states(output):
    return dict(penultimate=output.hidden_states[-2], last=output.last_hidden_state)


@torch.no_grad()
def text(target):
    config = CLIPTextConfig(hidden_act="quick_gelu", projection_dim=20, eos_token_id=2, **TEXT)
    network = disturbed(CLIPTextModelWithProjection(config))
    rows = tokens()
    output = network(rows, output_hidden_states=True)
    save(target, "clip-text", network, dict(tokens=rows, embeds=output.text_embeds, **text_states(output)))


@torch.no_grad()
def both(target):
    config = CLIPConfig(
        text_config=dict(hidden_act="gelu", eos_token_id=END, **TEXT), vision_config=dict(hidden_act="gelu", **VISION),
        projection_dim=20,
    )
    network = disturbed(CLIPModel(config))
    processor = CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16})
    images = torch.rand(2, 3, 16, 16)
    mean = torch.tensor(processor.image_mean).view(1, 3, 1, 1)
    deviation = torch.tensor(processor.image_std).view(1, 3, 1, 1)
    rows = tokens()
    rows[0, 4] = 0  # the padding of OpenCLIP's tokenizers: tokens after the end do not change the score
    output = network(rows, (images - mean) / deviation, output_hidden_states=True)
    penultimate = output.text_model_output.hidden_states[-2]
    folder = save(
        target, "clip", network,
        dict(
            tokens=rows, images=images, penultimate=penultimate, last=output.text_model_output.last_hidden_state,
            penultimate_normalised=network.text_model.final_layer_norm(penultimate), text_embeds=output.text_embeds,
            image_embeds=output.image_embeds, logits=output.logits_per_image,
        ),
    )
    processor.save_pretrained(folder)


@torch.no_grad()
def vision(target):
    network = disturbed(CLIPVisionModelWithProjection(CLIPVisionConfig(hidden_act="quick_gelu", projection_dim=20, **VISION)))
    pixels = torch.randn(2, 3, 16, 16)
    output = network(pixels)
    save(target, "clip-vision", network, dict(pixels=pixels, embeds=output.image_embeds, states=output.last_hidden_state))


@torch.no_grad()
def encoder(target):
    with open(os.path.join(target, "tokenizer-clip", "reference.json")) as file:
        texts = [row["text"] for row in json.load(file)[:5]]

    def rows(name):
        tokenizer = CLIPTokenizer.from_pretrained(os.path.join(target, name))
        return tokenizer(texts, padding="max_length", truncation=True, max_length=12, return_tensors="pt").input_ids

    small = CLIPTextModelWithProjection.from_pretrained(os.path.join(target, "clip-text"))
    whole = CLIPModel.from_pretrained(os.path.join(target, "clip"))
    first = small(rows("tokenizer-clip"))
    padded = rows("tokenizer-clip-h")
    output = whole.text_model(padded, output_hidden_states=True)
    penultimate = output.hidden_states[-2]
    with safe_open(os.path.join(target, "clip", "reference.safetensors"), "pt") as file:
        images = file.get_tensor("images")
    processor = CLIPImageProcessor.from_pretrained(os.path.join(target, "clip"))
    mean = torch.tensor(processor.image_mean).view(1, 3, 1, 1)
    deviation = torch.tensor(processor.image_std).view(1, 3, 1, 1)
    scores = whole(padded, (images - mean) / deviation)
    values = dict(
        last=first.last_hidden_state, embeds=first.text_embeds, text_embeds=scores.text_embeds, penultimate=whole.text_model.final_layer_norm(penultimate), penultimate_unnormalised=penultimate,
        cosines=scores.image_embeds @ scores.text_embeds.T,
    )
    os.makedirs(os.path.join(target, "clip-encoder"), exist_ok=True)
    save_file(
        {key: tensor.contiguous() for key, tensor in values.items()},
        os.path.join(target, "clip-encoder", "reference.safetensors"),
    )


@torch.no_grad()
def pair(target):
    with open(os.path.join(target, "tokenizer-clip", "reference.json")) as file:
        texts = [row["text"] for row in json.load(file)[:5]]
    sizes = {**TEXT, "hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2}
    config = CLIPTextConfig(hidden_act="gelu", projection_dim=10, eos_token_id=END, **sizes)
    second = disturbed(CLIPTextModelWithProjection(config))
    pipeline = StableDiffusionXLPipeline(
        vae=None, unet=None, scheduler=None,
        text_encoder=CLIPTextModel.from_pretrained(os.path.join(target, "clip-text")).eval(), text_encoder_2=second,
        tokenizer=CLIPTokenizer.from_pretrained(os.path.join(target, "tokenizer-clip"), model_max_length=12),
        tokenizer_2=CLIPTokenizer.from_pretrained(os.path.join(target, "tokenizer-clip-h"), model_max_length=12),
    )
    states, _, pooled, _ = pipeline.encode_prompt(texts, device="cpu", do_classifier_free_guidance=False)
    save(target, "clip-text-2", second, dict(states=states, pooled=pooled))


def names(target):
    large = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12)
    huge = dict(hidden_size=1024, intermediate_size=4096, num_attention_heads=16, hidden_act="gelu")
    giant = dict(hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, hidden_act="gelu")
    eyes = dict(
        hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=16, patch_size=14, image_size=224,
        hidden_act="gelu",
    )
    with torch.device("meta"):
        networks = {
            "clip-l-text": CLIPTextModel(CLIPTextConfig(**large)),
            "openclip-h-text-sd2": CLIPTextModel(CLIPTextConfig(num_hidden_layers=23, **huge)),
            "openclip-h": CLIPModel(
                CLIPConfig(text_config=dict(num_hidden_layers=24, **huge), vision_config=eyes, projection_dim=1024)
            ),
            "openclip-bigg-text": CLIPTextModelWithProjection(CLIPTextConfig(projection_dim=1280, **giant)),
        }
    for name, network in networks.items():
        lines = [n + " " + "x".join(map(str, t.shape)) + "\n" for n, t in sorted(network.state_dict().items())]
        with open(os.path.join(target, name + ".names.gz"), "wb") as file:
            file.write(gzip.compress("".join(lines).encode(), mtime=0))


def main(target):
    torch.manual_seed(1)
    text(target)
    both(target)
    vision(target)
    encoder(target)
    pair(target)
    names(target)


if __name__ == "__main__":
    main(sys.argv[1])
