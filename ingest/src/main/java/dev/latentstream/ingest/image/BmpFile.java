package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the header of a BMP file. The fourth channel is ignored: most writers leave it zero without meaning transparency. */
final class BmpFile {
    private static final int CORE_HEADER = 12;

    private BmpFile() {}

    static Header read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean core = bytes.getInt(14) == CORE_HEADER;
        Size size = core
                ? Size.declared(bytes.getShort(18) & 0xffff, bytes.getShort(20) & 0xffff)
                : Size.declared(
                        bytes.getInt(18), Math.abs((long) bytes.getInt(22))); // negative for rows stored top down
        return new Header(
                ImageFormat.BMP,
                size,
                1,
                PixelLayout.lossless(3),
                Orientation.UPRIGHT,
                /* profile */ null,
                /* damage */ null);
    }
}
