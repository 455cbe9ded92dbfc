package dev.latentstream.ingest.image;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a file whose header was found to be within bounds. Matrices belong to the caller's pointer scope. */
final class PixelDecoder {
    /** Side of the blocks that JPEG files are made of. */
    private static final int JPEG_BLOCK = 8;

    private static final int MID_GREY = 128;

    private PixelDecoder() {}

    /** Stored rows and columns, 8 or 16 bits a sample: grey, BGR, BGRA or CMYK, as the header says. */
    static Mat decode(byte[] bytes, Header header) {
        Mat pixels = header.samples().inks()
                ? CmykJpeg.decode(bytes, header)
                : openCv(header.container() == ImageFormat.PNG ? PngFile.essential(bytes) : bytes, flags(header));
        require(pixels, header);
        if (header.container() == ImageFormat.JPEG) {
            requireWholeJpeg(bytes, pixels);
        }
        return pixels;
    }

    private static int flags(Header header) {
        return switch (header.container()) {
            case JPEG, PNG, WEBP, GIF, TIFF -> opencv_imgcodecs.IMREAD_UNCHANGED; // turned upright and converted here
            case BMP -> opencv_imgcodecs.IMREAD_COLOR; // without the fourth channel
        };
    }

    private static Mat openCv(byte[] bytes, int flags) {
        Mat encoded = new Mat(new BytePointer(bytes), /* copyData */ false);
        try {
            return opencv_imgcodecs.imdecode(encoded, flags);
        } catch (RuntimeException refused) { // how JavaCPP passes on what OpenCV throws
            throw BadImageException.damaged("an error", "a picture", "OpenCV cannot decode it: " + firstLine(refused));
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
                    "no picture", "a picture", "the data of the %s file is damaged".formatted(header.container()));
        }
        if (!Pixels.size(pixels).equals(header.size())) {
            throw BadImageException.damaged(
                    Pixels.size(pixels).toString(),
                    header.size().toString(),
                    "the %s file holds a picture of another size than it says".formatted(header.container()));
        }
        if (pixels.depth() != opencv_core.CV_8U && pixels.depth() != opencv_core.CV_16U) {
            throw BadImageException.damaged(
                    "OpenCV sample type %d".formatted(pixels.depth()),
                    "8 or 16 bits",
                    "samples are neither of 8 nor of 16 bits");
        }
    }

    /**
     * A file that was cut and given an end again decodes to mid-grey from the cut on. A picture may end in that grey too, so
     * the JDK's decoder, which passes its warnings on, has the last word.
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
