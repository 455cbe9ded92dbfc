package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_core.countNonZero;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import ai.djl.Device;
import dev.latentstream.models.image.OpenCv;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.TimeLimitException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text in images: captions, watermarks, signs. A detection counts as text if it can be read with some confidence, since the
 * detector alone takes the patterns of balls, fences and tyres for letters.
 *
 * <p>Not thread-safe.
 */
public final class TextSpotter implements AutoCloseable {
    /** A larger image is shrunk. */
    private static final int LONGEST_SIDE = 2000;

    /** A longer image gets a border, so that its detection does not cost the pixels of its length squared. */
    private static final int GREATEST_ASPECT = 8;

    private static final int THINNEST = 30;

    private final String name;
    private final Networks networks;
    private final TextDetector detector;
    private final @Nullable TextDirection direction;
    private final TextRecognizer recognizer;
    private final Bounds bounds;

    /** The networks; they are closed with the spotter. */
    private record Networks(OnnxNetwork detection, @Nullable OnnxNetwork direction, OnnxNetwork recognition) {
        void close() {
            detection.close();
            if (direction != null) {
                direction.close();
            }
            recognition.close();
        }
    }

    /**
     * The files of the networks.
     *
     * @param detection (1, 3, H, W) to (1, 1, H, W)
     * @param direction (1, 3, 48, 192) to (1, 2), upright and upside down; null for none: lines that are upside down are hardly read
     * @param recognition (1, 3, 48, W) to (1, columns, classes), the first of which is no character
     */
    public record Files(Path detection, @Nullable Path direction, Path recognition) {}

    /**
     * Bounds.
     *
     * @param minConfidence with which a line is read that counts
     * @param maxLines largest number of lines that are read, those with the largest boxes
     * @param timeLimit of an image
     */
    public record Bounds(double minConfidence, int maxLines, Duration timeLimit) {}

    /**
     * The text of an image.
     *
     * @param area share of the image's area that the lines cover
     * @param confidence greatest confidence with which something in the image is read, whether it counts or not; 0 if nothing is found
     * @param lines number of them
     */
    public record Found(double area, double confidence, int lines) {}

    private TextSpotter(String name, Networks networks, Bounds bounds) {
        this.name = name;
        this.networks = networks;
        this.detector = new TextDetector(networks.detection());
        this.direction = networks.direction() == null ? null : new TextDirection(networks.direction());
        this.recognizer = new TextRecognizer(networks.recognition());
        this.bounds = bounds;
    }

    /**
     * Loads the networks.
     *
     * @param name in messages
     * @param threads of one run; 0 for one per core
     */
    public static TextSpotter open(String name, Files files, Bounds bounds, Device device, int threads)
            throws IOException {
        List<OnnxNetwork> opened = new ArrayList<>();
        try {
            OnnxNetwork detection = load(name, files.detection(), device, threads, opened);
            @Nullable OnnxNetwork direction =
                    files.direction() == null ? null : load(name, files.direction(), device, threads, opened);
            OnnxNetwork recognition = load(name, files.recognition(), device, threads, opened);
            return new TextSpotter(name, new Networks(detection, direction, recognition), bounds);
        } catch (IOException | RuntimeException unusable) {
            opened.forEach(OnnxNetwork::close);
            throw unusable;
        }
    }

    private static OnnxNetwork load(String name, Path file, Device device, int threads, List<OnnxNetwork> opened)
            throws IOException {
        OnnxNetwork network = OnnxNetwork.load("%s (%s)".formatted(name, file.getFileName()), file, device, threads);
        opened.add(network);
        if (network.inputs().size() != 1) {
            throw new IOException("%s has the inputs %s, not one"
                    .formatted(file, String.join(", ", network.inputs().keySet())));
        }
        return network;
    }

    /**
     * Finds the text of an image.
     *
     * @throws TimeLimitException if it took longer than the limit
     */
    public Found find(RgbImage image) {
        long deadline = System.nanoTime() + bounds.timeLimit().toNanos();
        try (PointerScope scope = OpenCv.scope()) {
            Mat content = shrunk(bgr(image));
            int above = border(content.cols(), content.rows());
            int beside = border(content.rows(), content.cols());
            Mat bordered = new Mat();
            copyMakeBorder(content, bordered, above, above, beside, beside, BORDER_CONSTANT, Scalar.all(0));
            return found(bordered, new Rect(beside, above, content.cols(), content.rows()), deadline);
        } catch (TimeLimitException late) {
            throw new TimeLimitException(
                    "%s took longer than %d ms for an image"
                            .formatted(name, bounds.timeLimit().toMillis()),
                    bounds.timeLimit());
        }
    }

    private Found found(Mat image, Rect content, long deadline) {
        List<Quadrilateral> largest = detector.detect(image, until(deadline)).stream()
                .sorted(Comparator.comparingDouble(Quadrilateral::area).reversed())
                .limit(bounds.maxLines())
                .toList();
        Mat covered = new Mat(image.rows(), image.cols(), CV_8UC1, Scalar.all(0));
        double most = 0;
        int lines = 0;
        for (Quadrilateral box : largest) {
            double confidence = confidence(image, box, deadline);
            most = Math.max(most, confidence);
            if (confidence >= bounds.minConfidence()) {
                fillPoly(covered, new MatVector(box.integers(0, 0)), Scalar.all(1));
                lines++;
            }
        }
        double area = countNonZero(covered.apply(content));
        return new Found(area / content.area(), most, lines);
    }

    private double confidence(Mat image, Quadrilateral box, long deadline) {
        try (PointerScope scope = OpenCv.scope()) {
            Mat line = TextCrop.of(image, box);
            Mat upright = direction == null ? line : direction.upright(line, until(deadline));
            return recognizer.confidence(upright, until(deadline));
        }
    }

    /** The time that remains; a network without any ends at once. */
    private static Duration until(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    private static Mat bgr(RgbImage image) {
        Mat rgb = new Mat(image.height(), image.width(), CV_8UC3);
        rgb.data().put(image.values());
        Mat bgr = new Mat();
        cvtColor(rgb, bgr, COLOR_RGB2BGR);
        return bgr;
    }

    private static Mat shrunk(Mat image) {
        int longest = Math.max(image.cols(), image.rows());
        if (longest <= LONGEST_SIDE) {
            return image;
        }
        double scale = (double) LONGEST_SIDE / longest;
        Mat shrunk = new Mat();
        resize(image, shrunk, new Size(scaled(image.cols(), scale), scaled(image.rows(), scale)));
        return shrunk;
    }

    private static int scaled(int side, double scale) {
        return (int) Math.max(1, side * scale);
    }

    /** Returns the width of the border on both of the long sides, if the image is thin. */
    private static int border(int length, int thickness) {
        boolean isThin = thickness <= THINNEST || length > GREATEST_ASPECT * thickness;
        return isThin ? Math.abs(2 * Math.max(length / GREATEST_ASPECT, THINNEST) - thickness) / 2 : 0;
    }

    @Override
    public void close() {
        networks.close();
    }
}
