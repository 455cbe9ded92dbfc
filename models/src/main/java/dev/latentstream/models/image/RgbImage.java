package dev.latentstream.models.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * An sRGB image as bytes, a quarter of the size of {@link Pixels}.
 *
 * @param width in pixels
 * @param height in pixels
 * @param values (height, width, 3), C-contiguous, red first; shared, not copied: do not change them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RgbImage(int width, int height, byte[] values) {
    private static final int CHANNELS = 3;

    public RgbImage {
        if (width < 1 || height < 1 || values.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "%d bytes for an image of %d x %d".formatted(values.length, width, height));
        }
    }

    /**
     * Decodes an image at its own size.
     *
     * @param image JPEG or PNG, three channels, upright
     * @throws IllegalArgumentException where it cannot be decoded
     */
    public static RgbImage decode(ByteBuffer image) {
        byte[] bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        try (PointerScope scope = OpenCv.scope()) {
            Mat bgr = bytes.length == 0 ? new Mat() : imdecode(new Mat(bytes), IMREAD_COLOR);
            if (bgr.empty()) {
                throw new IllegalArgumentException("%d bytes are not an image".formatted(bytes.length));
            }
            Mat rgb = new Mat();
            cvtColor(bgr, rgb, COLOR_BGR2RGB);
            return of(rgb);
        }
    }

    /** Returns the image at another size. */
    public RgbImage resized(int toWidth, int toHeight, Resampling resampling) {
        return toWidth == width && toHeight == height
                ? this
                : new RgbImage(toWidth, toHeight, resampling.resize(values, width, height, toWidth, toHeight));
    }

    /** Returns the centre of the image. */
    public RgbImage centre(int ofWidth, int ofHeight) {
        if (ofWidth == width && ofHeight == height) {
            return this;
        }
        if (ofWidth > width || ofHeight > height) {
            throw new IllegalArgumentException(
                    "a crop of %d x %d is larger than %d x %d".formatted(ofWidth, ofHeight, width, height));
        }
        byte[] crop = new byte[CHANNELS * ofWidth * ofHeight];
        int left = (width - ofWidth) / 2;
        int top = (height - ofHeight) / 2;
        for (int row = 0; row < ofHeight; row++) {
            System.arraycopy(
                    values,
                    CHANNELS * ((top + row) * width + left),
                    crop,
                    CHANNELS * row * ofWidth,
                    CHANNELS * ofWidth);
        }
        return new RgbImage(ofWidth, ofHeight, crop);
    }

    /** Returns the image as it is after its compression as a JPEG file, with chroma subsampling. */
    public RgbImage compressed(int quality) {
        try (PointerScope scope = OpenCv.scope()) {
            Mat rgb = new Mat(height, width, CV_8UC3);
            rgb.data().put(values);
            Mat bgr = new Mat();
            cvtColor(rgb, bgr, COLOR_BGR2RGB); // the same exchange in both directions
            BytePointer jpeg = new BytePointer();
            if (!imencode(".jpg", bgr, jpeg, new IntPointer(IMWRITE_JPEG_QUALITY, quality))) {
                throw new IllegalStateException("an image of %d x %d could not be encoded".formatted(width, height));
            }
            byte[] bytes = new byte[(int) jpeg.limit()];
            jpeg.get(bytes);
            return decode(ByteBuffer.wrap(bytes));
        }
    }

    private static RgbImage of(Mat contiguous) {
        byte[] bytes = new byte[3 * contiguous.cols() * contiguous.rows()];
        contiguous.data().get(bytes);
        return new RgbImage(contiguous.cols(), contiguous.rows(), bytes);
    }
}
