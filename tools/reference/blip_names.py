"""Configuration, tensor names and shapes of the full-size BLIP captioners, by the transformers library.

    python tools/reference/blip_names.py models/src/test/resources/dev/latentstream/models

Made with transformers 4.57.1. Writes blip-base.json and blip-large.json, config.json as transformers saves it, and
blip-base.names.gz and blip-large.names.gz. Nothing is allocated. Prints the numbers of parameters, the head's matrix counted
once with the token embeddings that it is tied to.
"""

import gzip
import os
import sys

import torch
from transformers import BlipConfig, BlipForConditionalGeneration

TEXT = dict(num_attention_heads=12)
LARGE = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16)


def main(target):
    for name, vision in (("blip-base", {}), ("blip-large", LARGE)):
        config = BlipConfig(text_config=TEXT, vision_config=dict(image_size=384, **vision))
        with torch.device("meta"):
            network = BlipForConditionalGeneration(config)
        network.tie_weights()
        network.config.architectures = ["BlipForConditionalGeneration"]
        network.config.to_json_file(os.path.join(target, name + ".json"))
        lines = [n + " " + "x".join(map(str, t.shape)) + "\n" for n, t in sorted(network.state_dict().items())]
        with open(os.path.join(target, name + ".names.gz"), "wb") as file:
            file.write(gzip.compress("".join(lines).encode(), mtime=0))
        print(name, network.num_parameters())


if __name__ == "__main__":
    main(sys.argv[1])
