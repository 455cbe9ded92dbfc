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
    private final List<Path> files;
    private final Queue<Path> left;
    private final Deque<SourceItem> ready = new ArrayDeque<>();
    private @Nullable TarShard shard;
    private long images; // of this shard
    private boolean broken;

    public TarSource(String name, List<Path> files, ImageExtensions extensions, int maxImageBytes) {
        this.name = name;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.files = List.copyOf(files);
        this.left = new ArrayDeque<>(files);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        String first =
                files.isEmpty() ? "" : " from " + files.get(0).toAbsolutePath().normalize();
        return "%d shards%s".formatted(files.size(), first);
    }

    @Override
    public Optional<ImageSource> again() {
        return Optional.of(new TarSource(name, files, extensions, maxImageBytes));
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
                shard = open(file, known);
            } else if (!readSample(shard, known)) {
                end(shard);
            }
        }
        return Optional.of(ready.remove());
    }

    /** Returns null for a shard that was delivered before, and for one that cannot be opened, which is reported. */
    private @Nullable TarShard open(Path file, Known known) {
        try {
            String uri = file.toUri().toString();
            OptionalLong delivered = known.position(uri, reading(Stamp.of(file)));
            if (delivered.isPresent()) {
                ready.add(new SourceItem.DonePart(uri, delivered.getAsLong()));
                return null;
            }
            return TarShard.open(file, extensions, maxImageBytes);
        } catch (IOException unreadable) { // some messages are only the file name, hence the whole exception
            ready.add(new SourceItem.Unreadable(
                    file.toUri().toString(), "the shard cannot be opened: %s".formatted(unreadable)));
            return null;
        }
    }

    /** A shard that was read without damage need not be opened again, as long as it is read in the same way. */
    private void end(TarShard read) throws IOException {
        if (read.isEnded() && !broken) {
            ready.add(new SourceItem.Position(read.uri(), reading(read.stamp()), images));
        }
        read.close();
        shard = null;
        images = 0;
        broken = false;
    }

    private String reading(String stamp) {
        return "%s %s %d".formatted(stamp, extensions, maxImageBytes);
    }

    /** Returns false at the shard's end or where it is broken. */
    private boolean readSample(TarShard from, Known known) {
        try {
            return from.readSample(known, this::add);
        } catch (IOException damage) {
            broken = true;
            ready.add(new SourceItem.Unreadable(
                    from.uri(),
                    "the shard breaks off after %d members: %s".formatted(from.members(), damage.getMessage())));
            return false;
        }
    }

    private void add(SourceItem item) {
        images += item instanceof SourceItem.Found || item instanceof SourceItem.Done ? 1 : 0;
        ready.add(item);
    }

    @Override
    public void close() throws IOException {
        if (shard != null) {
            shard.close();
        }
    }
}
