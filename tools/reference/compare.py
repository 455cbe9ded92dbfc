"""Compares the files that the scripts here made with two sets of versions.

    python tools/reference/compare.py ONE OTHER

Prints each safetensors file with names in one only, or the greatest difference of a tensor relative to its greatest value, and each
other file that differs. Weights that were drawn anew differ where a library initialises its layers in another order, and with them
all values of that network; run the tests on both folders then.
"""

import os
import sys

from safetensors.torch import load_file


def main(one, other):
    for folder, _, files in sorted(os.walk(one)):
        for path in sorted(os.path.join(folder, file) for file in files):
            name = os.path.relpath(path, one)
            twin = os.path.join(other, name)
            if not os.path.exists(twin):
                print(name, "only in", one)
            elif name.endswith(".safetensors"):
                tensors(name, load_file(path), load_file(twin))
            elif content(path) != content(twin):
                print(name, "differs")


def content(path):
    with open(path, "rb") as file:
        return file.read()


def tensors(name, one, other):
    for key in sorted(set(one) ^ set(other)):
        print(name, key, "in one only")
    greatest, where = 0, ""
    for key in sorted(set(one) & set(other)):
        if one[key].shape != other[key].shape:
            print(name, key, tuple(one[key].shape), tuple(other[key].shape))
        elif one[key].numel() > 0:
            scale = max(one[key].double().abs().max().item(), 1e-30)
            difference = (one[key].double() - other[key].double()).abs().max().item() / scale
            greatest, where = max((greatest, where), (difference, key))
    if greatest > 0:
        print(f"{name} {where} differs by {greatest:.1e}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
