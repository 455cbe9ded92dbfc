package dev.latentstream.app.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Writes a tar file as POSIX specifies it: blocks of 512 bytes, numbers in octal digits. */
public final class TestShard {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

    public TestShard add(String name, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
        put(header, 136, "00000000000");
        put(header, 148, "        "); // the checksum is taken with blanks in its place
        put(header, 156, "0"); // a plain file
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte unsigned : header) {
            sum += unsigned & 255;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        blocks.writeBytes(header);
        blocks.writeBytes(Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
        return this;
    }

    /** Returns the file, with the two empty blocks that end a tar. */
    public Path write(Path file) throws IOException {
        blocks.writeBytes(new byte[2 * BLOCK]);
        return Files.write(file, blocks.toByteArray());
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = MixedFiles.utf8(text);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
