package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_imgproc.CHAIN_APPROX_SIMPLE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_RECT;
import static org.bytedeco.opencv.global.opencv_imgproc.RETR_LIST;
import static org.bytedeco.opencv.global.opencv_imgproc.dilate;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.findContours;
import static org.bytedeco.opencv.global.opencv_imgproc.getStructuringElement;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.latentstream.models.ocr.Quadrilateral.Point;
import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Finds lines of text by differentiable binarization (DB, arXiv 1911.08947): the network gives each pixel the probability that it is in the
 * shrunken box of a line; regions above a threshold are outlined, and their boxes are enlarged again.
 *
 * <p>All numbers are those of RapidOCR. Not thread-safe.
 */
final class TextDetector {
    /** Smallest side for the network, in pixels. */
    private static final int SHORTER_SIDE = 736;

    /** The network halves each side five times. */
    private static final int MULTIPLE = 32;

    private static final float PIXEL_THRESHOLD = 0.3f;
    private static final double BOX_THRESHOLD = 0.5;
    private static final double ENLARGEMENT = 1.6;
    private static final int MOST_REGIONS = 1000;
    private static final int SMALLEST_SIDE = 3;

    private final OnnxNetwork network;
    private final ToTensor tensors = new ToTensor();

    TextDetector(OnnxNetwork network) {
        this.network = network;
    }

    /** Returns the boxes in an image in BGR. */
    List<Quadrilateral> detect(Mat image, Duration limit) {
        double enlargement = Math.max(1, (double) SHORTER_SIDE / Math.min(image.cols(), image.rows()));
        Mat resized = new Mat();
        resize(image, resized, new Size(side(image.cols(), enlargement), side(image.rows(), enlargement)));
        Values map = tensors.run(network, resized, resized.cols(), limit);
        int[] expected = {1, 1, resized.rows(), resized.cols()};
        if (map.elements().length != resized.rows() * resized.cols()) {
            throw new IllegalStateException("the output of the detection has the shape %s, not %s"
                    .formatted(Arrays.toString(map.shape()), Arrays.toString(expected)));
        }
        return boxes(map.elements(), resized, image);
    }

    private static int side(int side, double enlargement) {
        return Math.max(MULTIPLE, (int) Math.rint((double) (int) (side * enlargement) / MULTIPLE) * MULTIPLE);
    }

    private static List<Quadrilateral> boxes(float[] map, Mat resized, Mat image) {
        Mat probabilities = new Mat(resized.rows(), resized.cols(), CV_32FC1);
        try (FloatPointer to = new FloatPointer(probabilities.data())) {
            to.put(map);
        }
        MatVector regions = new MatVector();
        findContours(mask(map, resized), regions, RETR_LIST, CHAIN_APPROX_SIMPLE);
        List<Quadrilateral> boxes = new ArrayList<>();
        for (long i = 0; i < Math.min(regions.size(), MOST_REGIONS); i++) {
            Quadrilateral region = Quadrilateral.around(regions.get(i));
            if (shorter(region) >= SMALLEST_SIDE && probability(probabilities, region) >= BOX_THRESHOLD) {
                enlarged(region)
                        .map(box -> placed(box, resized, image))
                        .filter(TextDetector::isLargeEnough)
                        .ifPresent(boxes::add);
            }
        }
        return boxes;
    }

    /** The pixels above the threshold, each with its neighbours to the right and below, so that fine strokes hang together. */
    private static Mat mask(float[] map, Mat resized) {
        byte[] above = new byte[map.length];
        for (int i = 0; i < map.length; i++) {
            above[i] = (byte) (map[i] > PIXEL_THRESHOLD ? 255 : 0);
        }
        Mat mask = new Mat(resized.rows(), resized.cols(), CV_8UC1);
        mask.data().put(above);
        Mat dilated = new Mat();
        dilate(mask, dilated, getStructuringElement(MORPH_RECT, new Size(2, 2)));
        return dilated;
    }

    /** The mean probability of the pixels in a box. */
    private static double probability(Mat probabilities, Quadrilateral box) {
        int left = bound(box, Point::x, probabilities.cols(), false);
        int right = bound(box, Point::x, probabilities.cols(), true);
        int top = bound(box, Point::y, probabilities.rows(), false);
        int bottom = bound(box, Point::y, probabilities.rows(), true);
        Mat inside = new Mat(bottom - top + 1, right - left + 1, CV_8UC1, Scalar.all(0));
        fillPoly(inside, new MatVector(box.integers(left, top)), Scalar.all(1));
        Mat around = probabilities.apply(new Rect(left, top, inside.cols(), inside.rows()));
        return mean(around, inside).get(0);
    }

    private static int bound(Quadrilateral box, ToDoubleFunction<Point> coordinate, int size, boolean isUpper) {
        double bound = isUpper
                ? Math.ceil(box.points().stream().mapToDouble(coordinate).max().orElseThrow())
                : Math.floor(box.points().stream().mapToDouble(coordinate).min().orElseThrow());
        return (int) Math.max(0, Math.min(size - 1, bound));
    }

    private static Optional<Quadrilateral> enlarged(Quadrilateral box) {
        double distance = box.area() * ENLARGEMENT / box.perimeter();
        Quadrilateral enlarged = Quadrilateral.around(RoundedOffset.of(box, distance));
        return shorter(enlarged) < SMALLEST_SIDE + 2 ? Optional.empty() : Optional.of(enlarged);
    }

    /** Returns a box in the pixels of the image, inside of it. */
    private static Quadrilateral placed(Quadrilateral box, Mat resized, Mat image) {
        List<Point> points = box.points().stream()
                .map(point -> new Point(
                        placed(point.x(), resized.cols(), image.cols()),
                        placed(point.y(), resized.rows(), image.rows())))
                .toList();
        return new Quadrilateral(points.get(0), points.get(1), points.get(2), points.get(3)).ordered();
    }

    private static float placed(float coordinate, int resized, int size) {
        return (float) Math.max(0, Math.min(size - 1, Math.rint(coordinate / resized * size)));
    }

    private static boolean isLargeEnough(Quadrilateral box) {
        return (int) box.topLeft().to(box.topRight()) > SMALLEST_SIDE
                && (int) box.topLeft().to(box.bottomLeft()) > SMALLEST_SIDE;
    }

    private static double shorter(Quadrilateral rectangle) {
        return Math.min(
                rectangle.topLeft().to(rectangle.topRight()),
                rectangle.topLeft().to(rectangle.bottomLeft()));
    }
}
