"""Writes the Parquet lists of ingest's tests as other programs write them: python lists.py FOLDER (pyarrow 26).

laion.parquet    columns of LAION-5B, row groups of two rows, Snappy
datacomp.parquet columns of DataComp, zstd, dictionary and data pages of version 2
huggingface.parquet  an image as Hugging Face's datasets write it: a struct of bytes and path, and a list of texts; gzip
wrong.parquet    a URL that is a number
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

folder = Path(sys.argv[1])

laion = pa.table({
    "SAMPLE_ID": pa.array([1581282014547, 8581282014548, 3, 4, 5], pa.int64()),
    "URL": ["http://a.test/1.jpg", "http://a.test/2.jpg", None, "http://b.test/4.jpg", "http://b.test/5.jpg"],
    "TEXT": ["a red bicycle", "", "no URL", None, "caf\u00e9 at night"],
    "HEIGHT": pa.array([600, 480, 1, 2, 3], pa.int32()),
    "WIDTH": pa.array([800, 640, None, 2, 3], pa.int32()),
    "LICENSE": ["?", "cc-by", "?", "?", "?"],
    "NSFW": ["UNLIKELY", "UNSURE", "", "", ""],
    "similarity": pa.array([0.33, float("nan"), 0.1, 0.2, 0.3], pa.float64()),
    "unused": pa.array([[1, 2], [], None, [3], [4]], pa.list_(pa.int32())),
})
pq.write_table(laion, folder / "laion.parquet", row_group_size=2, compression="snappy")

datacomp = pa.table({
    "uid": ["8bf4e0e8"] * 2,
    "url": ["http://a.test/1.jpg", "http://a.test/2.jpg"],
    "text": ["one", "two"],
    "original_width": pa.array([100, 200], pa.int64()),
    "original_height": pa.array([100, 200], pa.int64()),
    "clip_l14_similarity_score": pa.array([0.25, 0.5], pa.float32()),
    "face_bboxes": pa.array([[[0.1, 0.2]], []], pa.list_(pa.list_(pa.float64()))),
    "sha256": ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", None],
})
pq.write_table(datacomp, folder / "datacomp.parquet", compression="zstd", data_page_version="2.0")

huggingface = pa.table({
    "image": pa.array(
        [{"bytes": b"first", "path": "1.png"}, {"bytes": b"x" * 1001, "path": None}, None],
        pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
    "captions": pa.array([["one", "two"], ["three"], []], pa.list_(pa.string())),
    "label": pa.array([1, 2, 3], pa.int64()),
})
pq.write_table(huggingface, folder / "huggingface.parquet", compression="gzip")

pq.write_table(pa.table({"url": pa.array([1, 2])}), folder / "wrong.parquet")
