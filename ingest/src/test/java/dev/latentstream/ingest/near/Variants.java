package dev.latentstream.ingest.near;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Copies of an image as they are found on the web: encoded again, resized, cropped, made brighter, marked. */
final class Variants {
    /** Bounds of the distance that are compared. */
    static final List<Integer> BITS = List.of(20, 22, 24, 26, 28, 40);

    private static final int LOSSLESS = 101;

    private Variants() {}

    /** A copy of an image. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Variant(String name, byte[] file) {}

    /** Returns the number of distances up to a bound. */
    static long found(List<Integer> distances, int bits) {
        return distances.stream().filter(distance -> distance <= bits).count();
    }

    /** The distances at which copies were found. */
    static final class Tally {
        private final Map<String, List<Integer>> distances = new TreeMap<>();

        void add(String name, Optional<Integer> distance) {
            distances.computeIfAbsent(name, unused -> new ArrayList<>()).add(distance.orElse(Integer.MAX_VALUE));
        }

        void print(PrintStream out) {
            distances.forEach((name, all) -> {
                Collections.sort(all);
                out.printf("%-36s %5d copies, median distance %2d, found", name, all.size(), all.get(all.size() / 2));
                BITS.forEach(bits -> out.printf(" at %d bits %.4f", bits, found(all, bits) / (double) all.size()));
                out.println();
            });
        }
    }

    static List<Variant> of(byte[] file, Random random) {
        try (PointerScope scope = new PointerScope()) {
            Mat raw = new Mat(1, file.length, opencv_core.CV_8U);
            raw.data().put(file);
            Mat image = opencv_imgcodecs.imdecode(raw, opencv_imgcodecs.IMREAD_COLOR);
            List<Variant> variants = new ArrayList<>();
            for (int quality : new int[] {40, 60, 80, 95}) {
                variants.add(new Variant("jpeg " + quality, jpeg(image, quality)));
            }
            variants.add(new Variant("png", encoded(image, ".png", new IntPointer())));
            for (int quality : new int[] {50, 80, LOSSLESS}) {
                IntPointer webp = new IntPointer(opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality);
                variants.add(new Variant("webp " + quality, encoded(image, ".webp", webp)));
            }
            for (double factor : new double[] {0.5, 0.75, 1.5, 2}) {
                variants.add(new Variant("resized " + factor, jpeg(resized(image, factor), 90)));
            }
            variants.add(new Variant(
                    "cropped anywhere", jpeg(cropped(image, random.nextDouble(), random.nextDouble()), 90)));
            variants.add(new Variant("cropped at the centre", jpeg(cropped(image, 0.5, 0.5), 90)));
            variants.add(
                    new Variant("cropped at a corner", jpeg(cropped(image, random.nextInt(2), random.nextInt(2)), 90)));
            for (double factor : new double[] {0.8, 1.2}) {
                variants.add(new Variant("brightness " + factor, jpeg(brightened(image, factor), 90)));
            }
            variants.add(new Variant("watermark", jpeg(marked(image, random), 90)));
            return variants;
        }
    }

    private static byte[] jpeg(Mat image, int quality) {
        return encoded(image, ".jpg", new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality));
    }

    private static byte[] encoded(Mat image, String format, IntPointer options) {
        BytePointer file = new BytePointer();
        opencv_imgcodecs.imencode(format, image, file, options);
        byte[] bytes = new byte[(int) file.limit()];
        file.get(bytes);
        return bytes;
    }

    private static Mat resized(Mat image, double factor) {
        Size size = new Size((int) Math.round(image.cols() * factor), (int) Math.round(image.rows() * factor));
        Mat resized = new Mat();
        int method = factor < 1 ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_CUBIC;
        opencv_imgproc.resize(image, resized, size, 0, 0, method);
        return resized;
    }

    /** Takes 5 % of both sides away. */
    private static Mat cropped(Mat image, double left, double top) {
        int width = (int) Math.round(image.cols() * 0.95);
        int height = (int) Math.round(image.rows() * 0.95);
        int x = (int) Math.round((image.cols() - width) * left);
        int y = (int) Math.round((image.rows() - height) * top);
        return new Mat(image, new Rect(x, y, width, height)).clone();
    }

    private static Mat brightened(Mat image, double factor) {
        Mat brighter = new Mat();
        image.convertTo(brighter, -1, factor, 0);
        return brighter;
    }

    /** Writes a half transparent line of a fifth of the width into a corner. */
    private static Mat marked(Mat image, Random random) {
        int width = image.cols() / 5;
        int corner = random.nextInt(4);
        int x = corner % 2 == 0 ? image.cols() / 50 : image.cols() - width - image.cols() / 50;
        int y = corner < 2 ? image.rows() / 12 : image.rows() - image.rows() / 50;
        Mat text = image.clone();
        opencv_imgproc.putText(
                text,
                "(c) photo",
                new Point(x, y),
                opencv_imgproc.FONT_HERSHEY_SIMPLEX,
                width / 150.0,
                new Scalar(255, 255, 255, 0),
                Math.max(1, image.cols() / 200),
                opencv_imgproc.LINE_AA,
                false);
        Mat marked = new Mat();
        opencv_core.addWeighted(text, 0.7, image, 0.3, 0, marked);
        return marked;
    }
}
