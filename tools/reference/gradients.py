"""Gradients of the tiny networks that autoencoder.py and blip.py made, by the original implementations.

    python tools/reference/gradients.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2, transformers 4.57.1 and PyTorch 2.7.1 (CPU). Writes autoencoder-tiny-gradients/reference.safetensors
and blip-gradients/reference.safetensors: inputs, a loss, and its gradient by every weight; the captioner's head is tied
to the token embeddings, as in transformers.
"""

import os
import sys

import torch
from diffusers import AutoencoderTiny
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, mse_loss
from transformers import BlipForConditionalGeneration


def write(target, name, network, loss, **inputs):
    loss.backward()
    folder = os.path.join(target, name + "-gradients")
    os.makedirs(folder, exist_ok=True)
    out = dict(inputs, loss=loss.detach().reshape(1))
    for key, weight in network.named_parameters():
        if weight.grad is not None:  # of the two biases of BLIP's head in transformers 5 one is not used
            out["gradient." + key] = weight.grad
    save_file({key: tensor.contiguous() for key, tensor in out.items()}, os.path.join(folder, "reference.safetensors"))


def main(target):
    torch.manual_seed(1)
    network = AutoencoderTiny.from_pretrained(os.path.join(target, "autoencoder-tiny")).train()
    images = torch.rand(2, 3, 16, 24)
    decoded = (network.decode(network.encode(2 * images - 1).latents).sample + 1) / 2
    write(target, "autoencoder-tiny", network, mse_loss(decoded, images), images=images)

    network = BlipForConditionalGeneration.from_pretrained(os.path.join(target, "blip"), attn_implementation="eager").eval()
    network.tie_weights()
    pixels = torch.randn(2, 3, 16, 16)
    tokens = torch.randint(6, network.config.text_config.vocab_size, (2, 7))
    seen = network.vision_model(pixels).last_hidden_state
    scores = network.text_decoder(input_ids=tokens, encoder_hidden_states=seen).logits
    loss = cross_entropy(scores[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    write(target, "blip", network, loss, pixels=pixels, tokens=tokens)


if __name__ == "__main__":
    main(sys.argv[1])
