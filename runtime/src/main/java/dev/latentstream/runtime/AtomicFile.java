package dev.latentstream.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files so that a reader, and a restart after a crash, sees the old content or the new one and never a part. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes a temporary file in the same folder, syncs it to disk, and moves it to its name. Returns the file. */
    public static Path write(Path file, byte[] content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try {
            fill(unfinished, content);
        } catch (FileSystemException named) {
            throw named;
        } catch (IOException unnamed) { // Java names no file when the disk is full
            FileSystemException named = new FileSystemException(unfinished.toString(), null, unnamed.getMessage());
            named.initCause(unnamed);
            throw named;
        }
        return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns whether a name is that of a file, or free: a device, a pipe or a link must be written to, not replaced. */
    public static boolean isReplaceable(Path file) {
        return !Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static void fill(Path unfinished, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
