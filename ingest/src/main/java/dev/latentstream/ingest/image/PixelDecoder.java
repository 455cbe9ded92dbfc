package dev.latentstream.ingest.image;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a file whose header is within bounds. Matrices belong to the caller's pointer scope. */
final class PixelDecoder {
    /** Side of a JPEG block. */
    private static final int JPEG_BLOCK = 8;

    private static final int MID_GREY = 128;

    private PixelDecoder() {}

    /** Returns stored rows and columns with 8 or 16 bits per sample: grey, BGR, BGRA or CMYK, as in the header. */
    static Mat decode(byte[] bytes, Header header) {
        Mat pixels =
                switch (header.container()) {
                    case JPEG ->
                        header.pixels().samples().inks()
                                ? CmykJpeg.decode(bytes, header)
                                : openCv(bytes, opencv_imgcodecs.IMREAD_UNCHANGED);
                    case PNG -> openCv(PngFile.essential(bytes), opencv_imgcodecs.IMREAD_UNCHANGED);
                    case GIF -> GifFile.decode(bytes, header);
                    case WEBP, TIFF -> openCv(bytes, opencv_imgcodecs.IMREAD_UNCHANGED);
                    case BMP -> openCv(bytes, opencv_imgcodecs.IMREAD_COLOR); // drops the fourth channel
                };
        require(pixels, header);
        if (header.container() == ImageFormat.JPEG) {
            requireWholeJpeg(bytes, pixels);
        }
        return pixels;
    }

    private static Mat openCv(byte[] bytes, int flags) {
        Mat encoded = new Mat(new BytePointer(bytes), /* copyData */ false);
        try {
            return opencv_imgcodecs.imdecode(encoded, flags);
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

    /**
     * A truncated file with an end marker appended decodes to mid-grey from the cut on. An intact image may end in that grey too,
     * so the JDK's decoder, which reports its warnings, decides.
     */
    private static void requireWholeJpeg(byte[] bytes, Mat pixels) {
        if (endsInMidGrey(pixels)) {
            JpegWarnings.first(bytes).ifPresent(warning -> {
                throw BadImageException.damaged("a warning", "none", "the JPEG data is damaged: " + warning);
            });
        }
    }

    private static boolean endsInMidGrey(Mat pixels) {
        BytePointer lastRow = pixels.ptr(pixels.rows() - 1);
        long rowBytes = (long) pixels.cols() * pixels.channels();
        for (long i = Math.max(0, rowBytes - (long) JPEG_BLOCK * pixels.channels()); i < rowBytes; i++) {
            if ((lastRow.get(i) & 0xff) != MID_GREY) {
                return false;
            }
        }
        return true;
    }
}
