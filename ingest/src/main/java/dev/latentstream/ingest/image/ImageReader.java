package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Decoded.Fingerprints;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.preview.Thumbnail;
import dev.latentstream.models.image.OpenCv;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.schemas.ImageFormat;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of an untrusted image file into an upright sRGB image at working size, or into a refusal.
 *
 * <pre>
 * bytes -> format -> header -> bounds -> pixels -> shrink -> turn -> sRGB -> crop -> measure -> JPEG or PNG
 * </pre>
 *
 * <p>Supported are JPEG, PNG, WebP, GIF, BMP and TIFF. The cost of a file is computed from its header, and a file beyond the bounds
 * is not decoded. Native memory is freed before {@link #read} returns. A reader is not thread-safe; several readers may run in
 * parallel.
 */
public final class ImageReader {
    private final ImageBounds bounds;
    private final OutputSettings preparation;
    private final Hashes hashes;
    private final SrgbConverter converter = new SrgbConverter();

    private ImageReader(ImageBounds bounds, OutputSettings preparation, Hashes hashes) {
        this.bounds = bounds;
        this.preparation = preparation;
        this.hashes = hashes;
    }

    /** The perceptual hashes that a reader computes. */
    public enum Hashes {
        /** The hash of 64 bits that each image has. */
        FINGERPRINT,
        /** Also those by which near duplicates are found. */
        NEAR_DUPLICATES;

        ByteBuffer near(Mat bgr) {
            return switch (this) {
                case FINGERPRINT -> ByteBuffer.allocate(0);
                case NEAR_DUPLICATES -> Measurements.nearHashes(bgr);
            };
        }
    }

    /**
     * Loads the native libraries if they are not loaded yet.
     *
     * @param threads threads that one OpenCV operation may use, in the whole process
     */
    public static ImageReader open(ImageBounds bounds, OutputSettings preparation, int threads) {
        return open(bounds, preparation, threads, Hashes.FINGERPRINT);
    }

    /**
     * Loads the native libraries if they are not loaded yet.
     *
     * @param threads threads that one OpenCV operation may use, in the whole process
     * @param hashes the perceptual hashes to compute
     */
    public static ImageReader open(ImageBounds bounds, OutputSettings preparation, int threads, Hashes hashes) {
        OpenCv.load(threads);
        return new ImageReader(bounds, preparation, hashes);
    }

    /** Returns the format of a file by its first bytes; empty if they are those of no known format. */
    public static Optional<String> format(byte[] bytes) {
        return dev.latentstream.ingest.image.ImageFormat.sniff(bytes).map(Enum::name);
    }

    /** Returns a thumbnail of a working image. */
    public static ByteBuffer thumbnail(ByteBuffer image) {
        OpenCv.load();
        byte[] bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        PointerScope scope = new PointerScope(); // frees all native memory allocated from here on
        try {
            return Thumbnail.encode(opencv_imgcodecs.imdecode(
                    new Mat(new BytePointer(bytes), /* copyData */ false), opencv_imgcodecs.IMREAD_COLOR));
        } finally {
            scope.close();
        }
    }

    /** Reads one file; bad bytes never cause an exception, nor an error that ends the process. */
    public Decoded read(byte[] bytes) {
        PointerScope scope = new PointerScope(); // frees all native memory allocated from here on
        @Nullable Header header = null;
        try {
            requireBytes(bytes);
            header = Headers.read(bytes);
            requireBounds(header);
            return workingImage(bytes, header);
        } catch (BadImageException bad) {
            return header == null ? new Refused(bad.refusal()) : refused(bad.refusal(), bytes, header);
        } catch (StackOverflowError | OutOfMemoryError error) {
            return new Refused(crash(error));
        } finally {
            scope.close();
        }
    }

    private Refused refused(Refusal refusal, byte[] bytes, Header header) {
        return new Refused(refusal, header.upright(), isAffordable(header) ? thumbnail(bytes, header) : null);
    }

    /** Whether the pixels are decoded to look at, although the image is refused: those of a file that is damaged are not. */
    private boolean isAffordable(Header header) {
        return header.damage() == null
                && header.size().pixels() <= bounds.maxPixels()
                && header.decodedBytes() <= bounds.maxDecodedBytes();
    }

    private @Nullable ByteBuffer thumbnail(byte[] bytes, Header header) {
        try {
            return Thumbnail.encode(upright(bytes, header).bgr());
        } catch (BadImageException damaged) {
            return null;
        }
    }

    /** For the errors that an image within its bounds can still cause; all others are about the environment, and stop the process. */
    private static Refusal crash(VirtualMachineError error) {
        String bound = error instanceof OutOfMemoryError
                ? "%d bytes of heap".formatted(Runtime.getRuntime().maxMemory())
                : "the stack of a thread";
        String kind = FailureWords.kind(error);
        return new Refusal(
                RejectionReason.CRASHED, kind, bound, "decoding it failed: %s, with %s".formatted(kind, bound));
    }

    private void requireBytes(byte[] bytes) {
        if (bytes.length == 0) {
            throw new BadImageException(new Refusal(RejectionReason.EMPTY, "0", "1", "the file is empty"));
        }
        if (bytes.length > bounds.maxImageBytes()) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES, "size in bytes", bytes.length, bounds.maxImageBytes()));
        }
    }

    private void requireBounds(Header header) {
        Size size = header.upright();
        if (size.pixels() > bounds.maxPixels()) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.TOO_MANY_PIXELS,
                    "%s: pixel count".formatted(size),
                    size.pixels(),
                    bounds.maxPixels()));
        }
        if (header.decodedBytes() > bounds.maxDecodedBytes()) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES,
                    "decoded size in bytes",
                    header.decodedBytes(),
                    bounds.maxDecodedBytes()));
        }
        if (size.aspectRatio() > bounds.maxAspectRatio()) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.ASPECT_RATIO, "aspect ratio", size.aspectRatio(), bounds.maxAspectRatio()));
        }
        if (header.frames() > bounds.maxFrames()) {
            throw new BadImageException(
                    Refusal.above(RejectionReason.TOO_MANY_FRAMES, "frame count", header.frames(), bounds.maxFrames()));
        }
        if (header.damage() != null) {
            throw new BadImageException(header.damage());
        }
    }

    private WorkingImage workingImage(byte[] bytes, Header header) {
        Map<String, String> notes = new HashMap<>();
        SrgbConverter.Converted converted = upright(bytes, header);
        if (converted.profile() != null) {
            notes.put(Decoded.COLOUR_PROFILE, converted.profile());
        }
        String ignored = PngFile.ignoredColours(bytes, header);
        if (!ignored.isEmpty()) {
            notes.put(Decoded.COLOUR_CHUNKS, "ignored: " + ignored);
        }
        if (header.frames() > 1) {
            notes.put(Decoded.FRAMES, "" + header.frames());
        }
        Mat bgr =
                switch (preparation.crop()) {
                    case NONE -> converted.bgr();
                    case CENTRE_SQUARE -> ImageTransforms.centreSquare(converted.bgr());
                };
        ImageFormat format = format(header, Pixels.size(bgr));
        return new WorkingImage(
                encode(bgr, format),
                format,
                Pixels.size(bgr),
                header.upright(),
                new Fingerprints(Measurements.fingerprint(bgr), hashes.near(bgr)),
                Measurements.pixelHash(bgr),
                Measurements.scores(bgr),
                notes);
    }

    /** Returns the image at working size. */
    private SrgbConverter.Converted upright(byte[] bytes, Header header) {
        Mat shrunk = shrunk(PixelDecoder.decode(bytes, header), header);
        return toSrgb(ImageTransforms.turn(shrunk, header.orientation()), header);
    }

    /** Colours are converted before they are composited over white, which is white in sRGB. */
    private SrgbConverter.Converted toSrgb(Mat upright, Header header) {
        if (header.pixels().samples().inks() || upright.channels() != 4) {
            return converter.toSrgb(upright, header.profile());
        }
        if (header.profile() == null) {
            return new SrgbConverter.Converted(ImageTransforms.overWhite(upright), null);
        }
        SrgbConverter.Converted colours = converter.toSrgb(ImageTransforms.straight(upright), header.profile());
        return new SrgbConverter.Converted(
                ImageTransforms.overWhite(colours.bgr(), ImageTransforms.alpha(upright)), colours.profile());
    }

    /** Returns the image at working size, 8 bits per sample: grey, BGR, CMYK or premultiplied BGRA. */
    private Mat shrunk(Mat pixels, Header header) {
        if (header.pixels().samples().inks() || pixels.channels() != 4) {
            return ImageTransforms.toBytes(ImageTransforms.shrink(pixels, preparation.workingSize()));
        }
        Mat bgra = ImageTransforms.toBytes(pixels);
        if (header.pixels().samples() == Header.Samples.STRAIGHT) {
            ImageTransforms.premultiply(bgra);
        }
        return ImageTransforms.shrink(bgra, preparation.workingSize());
    }

    private ImageFormat format(Header header, Size size) {
        return header.pixels().lossless() && size.pixels() <= preparation.pngMaxPixels()
                ? ImageFormat.PNG
                : ImageFormat.JPEG;
    }

    private ByteBuffer encode(Mat bgr, ImageFormat format) {
        BytePointer encoded = new BytePointer();
        boolean done =
                switch (format) {
                    case JPEG ->
                        opencv_imgcodecs.imencode(
                                ".jpg",
                                bgr,
                                encoded,
                                new IntPointer(
                                        opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
                                        preparation.jpegQuality(),
                                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
                                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444));
                    case PNG -> opencv_imgcodecs.imencode(".png", bgr, encoded, new IntPointer());
                };
        if (!done) {
            throw new IllegalStateException("OpenCV cannot write %s as %s".formatted(Pixels.size(bgr), format));
        }
        byte[] bytes = new byte[(int) encoded.limit()];
        encoded.get(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
