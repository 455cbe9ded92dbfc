"""Copies each different image in FOLDER/unpacked to FOLDER/files/HASH, and lists hash and original name in FOLDER/names.tsv.

Usage: collect.py FOLDER. An image is what begins as one of the six formats, or is named as one.
"""

import hashlib
import pathlib
import re
import sys

BEGINNINGS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|BM|II[*+]\0|MM\0[*+]", re.DOTALL)
EXTENSIONS = {
    ".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    (folder / "files").mkdir(exist_ok=True)
    names = {}
    for path in sorted((folder / "unpacked").rglob("*")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size == 0:
            continue
        data = path.read_bytes()
        if BEGINNINGS.match(data) or path.suffix.lower() in EXTENSIONS:
            name = hashlib.sha256(data).hexdigest()
            if name not in names:
                names[name] = path.relative_to(folder / "unpacked")
                (folder / "files" / name).write_bytes(data)
    (folder / "names.tsv").write_text("".join("%s\t%s\n" % item for item in names.items()))
    print(len(names))
