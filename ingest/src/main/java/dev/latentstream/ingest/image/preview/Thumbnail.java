package dev.latentstream.ingest.image.preview;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Small JPEGs of refused images, to look at. */
public final class Thumbnail {
    /** The size of the largest. */
    public static final int MAX_BYTES = 12 << 10;

    /** The longer side of one whose pixels compress well; fewer pixels make others fit. */
    private static final int LONGER_SIDE = 192;

    private static final int[] QUALITIES = {85, 70, 50};

    private Thumbnail() {}

    /** Returns the thumbnail of pixels in BGR. Native memory belongs to the caller's pointer scope. */
    public static ByteBuffer encode(Mat bgr) {
        for (int side = LONGER_SIDE; ; side /= 2) {
            Mat small = fitted(bgr, side);
            for (int quality : QUALITIES) {
                byte[] jpeg = jpeg(small, quality);
                if (jpeg.length <= MAX_BYTES) {
                    return ByteBuffer.wrap(jpeg);
                }
            }
        }
    }

    private static Mat fitted(Mat bgr, int longerSide) {
        double scale = (double) longerSide / Math.max(bgr.cols(), bgr.rows());
        if (scale >= 1) {
            return bgr;
        }
        Mat small = new Mat();
        opencv_imgproc.resize(
                bgr,
                small,
                new org.bytedeco.opencv.opencv_core.Size(side(bgr.cols(), scale), side(bgr.rows(), scale)),
                0,
                0,
                opencv_imgproc.INTER_AREA);
        return small;
    }

    private static int side(int full, double scale) {
        return (int) Math.max(1, Math.round(full * scale));
    }

    private static byte[] jpeg(Mat bgr, int quality) {
        BytePointer encoded = new BytePointer();
        if (!opencv_imgcodecs.imencode(
                ".jpg", bgr, encoded, new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality))) {
            throw new IllegalStateException("OpenCV cannot write %dx%d as JPEG".formatted(bgr.cols(), bgr.rows()));
        }
        byte[] jpeg = new byte[(int) encoded.limit()];
        encoded.get(jpeg);
        return jpeg;
    }
}
