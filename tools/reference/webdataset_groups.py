"""Groups of odd shards, made by WebDataset itself.

    pip install webdataset==1.0.2
    python tools/reference/webdataset_groups.py ingest/src/test/resources/dev/latentstream/ingest/sources

Writes webdataset-groups.json: the members of each shard, each with its content, and the samples that WebDataset makes of them, with the
contents of the members by their suffixes. Duplicates of a suffix, at which WebDataset stops by default, are passed over, as by
`handler=ignore_and_continue`. Members whose names begin with a dot are not in here: WebDataset 1.0.2 takes `a/._1.jpg` for a sample with the
key `a/`, which its author cannot have meant.
"""

import io
import json
import os
import sys
import tarfile

from webdataset.tariterators import group_by_keys, tar_file_iterator

SHARDS = {
    "plain": ["1.jpg", "1.txt", "2.jpg", "2.txt"],
    "several dots": ["1.jpg", "1.en.txt", "1.seg.png", "2.v1.jpg", "2.v1.txt"],
    "two dots in a row": ["1..jpg", "1.txt", "2.jpg"],
    "a dot at the end": ["1.", "1.jpg", "1.txt"],
    "not adjacent": ["1.jpg", "2.jpg", "1.txt", "2.txt"],
    "texts first": ["1.txt", "2.txt", "1.jpg", "2.jpg"],
    "directories": ["a/1.jpg", "a/1.txt", "b/1.jpg", "b/1.txt"],
    "directories with dots": ["a.b/1.jpg", "a.b/1.txt", "a.c/1.jpg", "a.c/README", "./1.jpg", "./1.txt"],
    "directory entries": ["a/", "a/1.jpg", "a/sub/", "a/1.txt"],
    "upper case": ["1.JPG", "1.TXT", "A.jpg", "a.txt", "b.Jpeg", "b.Json"],
    "without a dot": ["1.jpg", "README", "1.txt", "2", "2.jpg"],
    "metadata": ["__header__", "1.jpg", "__meta__/about.txt", "1.txt", "__a__b.jpg", "__a__b.txt"],
    "metadata below": ["a/__meta__", "a/1.jpg", "a/__x__.jpg", "a/__x__.txt"],
    "links": ["1.jpg", "->link.jpg", "1.txt", "->1.json", "2.jpg"],
    "pipes": ["1.jpg", "|2.jpg", "1.txt", "|1.json", "3.jpg"],
    "classes": ["1.jpg", "1.cls", "2.png", "2.cls", "2.id", "3.jpg", "3.index"],
    "captions in JSON": ["1.jpg", "1.json", "2.json", "2.jpg", "2.txt"],
    "duplicates": ["1.jpg", "1.jpg", "1.txt", "2.jpg"],
    "no image": ["1.txt", "1.json", "2.pyd"],
    "spaces": ["a b.jpg", "a b.txt", " c.jpg", " c.txt"],
}


def content(name, index):
    suffix = name.lower().rsplit(".", 1)[-1]
    if suffix in ("cls", "id", "index"):
        return str(index)
    if suffix in ("json",):
        return json.dumps({"caption": "caption %d" % index, "licence": "CC0"})
    return "content %d" % index


def shard(members):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, text in members:
            if name.startswith("->"):
                link = tarfile.TarInfo(name[2:])
                link.type, link.linkname = tarfile.SYMTYPE, "elsewhere"
                tar.addfile(link)
            elif name.startswith("|"):
                pipe = tarfile.TarInfo(name[1:])
                pipe.type = tarfile.FIFOTYPE
                tar.addfile(pipe)
            elif name.endswith("/"):
                folder = tarfile.TarInfo(name)
                folder.type = tarfile.DIRTYPE
                tar.addfile(folder)
            else:
                member = tarfile.TarInfo(name)
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
    data.seek(0)
    return data


def samples(data):
    files = ({**file, "__url__": "shard"} for file in tar_file_iterator(data))
    for sample in group_by_keys(files, handler=lambda duplicate: True):
        yield {
            "key": sample["__key__"],
            "members": {suffix: value.decode() for suffix, value in sample.items() if not suffix.startswith("__")},
        }


def main(target):
    written = []
    for name, names in SHARDS.items():
        members = [(member, content(member, index)) for index, member in enumerate(names)]
        written.append({"shard": name, "members": members, "samples": list(samples(shard(members)))})
    with open(os.path.join(target, "webdataset-groups.json"), "w") as out:
        json.dump(written, out, indent=1)
        out.write("\n")


main(sys.argv[1])
