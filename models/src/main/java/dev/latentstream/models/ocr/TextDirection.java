package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import java.time.Duration;
import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Turns lines that are upside down. Not thread-safe. */
final class TextDirection {
    private static final int HEIGHT = 48;
    private static final int WIDTH = 192;
    private static final double THRESHOLD = 0.9;

    private final OnnxNetwork network;
    private final ToTensor tensors = new ToTensor();

    TextDirection(OnnxNetwork network) {
        this.network = network;
    }

    /** Returns the line, turned if the network is sure of it. */
    Mat upright(Mat line, Duration limit) {
        Mat resized = new Mat();
        int width = (int) Math.min(WIDTH, Math.ceil((double) HEIGHT * line.cols() / line.rows()));
        resize(line, resized, new Size(width, HEIGHT));
        Values directions = tensors.run(network, resized, WIDTH, limit);
        if (directions.elements().length != 2) {
            throw new IllegalStateException("the output of the direction has the shape %s, not [1, 2]"
                    .formatted(Arrays.toString(directions.shape())));
        }
        if (directions.elements()[1] <= THRESHOLD
                || directions.elements()[1] <= directions.elements()[0]) {
            return line;
        }
        Mat turned = new Mat();
        rotate(line, turned, ROTATE_180);
        return turned;
    }
}
