package dev.latentstream.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * WebDataset shards: tar files, plain, gzip, bzip2 or zstd, whose members of one key (the name up to its first dot) are one sample:
 * an image, its text ({@code .txt}) and its attributes ({@code .json}).
 *
 * <p>Nothing is ever unpacked to disk. A shard that cannot be opened or breaks off is reported and left; the next one is read.
 */
public final class TarSource implements ImageSource {
    private final String name;
    private final int maxImageBytes;
    private final Queue<Path> left;
    private final Deque<SourceItem> ready = new ArrayDeque<>();
    private @Nullable TarShard shard;

    public TarSource(String name, List<Path> files, int maxImageBytes) {
        this.name = name;
        this.maxImageBytes = maxImageBytes;
        this.left = new ArrayDeque<>(files);
    }

    @Override
    public String name() {
        return name;
    }

    /** A tar has no table of contents. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<SourceItem> next(Predicate<String> done) throws IOException {
        while (ready.isEmpty()) {
            if (shard == null) {
                Path file = left.poll();
                if (file == null) {
                    return Optional.empty();
                }
                shard = open(file);
            } else if (!readSample(shard, done)) {
                shard.close();
                shard = null;
            }
        }
        return Optional.of(ready.remove());
    }

    /** Null for a file that cannot be opened, which is reported. */
    private @Nullable TarShard open(Path file) {
        try {
            return TarShard.open(file, maxImageBytes);
        } catch (IOException unreadable) { // some of its messages are the file's name and nothing else
            ready.add(new SourceItem.Unreadable(
                    file.toUri().toString(), "the shard cannot be opened: %s".formatted(unreadable)));
            return null;
        }
    }

    /** False at the shard's end, sound or not. */
    private boolean readSample(TarShard from, Predicate<String> done) {
        try {
            return from.readSample(done, ready::add);
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
