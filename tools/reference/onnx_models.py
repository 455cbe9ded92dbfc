"""Small ONNX networks for the tests of scoring, with reference values of ONNX Runtime.

    python tools/reference/onnx_models.py ingest/src/test/resources/dev/latentstream/ingest/scoring

Made with onnx 1.23.2, onnxruntime 1.32.0, numpy and Pillow. Writes:

colours/model.onnx    (B, 3, 8, 8) -> logits (B, 3) of red, green and blue, and brightness (B, 1)
colours/image.png     an image of 24 x 16 pixels
colours/reference.json  softmax of the logits and the brightness of that image, resized to a shorter side of 8 by Pillow's bilinear filter,
                      cropped to the centre and normalised by the mean and deviation of ImageNet
faulty/model.onnx     (B, 3, 8, 8) of pixels from 0 to 1 -> score (B, 1): the mean of red; no number for a mean of red below 0.1, an
                      error for a mean of green above 0.9, and a loop without an end for a mean of blue above 0.9; also
                      app/src/test/resources/dev/latentstream/app/faulty.onnx
batch/model.onnx      (B, 3, 8, 8) -> score (B, 1) that depends on the other images of the batch
single/model.onnx     (1, 3, 8, 8) -> score (1, 1): takes exactly one image
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.array(values, kind), name)


def save(target, name, nodes, constants, outputs, batch="batch"):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, 8, 8])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, width]) for output, width in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    folder = os.path.join(target, name)
    os.makedirs(folder, exist_ok=True)
    onnx.save(model, os.path.join(folder, "model.onnx"))
    return os.path.join(folder, "model.onnx")


def means():
    return helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0)  # (B, 3)


def colours(target):
    nodes = [
        means(),
        helper.make_node("Gemm", ["means", "weight", "bias"], ["logits"]),
        helper.make_node("ReduceMean", ["means"], ["brightness"], axes=[1], keepdims=1),
    ]
    weight = [[3.0, -1.0, -1.0], [-1.0, 2.5, -0.5], [-1.0, -0.5, 3.5]]
    file = save(
        target,
        "colours",
        nodes,
        [constant("weight", weight), constant("bias", [0.1, -0.2, 0.05])],
        [("logits", 3), ("brightness", 1)],
    )
    rows, columns = np.mgrid[0:16, 0:24]
    pixels = np.stack([rows * 15, columns * 10, (rows * columns) % 200], axis=-1).astype(np.uint8)
    Image.fromarray(pixels).save(os.path.join(target, "colours", "image.png"))
    crop = np.asarray(Image.fromarray(pixels).resize((12, 8), Image.BILINEAR))[:, 2:10] / 255
    x = ((crop - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)
    logits, brightness = onnxruntime.InferenceSession(file).run(["logits", "brightness"], {"pixels": x})
    powers = np.exp(logits[0] - logits[0].max())
    reference = {"probabilities": (powers / powers.sum()).tolist(), "brightness": float(brightness[0, 0])}
    with open(os.path.join(target, "colours", "reference.json"), "w") as out:
        json.dump(reference, out, indent=1)
        out.write("\n")


def faulty(target):
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Sqrt", ["carried"], ["next"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, []),
        ],
    )
    nodes = [
        means(),
        helper.make_node("Split", ["means"], ["red", "green", "blue"], axis=1),
        # An index outside of the table where the mean of green is above 0.9.
        helper.make_node("Greater", ["green", "high"], ["too_green"]),
        helper.make_node("Cast", ["too_green"], ["index"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "index"], ["zeros"], axis=0),  # (B, 1)
        # Turns without an end where the mean of blue is above 0.9.
        helper.make_node("ReduceMax", ["blue"], ["bluest"], keepdims=0),
        helper.make_node("Greater", ["bluest", "high"], ["too_blue"]),
        helper.make_node("Where", ["too_blue", "many", "one"], ["turns"]),
        helper.make_node("Loop", ["turns", "yes", "unit"], ["looped"], body=body),
        helper.make_node("Sub", ["looped", "unit"], ["nothing"]),
        # The root of a negative number where the mean of red is below 0.1.
        helper.make_node("Sub", ["red", "low"], ["above"]),
        helper.make_node("Sqrt", ["above"], ["root"]),
        helper.make_node("Mul", ["root", "root"], ["square"]),
        helper.make_node("Add", ["square", "low"], ["mean"]),
        helper.make_node("Sum", ["mean", "zeros", "nothing"], ["score"]),
    ]
    constants = [
        constant("high", 0.9),
        constant("low", 0.1),
        constant("table", [0.0]),
        constant("many", 2**62, np.int64),
        constant("one", 1, np.int64),
        constant("yes", True, np.bool_),
        constant("unit", 1.0),
    ]
    save(target, "faulty", nodes, constants, [("score", 1)])


def batch(target):
    nodes = [
        means(),
        helper.make_node("ReduceMean", ["means"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("ReduceMean", ["mean"], ["of_batch"], keepdims=0),
        helper.make_node("Div", ["mean", "of_batch"], ["score"]),
    ]
    save(target, "batch", nodes, [], [("score", 1)])


def single(target):
    nodes = [means(), helper.make_node("ReduceMean", ["means"], ["score"], axes=[1], keepdims=1)]
    save(target, "single", nodes, [], [("score", 1)], batch=1)


if __name__ == "__main__":
    colours(sys.argv[1])
    faulty(sys.argv[1])
    batch(sys.argv[1])
    single(sys.argv[1])
