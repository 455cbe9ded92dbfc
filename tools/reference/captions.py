"""Greedy captions of one small picture, written by the transformers library with the tiny captioners of the tests.

    python tools/reference/captions.py models/src/test/resources/dev/latentstream/models

blip.py, byte_pairs.py and blip2.py come first. Prints the caption of each network and the geometric mean of the
probabilities of its tokens, its end included, for NetworkCaptioningTest, which draws the same picture.
"""

import os
import sys

import torch
from PIL import Image
from transformers import (
    AutoTokenizer, BertTokenizerFast, Blip2ForConditionalGeneration, BlipConfig, BlipForConditionalGeneration,
    BlipImageProcessor,
)

END = 324  # taken for the end of BLIP-2's texts, since that of its folder comes too early to compare anything


def picture():
    image = Image.new("RGB", (16, 16))
    for y in range(16):
        for x in range(16):
            image.putpixel((x, y), (16 * x, 16 * y, (x * y) % 256))
    return image


def tell(name, output, tokenizer, end):
    written = output.sequences[0][-len(output.scores):].tolist()
    assert written[-1] == end
    logarithms = [torch.log_softmax(scores[0], -1)[token] for scores, token in zip(output.scores, written)]
    text = tokenizer.decode(written[:-1], skip_special_tokens=True).strip()
    print(name, ascii(text), "confidence %.6f" % torch.stack(logarithms).mean().exp())


@torch.no_grad()
def main(target):
    options = dict(max_new_tokens=12, num_beams=1, do_sample=False, output_scores=True, return_dict_in_generate=True)

    folder = os.path.join(target, "blip")
    config = BlipConfig.from_pretrained(folder)
    config.tie_word_embeddings = config.text_config.tie_word_embeddings = False  # the file has a head of its own
    network = BlipForConditionalGeneration.from_pretrained(folder, config=config).eval()
    tokenizer = BertTokenizerFast(os.path.join(folder, "vocab.txt"))
    pixels = BlipImageProcessor.from_pretrained(folder)(picture(), return_tensors="pt").pixel_values
    text = network.config.text_config
    prompt = [text.bos_token_id] + tokenizer("the Red fishs", add_special_tokens=False)["input_ids"]
    seen = network.vision_model(pixels).last_hidden_state
    output = network.text_decoder.generate(
        torch.tensor([prompt]), encoder_hidden_states=seen, eos_token_id=text.sep_token_id, pad_token_id=0, **options
    )
    tell("blip", output, tokenizer, text.sep_token_id)

    folder = os.path.join(target, "blip2")
    network = Blip2ForConditionalGeneration.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(os.path.join(target, "tokenizer-opt"))
    pixels = BlipImageProcessor.from_pretrained(folder)(picture(), return_tensors="pt").pixel_values
    prompt = tokenizer("a red fish")["input_ids"]
    rows = torch.tensor([[network.config.image_token_index] * network.config.num_query_tokens + prompt])
    output = network.generate(pixels, input_ids=rows, attention_mask=torch.ones_like(rows), eos_token_id=END, **options)
    tell("blip-2", output, tokenizer, END)


if __name__ == "__main__":
    main(sys.argv[1])
