package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import java.nio.BufferUnderflowException;

/** Reads the header of a file of any known format. */
final class Headers {
    private Headers() {}

    /**
     * Fails on a file of another format, and on one that does not say how large its image is; any other damage is in the result,
     * so that a lie about the size is found before it.
     */
    static Header read(byte[] bytes) {
        ImageFormat container = ImageFormat.sniff(bytes).orElseThrow(() -> unknown(bytes));
        try {
            return switch (container) {
                case JPEG -> JpegFile.read(bytes);
                case PNG -> PngFile.read(bytes);
                case WEBP -> WebpFile.read(bytes);
                case GIF -> GifFile.read(bytes);
                case BMP -> BmpFile.read(bytes);
                case TIFF -> TiffFile.read(bytes);
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(bytes.length),
                    "a whole header",
                    "the %s file ends inside its header".formatted(container));
        }
    }

    private static BadImageException unknown(byte[] bytes) {
        return new BadImageException(new Refusal(
                RejectionReason.UNKNOWN_FORMAT,
                ImageFormat.printableStart(bytes),
                "JPEG, PNG, WebP, GIF, BMP, TIFF",
                "the first bytes are those of no known image format"));
    }
}
