"""Reference values for the BLIP-2 captioner, made by the transformers library.

    python tools/reference/blip2.py models/src/test/resources/dev/latentstream/models

Run byte_pairs.py first: the vocabulary is that of tokenizer-opt. Writes blip2/ as transformers saves a tiny captioner, with
reference.safetensors: images in [0, 1], image tokens, outputs of the Q-Former, a prompt, logits of each next token,
the tokens of greedy decoding with and without the prompt, and of two to four beams for more
images, with a more frequent token as the end, and with three tokens each of which is an end. Also writes blip2-opt-2.7b.json and blip2-opt-2.7b.names.gz:
configuration, name and shape of each tensor of the full-size network, which is not allocated.
"""

import gzip
import os
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, Blip2Config, Blip2ForConditionalGeneration, BlipImageProcessor

IMAGE = 760  # after the vocabulary of tokenizer-opt
COMMON = 152  # a frequent token of this network
ALSO = 528  # another
END = 661  # a token that this network generates after a few others


def config(end, **parts):
    text = dict(model_type="opt", bos_token_id=2, eos_token_id=end, pad_token_id=1, **parts["text"])
    network = Blip2Config(
        vision_config=parts["vision"], qformer_config=parts["qformer"], text_config=text, image_token_index=parts["image"],
        num_query_tokens=parts["queries"],
    )
    network.architectures = ["Blip2ForConditionalGeneration"]
    return network


def tiny():
    torch.manual_seed(3)
    network = Blip2ForConditionalGeneration(config(
        END, image=IMAGE, queries=5,
        vision=dict(
            hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=16, patch_size=4
        ),
        qformer=dict(
            vocab_size=10, hidden_size=16, encoder_hidden_size=24, intermediate_size=28, num_hidden_layers=3,
            num_attention_heads=2, cross_attention_frequency=2,
        ),
        text=dict(
            vocab_size=768, hidden_size=20, word_embed_proj_dim=20, ffn_dim=28, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=24,
        ),
    )).eval()
    with torch.no_grad():  # far from the default initialisation, so that every part matters
        for parameter in network.parameters():
            parameter += 0.25 * torch.randn_like(parameter)
        network.get_input_embeddings().weight *= 0.2  # else each token predicts itself
    network.tie_weights()
    return network


def full(target):
    large = config(
        50118, image=50265, queries=32,
        vision=dict(
            hidden_size=1408, intermediate_size=6144, num_hidden_layers=39, num_attention_heads=16, image_size=224,
            patch_size=14,
        ),
        qformer=dict(vocab_size=30522),
        text=dict(
            vocab_size=50304, hidden_size=2560, word_embed_proj_dim=2560, ffn_dim=10240, num_hidden_layers=32,
            num_attention_heads=32, max_position_embeddings=2048,
        ),
    )
    with torch.device("meta"):
        network = Blip2ForConditionalGeneration(large)
    network.tie_weights()
    large.to_json_file(os.path.join(target, "blip2-opt-2.7b.json"))
    lines = [n + " " + "x".join(map(str, t.shape)) + "\n" for n, t in sorted(network.state_dict().items())]
    with open(os.path.join(target, "blip2-opt-2.7b.names.gz"), "wb") as file:
        file.write(gzip.compress("".join(lines).encode(), mtime=0))
    print("blip2-opt-2.7b", network.num_parameters())


@torch.no_grad()
def main(target):
    tokenizer = AutoTokenizer.from_pretrained(os.path.join(target, "tokenizer-opt"))
    network = tiny()
    folder = os.path.join(target, "blip2")
    network.save_pretrained(folder, safe_serialization=True)
    processor = BlipImageProcessor(size={"height": 16, "width": 16})
    processor.save_pretrained(folder)
    images = torch.rand(3, 3, 16, 16)
    mean = torch.tensor(processor.image_mean).view(1, 3, 1, 1)
    deviation = torch.tensor(processor.image_std).view(1, 3, 1, 1)
    pixels = (images - mean) / deviation

    prompt = tokenizer("a photo of")["input_ids"]  # starts with the start token
    rows = torch.tensor([[IMAGE] * 5 + prompt] * 3)
    seen = network.vision_model(pixels).last_hidden_state
    queries = network.qformer(query_embeds=network.query_tokens.expand(3, -1, -1), encoder_hidden_states=seen)
    output = network(pixel_values=pixels, input_ids=rows)
    greedy = dict(max_new_tokens=8, num_beams=1, do_sample=False)
    prompted = network.generate(pixels, input_ids=rows, attention_mask=torch.ones_like(rows), **greedy)
    plain = network.generate(pixels, **greedy)
    many = torch.rand(24, 3, 16, 16)
    beams = {}
    for count in (2, 3, 4):
        texts = network.generate(
            (many - mean) / deviation, max_new_tokens=7, num_beams=count, do_sample=False, early_stopping=False,
            length_penalty=1.0, eos_token_id=COMMON,
        )
        beams["beams_%d" % count] = torch.nn.functional.pad(texts[:, 6:], (0, 13 - texts.shape[1]), value=COMMON)
        print(beams["beams_%d" % count][:8])
    for count in (1, 2, 3):
        texts = network.generate(
            (many - mean) / deviation, max_new_tokens=7, num_beams=count, do_sample=False, early_stopping=False,
            length_penalty=1.0, eos_token_id=[END, COMMON, ALSO],
        )
        beams["ends_%d" % count] = torch.nn.functional.pad(texts[:, 6:], (0, 13 - texts.shape[1]), value=COMMON)
        print(beams["ends_%d" % count][:8])
    values = dict(
        **beams, many=many, images=images, seen=seen, queries=queries.last_hidden_state, prompt=torch.tensor(prompt), scores=output.logits,
        prompted=prompted[:, rows.shape[1] :], plain=plain[:, 6:],
    )
    save_file({name: tensor.contiguous() for name, tensor in values.items()}, os.path.join(folder, "reference.safetensors"))
    full(target)


if __name__ == "__main__":
    main(sys.argv[1])
