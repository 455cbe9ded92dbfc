package dev.latentstream.models.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** An sRGB image as floats. Its values are shared, not copied: do not change them. */
public final class Pixels {
    private final int width;
    private final int height;
    private final float[] values;

    /**
     * Wraps values.
     *
     * @param width in pixels
     * @param height in pixels
     * @param values (3, height, width), C-contiguous, red first, in [0, 1]
     */
    public Pixels(int width, int height, float[] values) {
        if (values.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "%d values for an image of %d x %d".formatted(values.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.values = values;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** (3, height, width), C-contiguous, red first, in [0, 1]. */
    public float[] values() {
        return values;
    }

    /**
     * Decodes an image at its own size.
     *
     * @param image JPEG or PNG, three channels, upright
     * @throws IllegalArgumentException where it cannot be decoded
     */
    public static Pixels decode(ByteBuffer image) {
        try (PointerScope scope = OpenCv.scope()) {
            return of(decoded(image));
        }
    }

    /**
     * Decodes an image and fits it to a size: scaled to cover it (by area when smaller, bicubic when larger), then cropped to
     * the centre.
     *
     * @param image JPEG or PNG, three channels, upright
     * @throws IllegalArgumentException where it cannot be decoded
     */
    public static Pixels decode(ByteBuffer image, int width, int height) {
        try (PointerScope scope = OpenCv.scope()) {
            Mat whole = decoded(image);
            if (whole.cols() == width && whole.rows() == height) {
                return of(whole);
            }
            double scale = Math.max((double) width / whole.cols(), (double) height / whole.rows());
            int covering = Math.max(width, (int) Math.round(whole.cols() * scale));
            int tall = Math.max(height, (int) Math.round(whole.rows() * scale));
            Mat scaled = new Mat();
            resize(whole, scaled, new Size(covering, tall), 0, 0, scale < 1 ? INTER_AREA : INTER_CUBIC);
            return of(scaled.apply(new Rect((covering - width) / 2, (tall - height) / 2, width, height)));
        }
    }

    /** The image as a PNG file; values outside [0, 1] are clipped. */
    public byte[] png() {
        int area = width * height;
        byte[] bgr = new byte[3 * area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                bgr[3 * i + 2 - channel] =
                        (byte) Math.round(255 * Math.min(1, Math.max(0, values[channel * area + i])));
            }
        }
        try (PointerScope scope = OpenCv.scope()) {
            Mat mat = new Mat(height, width, CV_8UC3);
            mat.data().put(bgr);
            BytePointer png = new BytePointer();
            if (!imencode(".png", mat, png)) {
                throw new IllegalStateException("an image of %d x %d could not be encoded".formatted(width, height));
            }
            byte[] bytes = new byte[(int) png.limit()];
            png.get(bytes);
            return bytes;
        }
    }

    private static Mat decoded(ByteBuffer image) {
        byte[] bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        Mat mat = bytes.length == 0 ? new Mat() : imdecode(new Mat(bytes), IMREAD_COLOR);
        if (mat.empty()) {
            throw new IllegalArgumentException("%d bytes are not an image".formatted(bytes.length));
        }
        return mat;
    }

    private static Pixels of(Mat bgr) {
        int area = bgr.cols() * bgr.rows();
        Mat rgb = new Mat();
        cvtColor(bgr, rgb, COLOR_BGR2RGB); // also makes it contiguous
        byte[] bytes = new byte[3 * area];
        rgb.data().get(bytes);
        float[] values = new float[3 * area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                values[channel * area + i] = (bytes[3 * i + channel] & 0xff) / 255f;
            }
        }
        return new Pixels(bgr.cols(), bgr.rows(), values);
    }
}
