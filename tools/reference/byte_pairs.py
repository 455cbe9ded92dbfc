"""Reference tokens of CLIP's and OPT's tokenizers, made by the transformers library.

    python tools/reference/byte_pairs.py models/src/test/resources/dev/latentstream/models

Made with transformers 4.57.1 and tokenizers 0.22.2. The vocabularies are small, in the layout of CLIP and OPT: all bytes
(CLIP: also all bytes that end a word), then merges learnt from the LICENSE and README.md of this project, then special tokens. Writes
the folders tokenizer-clip (padded with the end token, as for CLIP-L), tokenizer-clip-h (padded with "!", as for OpenCLIP-H in
Stable Diffusion 2) and tokenizer-opt, each with vocab.json, merges.txt, tokenizer_config.json, tokenizer.json and
reference.json: sentences and their tokens by the tokenizer in Python (CLIP: "slow") and by the one in Rust ("fast").
"""

import json
import os
import shutil
import sys
import tempfile

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer, CLIPTokenizerFast, GPT2Tokenizer, GPT2TokenizerFast

SENTENCES = [
    "",
    "a red house",
    "A photograph of an astronaut riding a horse",
    "Two striped umbrellas leaning against a café wall, 1960s!",
    "  several   spaces,\ttabs\nand lines  ",
    "It's the dog's bone; they've said we'll see, I'd think you're right.",
    "A man in a white shirt & black tie (left) holds 3 oranges @ $2.50 each... #market",
    "ein großer Bär läuft über die Straße",
    "一只坐在窗台上的猫",
    "Кот сидит на окне",
    "a 🐈 on a skateboard 🛹!!",
    "naïve déjà vu: co-operation, e-mail, état",
    "A decomposed e\u0301 and a ligature \ufb01n",
    "the licensee shall distribute the software under the terms of this license, " * 12,
    "a mark <|endoftext|> within a text",
    "don\u2019t \u201cquote\u201d me \u2014 ever\u2026",
    "ALL CAPITALS AND MiXeD",
    "1234567890 12:30 3.14159",
    "under_score and-dash /slash\\ back",
    "!",
]
WORD = Regex(r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+""")


def letters():
    """The letters that stand for bytes, in the order of GPT-2's vocabulary: printable characters, then the others from 256 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(256 - len(printable))]


def read(kind, folder, options):
    """Reads vocab.json and merges.txt, not a tokenizer.json of an earlier run."""
    if os.path.exists(os.path.join(folder, "tokenizer.json")):
        os.remove(os.path.join(folder, "tokenizer.json"))
    return kind.from_pretrained(folder, **options)


def learnt(trainer_options, model_options, normalizer, pre_tokenizer, count):
    tokenizer = Tokenizer(models.BPE(**model_options))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=count + 600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, **trainer_options
    )
    tokenizer.train(["LICENSE", "README.md"], trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(m if isinstance(m, list) else m.split(" ")) for m in merges]


def write(folder, vocabulary, merges):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.json"), "w") as file:
        json.dump({word: i for i, word in enumerate(vocabulary)}, file, ensure_ascii=True)
    with open(os.path.join(folder, "merges.txt"), "w") as file:
        file.write("#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in merges))


def finish(folder, slow, fast, reference):
    slow.save_pretrained(folder)  # vocab.json, merges.txt, tokenizer_config.json, as in folders of the hub
    for name in ("special_tokens_map.json", "added_tokens.json"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    fast.backend_tokenizer.no_padding()
    fast.backend_tokenizer.no_truncation()
    with open(os.path.join(folder, "tokenizer.json"), "w") as file:
        file.write(fast.backend_tokenizer.to_str(pretty=False))
    with open(os.path.join(folder, "reference.json"), "w") as file:
        json.dump(reference, file, ensure_ascii=True)


def clip(target, merges, name, pad):
    folder = os.path.join(target, name)
    vocabulary = letters() + [letter + "</w>" for letter in letters()]
    vocabulary += [a + b for a, b in merges] + ["<|startoftext|>", "<|endoftext|>"]
    write(folder, vocabulary, merges)
    options = dict(pad_token=pad, model_max_length=16)
    slow = read(CLIPTokenizer, folder, options)
    fast = read(CLIPTokenizerFast, folder, options)
    rows = []
    for sentence in SENTENCES:
        padded = dict(padding="max_length", truncation=True, max_length=16)
        row = dict(text=sentence, slow=slow(sentence)["input_ids"], fast=fast(sentence)["input_ids"])
        row.update(padded=fast(sentence, **padded)["input_ids"], slow_padded=slow(sentence, **padded)["input_ids"])
        if row["slow"] != row["fast"] or row["padded"] != row["slow_padded"]:
            print(name, "slow and fast differ:", repr(sentence))
        rows.append(row)
    finish(folder, slow, fast, rows)


def older(target):
    """A folder from before tokenizer_config.json listed added tokens: special_tokens_map.json takes precedence."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(os.path.join(target, "tokenizer-clip", name), folder)
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
            json.dump({"pad_token": "<|endoftext|>", "tokenizer_class": "CLIPTokenizer"}, file)
        with open(os.path.join(folder, "special_tokens_map.json"), "w") as file:
            json.dump({"pad_token": {"content": "!", "lstrip": False, "rstrip": False, "normalized": False}}, file)
        assert CLIPTokenizer.from_pretrained(folder).pad_token == "!"


def opt(target, merges):
    folder = os.path.join(target, "tokenizer-opt")
    vocabulary = ["<s>", "<pad>", "</s>", "<unk>"] + letters() + [a + b for a, b in merges]
    write(folder, vocabulary, merges)
    options = dict(bos_token="</s>", eos_token="</s>", unk_token="</s>", pad_token="<pad>", add_bos_token=True)
    slow = read(GPT2Tokenizer, folder, options)
    slow.save_pretrained(folder)
    fast = GPT2TokenizerFast.from_pretrained(folder)
    rows = []
    for sentence in SENTENCES:
        ids = slow(sentence)["input_ids"]
        row = dict(text=sentence, slow=ids, fast=fast(sentence)["input_ids"])
        row["decoded"] = slow.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        if row["slow"] != row["fast"]:
            print("opt: slow and fast differ:", repr(sentence), row["slow"][:5], row["fast"][:5])
        rows.append(row)
    finish(folder, slow, fast, rows)


def main(target):
    clean = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    words = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(WORD, behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    suffix = dict(end_of_word_suffix="</w>")
    merges = learnt(suffix, suffix, clean, words, 512)[:586]
    clip(target, merges, "tokenizer-clip", "<|endoftext|>")
    clip(target, merges, "tokenizer-clip-h", "!")
    older(target)
    opt(target, learnt({}, {}, None, pre_tokenizers.ByteLevel(add_prefix_space=False), 256)[:500])


if __name__ == "__main__":
    main(sys.argv[1])
