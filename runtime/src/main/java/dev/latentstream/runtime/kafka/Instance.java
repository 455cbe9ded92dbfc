package dev.latentstream.runtime.kafka;

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
 * Who a running stage is among the instances of its group: nobody else has its id until it is closed or its process dies.
 *
 * <p>The id ends in the lowest number that no other instance on this host holds, so that one that is started again gets back the
 * id it had, and with it the group's partitions and the folder of its tables. A number is held by a lock on a file.
 */
public final class Instance implements AutoCloseable {
    /**
     * Files that are locked by this process. The locks of the operating system belong to a process: opening and closing a file
     * anew, to see whether it is locked, would unlock it.
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

    /** The instance that the settings name. That no other has this name is up to who wrote them. */
    public static Instance named(String group, String name) {
        String plain = plain(name);
        return new Instance(group, group + "-" + plain, plain, null, null);
    }

    /**
     * The instance with the lowest free number.
     *
     * @param owner what tells those who share the folder of locks from all others: host and user
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
                            .formatted(group, locks, e),
                    e);
        }
    }

    /** The group that it is a member of; the application, if that is one of Streams. */
    String group() {
        return group;
    }

    /** Its id as a static member of the group, and as a writer of transactions. */
    public String id() {
        return id;
    }

    /** What no other instance on this host keeps its files in. */
    public Path folderIn(Path shared) {
        return shared.resolve(folder);
    }

    /** Lets others have the id; to be called once nothing runs under it any more. */
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

    /** Open and locked, or null if another holds it. */
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

    /** What Kafka takes for an id, and any file system for a name. */
    private static String plain(String name) {
        return name.replaceAll("[^a-zA-Z0-9._-]", "-");
    }
}
