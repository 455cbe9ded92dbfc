package dev.latentstream.models.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Detects pointer files, which a clone of a model's repository contains in place of large files if Git LFS is not installed. */
final class GitLfs {
    private static final byte[] START = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

    private GitLfs() {}

    /**
     * Refuses a pointer.
     *
     * @param content of the file
     */
    static void refusePointer(Path path, byte[] content) throws IOException {
        if (content.length >= START.length && isStart(Arrays.copyOf(content, START.length))) {
            throw pointer(path);
        }
    }

    /** Returns whether these bytes are the first ones of a pointer. */
    static boolean isStart(byte[] bytes) {
        return Arrays.equals(bytes, Arrays.copyOf(START, bytes.length));
    }

    static IOException pointer(Path path) {
        return new IOException(path + ": a pointer of Git LFS, not the file itself; run: git lfs pull");
    }
}
