package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.jpeg.JpegCodes;
import java.nio.BufferUnderflowException;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a file whose header is within bounds. Matrices belong to the caller's pointer scope. */
final class PixelDecoder {
    private PixelDecoder() {}

    /** Returns stored rows and columns with 8 or 16 bits per sample: grey, BGR, BGRA or CMYK, as in the header. */
    static Mat decode(byte[] bytes, Header header) {
        Mat pixels = pixels(bytes, header);
        require(pixels, header);
        return pixels;
    }

    private static Mat pixels(byte[] bytes, Header header) {
        try {
            return switch (header.pixels().decoder()) {
                case OPEN_CV -> header.container() == ImageFormat.PNG ? png(bytes) : openCv(WebpFile.essential(bytes));
                case OPEN_CV_AND_JDK -> {
                    byte[] essential = JpegFile.essential(bytes);
                    requireNoWarning(essential);
                    yield openCv(essential);
                }
                case JDK ->
                    header.container() == ImageFormat.TIFF
                            ? TiffFax.decode(bytes, header)
                            : JdkJpeg.decodeInks(bytes, header);
                case OWN -> own(bytes, header);
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(bytes.length),
                    "all pixels",
                    "the %s file ends inside its pixels".formatted(header.container()));
        }
    }

    private static Mat png(byte[] bytes) {
        Mat pixels = openCv(PngFile.decodable(bytes));
        int transparent = PngFile.transparentLevel(bytes);
        return transparent < 0 || pixels.channels() != 1
                ? pixels
                : ImageTransforms.withTransparentLevel(pixels, transparent);
    }

    private static Mat own(byte[] bytes, Header header) {
        return switch (header.container()) {
            case GIF -> GifFile.decode(bytes, header);
            case BMP -> BmpFile.decode(bytes);
            case TIFF -> TiffPixels.decode(bytes);
            case JPEG, PNG, WEBP -> throw new IllegalStateException("no decoder for " + header.container());
        };
    }

    /** OpenCV only prints what it finds damaged, and returns what it could read. The JDK reports it, and needs as long again. */
    private static void requireNoWarning(byte[] jpeg) {
        if (JpegCodes.areRegular(jpeg)) {
            return;
        }
        JdkJpeg.firstWarning(jpeg).ifPresent(warning -> {
            throw BadImageException.damaged("a warning", "none", "the JPEG data is damaged: " + warning);
        });
    }

    private static Mat openCv(byte[] bytes) {
        Mat encoded = new Mat(new BytePointer(bytes), /* copyData */ false);
        try {
            // orientation and colours are applied here
            return opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_UNCHANGED);
        } catch (RuntimeException refused) { // JavaCPP's translation of OpenCV's exceptions
            throw BadImageException.damaged("an error", "an image", "OpenCV cannot decode it: " + firstLine(refused));
        }
    }

    private static String firstLine(RuntimeException failure) {
        return Optional.ofNullable(failure.getMessage())
                .orElse("no message")
                .lines()
                .findFirst()
                .orElse("no message");
    }

    private static void require(Mat pixels, Header header) {
        if (pixels.empty()) {
            throw BadImageException.damaged(
                    "no image", "an image", "the data of the %s file is damaged".formatted(header.container()));
        }
        if (!Pixels.size(pixels).equals(header.size())) {
            throw BadImageException.damaged(
                    Pixels.size(pixels).toString(),
                    header.size().toString(),
                    "the image in the %s file has another size than its header".formatted(header.container()));
        }
        if (pixels.depth() != opencv_core.CV_8U && pixels.depth() != opencv_core.CV_16U) {
            throw BadImageException.damaged(
                    "OpenCV sample type %d".formatted(pixels.depth()),
                    "8 or 16 bits",
                    "samples have neither 8 nor 16 bits");
        }
    }
}
