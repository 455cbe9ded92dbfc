package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import java.nio.BufferUnderflowException;
import java.util.Optional;

/** Reads the header of a file in any known format. */
final class Headers {
    private Headers() {}

    /**
     * Fails on an unknown format and on a file that does not give its image size. Any other damage is part of the result, so that a
     * false claim about the size is reported first.
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
        Optional<String> foreign = ImageFormat.foreign(bytes);
        return new BadImageException(new Refusal(
                foreign.isPresent() ? RejectionReason.UNSUPPORTED : RejectionReason.UNKNOWN_FORMAT,
                foreign.orElseGet(() -> ImageFormat.printableStart(bytes)),
                "JPEG, PNG, WebP, GIF, BMP, TIFF",
                foreign.map("the first bytes are those of a format that is not read: %s"::formatted)
                        .orElse("the first bytes are those of no known image format")));
    }
}
