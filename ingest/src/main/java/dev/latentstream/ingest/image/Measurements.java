package dev.latentstream.ingest.image;

import dev.latentstream.ingest.near.NearHashes;
import dev.latentstream.schemas.Sha256;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_img_hash;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Technical measurements of an image. Those that depend on scale are taken on the luma, resized to a shorter side of at most 256
 * pixels, so that one photograph in two sizes has nearly the same scores.
 */
public final class Measurements {
    /** Variance of the Laplacian of the luma: near 0 for a blurred image, hundreds for a sharp one. */
    public static final String SHARPNESS = "sharpness";

    /** Standard deviation of the luma in levels: 0 for uniform grey, 127.5 for half black and half white. */
    public static final String CONTRAST = "contrast";

    /** Fraction of 8x8 blocks whose luma is nearly constant, 0 to 1. */
    public static final String FLATNESS = "flatness";

    /** All score names, as filter policies use them. */
    public static final List<String> SCORES = List.of(SHARPNESS, CONTRAST, FLATNESS);

    private static final int NORMAL_SIDE = 256;
    private static final int BLOCK = 8;

    /** A block whose luma has a lower standard deviation, in levels, is flat. */
    private static final double FLAT_BELOW = 2;

    private Measurements() {}

    static Map<String, Float> scores(Mat bgr) {
        Mat full = new Mat();
        opencv_imgproc.cvtColor(bgr, full, opencv_imgproc.COLOR_BGR2GRAY); // one channel is shrunk faster than three
        Mat luma = ImageTransforms.shrink(full, NORMAL_SIDE);
        double contrast = deviation(luma);
        return Map.of(SHARPNESS, (float) sharpness(luma), CONTRAST, (float) contrast, FLATNESS, (float) flatness(luma));
    }

    private static double sharpness(Mat luma) {
        Mat laplacian = new Mat();
        opencv_imgproc.Laplacian(luma, laplacian, opencv_core.CV_16S); // at most 4 * 255, and sums of it are exact
        double mean = opencv_core.sumElems(laplacian).get(0) / luma.total();
        return opencv_core.norm(laplacian, opencv_core.NORM_L2SQR, new Mat()) / luma.total() - mean * mean;
    }

    private static double deviation(Mat values) {
        Mat mean = new Mat();
        Mat deviation = new Mat();
        opencv_core.meanStdDev(values, mean, deviation);
        return deviation.<DoubleBuffer>createBuffer().get(0);
    }

    private static double flatness(Mat luma) {
        byte[] levels = Pixels.toArray(luma);
        int blocks = 0;
        int flat = 0;
        for (int top = 0; top < luma.rows(); top += BLOCK) {
            for (int left = 0; left < luma.cols(); left += BLOCK) {
                blocks++;
                if (blockVariance(levels, luma.cols(), luma.rows(), left, top) < FLAT_BELOW * FLAT_BELOW) {
                    flat++;
                }
            }
        }
        return (double) flat / blocks;
    }

    private static double blockVariance(byte[] levels, int columns, int rows, int left, int top) {
        int right = Math.min(columns, left + BLOCK);
        int bottom = Math.min(rows, top + BLOCK);
        int sum = 0;
        int squares = 0; // at most 64 * 255 * 255
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int level = levels[y * columns + x] & 0xff;
                sum += level;
                squares += level * level;
            }
        }
        double count = (double) (right - left) * (bottom - top);
        double mean = sum / count;
        return squares / count - mean * mean;
    }

    /** The perceptual hash of Zauner (2010): signs of the 8x8 lowest frequencies of the 32x32 luma against their mean. */
    static long fingerprint(Mat bgr) {
        Mat hash = new Mat();
        opencv_img_hash.pHash(bgr, hash);
        return ByteBuffer.wrap(Pixels.toArray(hash)).getLong();
    }

    /** The hashes and colours by which near duplicates are found. */
    static ByteBuffer nearHashes(Mat bgr) {
        Mat square = new Mat();
        opencv_imgproc.resize(
                bgr,
                square,
                new org.bytedeco.opencv.opencv_core.Size(NearHashes.SIDE, NearHashes.SIDE),
                0,
                0,
                opencv_imgproc.INTER_AREA);
        Mat luma = new Mat();
        opencv_imgproc.cvtColor(square, luma, opencv_imgproc.COLOR_BGR2GRAY);
        return NearHashes.of(Pixels.toArray(luma), Pixels.toArray(square));
    }

    static String pixelHash(Mat bgr) {
        MessageDigest digest = Sha256.digest();
        digest.update("%dx%d".formatted(bgr.cols(), bgr.rows()).getBytes(StandardCharsets.US_ASCII));
        Pixels.readRows(bgr, digest::update);
        return Sha256.hex(digest);
    }
}
