package dev.latentstream.app.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Prevents two brokers on one data folder. The broker's process holds the lock and writes its parent's id into the file, so that a
 * folder in use can be distinguished from one whose last broker is just stopping.
 */
final class DataLock implements AutoCloseable {
    /** Holds the lock while it is open; referenced here because an unreachable channel would be closed. */
    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Acquires the lock, waiting for a broker that is still stopping. */
    static DataLock acquire(DataFolder data) throws IOException {
        FileChannel channel = open(data);
        channel.lock();
        long owner = ProcessHandle.current()
                .parent()
                .orElseGet(ProcessHandle::current)
                .pid();
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(owner).getBytes(StandardCharsets.US_ASCII)));
        channel.force(false);
        return new DataLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Returns the process that runs a broker on this folder, if one does. */
    static Optional<ProcessHandle> owner(DataFolder data) throws IOException {
        try (FileChannel channel = open(data);
                FileLock free = channel.tryLock()) {
            if (free != null) {
                return Optional.empty();
            }
        }
        String owner = Files.readString(data.lock(), StandardCharsets.US_ASCII).strip();
        return owner.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(owner)).filter(ProcessHandle::isAlive);
    }

    private static FileChannel open(DataFolder data) throws IOException {
        return FileChannel.open(
                data.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
