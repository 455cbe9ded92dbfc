"""Reference values for the BLIP captioner, made by the transformers library.

    python tools/reference/blip.py models/src/test/resources/dev/latentstream/models

The committed files were made with transformers 4.38.2 and PyTorch 1.13.1 (CPU). The versions in requirements.txt give the
same weights, inputs and generated tokens, and values within 2e-6 of these.

Writes a tiny captioner as transformers saves one (blip/config.json, blip/model.safetensors), the files of its tokenizer
and its preprocessing (blip/vocab.txt, blip/preprocessor_config.json), and blip/reference.safetensors: images in [0,
1], tokens, image tokens, logits, and the tokens of greedy decoding.
"""

import os
import sys

import torch
from safetensors.torch import save_file
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipImageProcessor

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "a", "the", "red", "blue", "fish", "car", "##s", "."]
START, END = WORDS.index("[DEC]"), WORDS.index("[SEP]")


def tiny_blip():
    torch.manual_seed(1)
    config = BlipConfig(
        vision_config=dict(
            hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=16, patch_size=4
        ),
        text_config=dict(
            vocab_size=len(WORDS), hidden_size=16, encoder_hidden_size=24, intermediate_size=28, num_hidden_layers=2,
            num_attention_heads=2, max_position_embeddings=20, bos_token_id=START, sep_token_id=END, eos_token_id=END,
            pad_token_id=0, tie_word_embeddings=False,
        ),
        tie_word_embeddings=False,  # a separate head, as in published checkpoints
    )
    network = BlipForConditionalGeneration(config).eval()
    with torch.no_grad():  # far from the default initialisation, so that every part matters
        for name, parameter in network.named_parameters():
            parameter += 0.25 * torch.randn_like(parameter)
    network.tie_weights()
    return network


def main(target):
    network = tiny_blip()
    folder = os.path.join(target, "blip")
    network.save_pretrained(folder, safe_serialization=True)
    with open(os.path.join(folder, "vocab.txt"), "w") as file:
        file.write("\n".join(WORDS) + "\n")
    BlipImageProcessor(size={"height": 16, "width": 16}).save_pretrained(folder)
    tokenizer = BertTokenizer(os.path.join(folder, "vocab.txt"))
    prompt = torch.tensor([[START] + tokenizer.convert_tokens_to_ids(tokenizer.tokenize("the Red fishs"))] * 3)
    images = torch.rand(3, 3, 16, 16)
    processor = BlipImageProcessor(size={"height": 16, "width": 16})
    mean = torch.tensor(processor.image_mean).view(1, 3, 1, 1)
    deviation = torch.tensor(processor.image_std).view(1, 3, 1, 1)
    pixels = (images - mean) / deviation
    tokens = torch.randint(6, len(WORDS), (3, 7))
    tokens[:, 0] = START
    with torch.no_grad():
        seen = network.vision_model(pixels).last_hidden_state
        scores = network.text_decoder(input_ids=tokens, encoder_hidden_states=seen).logits
        written = network.text_decoder.generate(
            input_ids=prompt, encoder_hidden_states=seen, eos_token_id=END, pad_token_id=0, max_length=16, num_beams=1,
            do_sample=False,
        )
    values = dict(images=images, seen=seen, tokens=tokens, scores=scores, prompt=prompt, written=written)
    save_file({name: tensor.contiguous() for name, tensor in values.items()}, os.path.join(folder, "reference.safetensors"))


if __name__ == "__main__":
    main(sys.argv[1])
