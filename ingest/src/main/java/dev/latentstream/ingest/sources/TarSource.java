package dev.latentstream.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads WebDataset shards: tar files (plain, gzip, bzip2 or zstd) in which the members of one key, the name up to its first dot, are
 * one sample: an image, its texts ({@code .txt}, {@code .caption}) and its attributes ({@code .json}), which may include texts.
 *
 * <p>Nothing is unpacked to disk. A shard that cannot be opened or is broken is reported, and the next one is read. A file of several
 * archives in a row is read to its end.
 */
public final class TarSource implements ImageSource {
    private final String name;
    private final ImageExtensions extensions;
    private final int maxImageBytes;
    private final Queue<Path> left;
    private final Deque<SourceItem> ready = new ArrayDeque<>();
    private @Nullable TarShard shard;

    public TarSource(String name, List<Path> files, ImageExtensions extensions, int maxImageBytes) {
        this.name = name;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.left = new ArrayDeque<>(files);
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns empty: a tar file has no table of contents. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        while (ready.isEmpty()) {
            if (shard == null) {
                Path file = left.poll();
                if (file == null) {
                    return Optional.empty();
                }
                shard = open(file);
            } else if (!readSample(shard, known)) {
                shard.close();
                shard = null;
            }
        }
        return Optional.of(ready.remove());
    }

    /** Reports a file that cannot be opened and returns null. */
    private @Nullable TarShard open(Path file) {
        try {
            return TarShard.open(file, extensions, maxImageBytes);
        } catch (IOException unreadable) { // some messages are only the file name, hence the whole exception
            ready.add(new SourceItem.Unreadable(
                    file.toUri().toString(), "the shard cannot be opened: %s".formatted(unreadable)));
            return null;
        }
    }

    /** Returns false at the shard's end or where it is broken. */
    private boolean readSample(TarShard from, Known known) {
        try {
            return from.readSample(known, ready::add);
        } catch (IOException broken) {
            ready.add(new SourceItem.Unreadable(
                    from.uri(),
                    "the shard breaks off after %d members: %s".formatted(from.members(), broken.getMessage())));
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (shard != null) {
            shard.close();
        }
    }
}
