package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.FailureWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a running stage within its group. No other instance has the same id until it is closed or its process dies.
 *
 * <p>The id ends in the lowest number that is free on this host, so a restarted instance gets its former id back, and with it its
 * partitions and the folder of its state stores. A number is claimed by locking a file.
 */
public final class Instance implements AutoCloseable {
    /**
     * Files that are locked by this process. The locks of the operating system belong to a process: opening and closing a file
     * again, to test whether it is locked, would unlock it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final String group;
    private final String id;
    private final String folder;
    private final @Nullable Path file;
    private final @Nullable FileChannel lock;

    private Instance(String group, String id, String folder, @Nullable Path file, @Nullable FileChannel lock) {
        this.group = group;
        this.id = id;
        this.folder = folder;
        this.file = file;
        this.lock = lock;
    }

    /** Returns the instance named by the settings, whose author must keep the name unique. */
    public static Instance named(String group, String name) {
        String plain = plain(name);
        return new Instance(group, group + "-" + plain, plain, null, null);
    }

    /**
     * Claims the instance with the lowest free number.
     *
     * @param owner host and user, which distinguish the processes that share the folder of locks from all others
     */
    static Instance numbered(String group, String owner, Path locks) {
        String stem = group + "-" + plain(owner);
        try {
            Path folder = Files.createDirectories(locks).toRealPath();
            for (int number = 0; ; number++) {
                String id = stem + "-" + number;
                Path file = folder.resolve(id + ".lock");
                @Nullable FileChannel lock = lock(file);
                if (lock != null) {
                    return new Instance(group, id, Integer.toString(number), file, lock);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot number the instances of %s in %s (%s): make the folder writable, or give each instance a name with kafka.properties group.instance.id"
                            .formatted(group, locks, FailureWords.describe(e)),
                    e);
        }
    }

    /** The consumer group; for Kafka Streams, the application id. */
    String group() {
        return group;
    }

    /** The id of the static group member, also used as transactional id. */
    public String id() {
        return id;
    }

    /** Returns the subfolder that no other instance of the group on this host uses. */
    public Path folderIn(Path shared) {
        return shared.resolve(folder);
    }

    /** Releases the id; to be called once nothing runs under it any more. */
    @Override
    public void close() {
        if (lock == null || file == null || !lock.isOpen()) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(file);
        }
    }

    /** Returns the opened and locked file, or null if another instance has the lock. */
    private static @Nullable FileChannel lock(Path file) throws IOException {
        if (!HELD.add(file)) {
            return null;
        }
        @Nullable FileChannel locked = null;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            } else {
                locked = channel;
            }
            return locked;
        } finally {
            if (locked == null) {
                HELD.remove(file);
            }
        }
    }

    /** Keeps to characters that Kafka allows in an id and any file system in a name. */
    private static String plain(String name) {
        return name.replaceAll("[^a-zA-Z0-9._-]", "-");
    }
}
