package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.FileFaults;
import java.io.IOException;
import java.io.InputStream;
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
    private final List<? extends ShardInput> shards;
    private final Queue<ShardInput> left;
    private final Deque<SourceItem> ready = new ArrayDeque<>();
    private @Nullable TarShard shard;
    private long images; // of this shard
    private boolean broken;

    /** Reads files, in order. */
    public TarSource(String name, List<Path> files, ImageExtensions extensions, int maxImageBytes) {
        this(
                name,
                extensions,
                maxImageBytes,
                List.copyOf(files.stream().map(ShardInput.OfFile::new).toList()));
    }

    private TarSource(String name, ImageExtensions extensions, int maxImageBytes, List<? extends ShardInput> shards) {
        this.name = name;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.shards = shards;
        this.left = new ArrayDeque<>(shards);
    }

    /** Returns a source of shards that are elsewhere, in order. */
    public static TarSource ofInputs(
            String name, List<? extends ShardInput> shards, ImageExtensions extensions, int maxImageBytes) {
        return new TarSource(name, extensions, maxImageBytes, List.copyOf(shards));
    }

    /** Returns a source of one shard, plain or compressed, that can be read only once; the stream is not closed. */
    public static TarSource ofStream(
            String name, String uri, InputStream stream, ImageExtensions extensions, int maxImageBytes) {
        return new TarSource(name, extensions, maxImageBytes, List.of(new ShardInput.OfStream(uri, stream)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        String first = shards.isEmpty() ? "" : " from " + shards.get(0).uri();
        return "%d shards%s".formatted(shards.size(), first);
    }

    @Override
    public Optional<ImageSource> again() {
        return shards.stream().allMatch(ShardInput::isRepeatable)
                ? Optional.of(new TarSource(name, extensions, maxImageBytes, shards))
                : Optional.empty();
    }

    /** Returns empty: a tar file has no table of contents. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        try {
            while (ready.isEmpty()) {
                if (shard == null) {
                    ShardInput input = left.poll();
                    if (input == null) {
                        return Optional.empty();
                    }
                    shard = open(input, known);
                } else if (!readSample(shard, known)) {
                    end(shard);
                }
            }
            return Optional.of(ready.remove());
        } catch (BrokenInputException unavailable) {
            if (Thread.currentThread().isInterrupted()) { // the run ends with what came before
                return Optional.of(new SourceItem.Waiting(name));
            }
            throw unavailable;
        }
    }

    /** Returns null for a shard that was delivered before, and for one that cannot be opened, which is reported. */
    private @Nullable TarShard open(ShardInput input, Known known) throws IOException {
        try {
            ShardInput.Version version = input.version();
            String stamp = version.stamp(); // of what is read, or older
            OptionalLong delivered = known.position(input.uri(), reading(stamp));
            if (delivered.isPresent()) {
                ready.add(new SourceItem.DonePart(input.uri(), delivered.getAsLong()));
                return null;
            }
            return TarShard.open(input.uri(), stamp, version.open(), extensions, maxImageBytes);
        } catch (IOException unreadable) {
            requireAvailable(unreadable);
            ready.add(new SourceItem.Unreadable(
                    input.uri(), "the shard cannot be opened: %s".formatted(FileFaults.describe(unreadable))));
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
    private boolean readSample(TarShard from, Known known) throws IOException {
        try {
            return from.readSample(known, this::add);
        } catch (IOException damage) {
            broken = true;
            requireAvailable(damage);
            ready.add(new SourceItem.Unreadable(
                    from.uri(),
                    "the shard breaks off after %d members: %s"
                            .formatted(from.members(), FileFaults.describe(damage))));
            return false;
        }
    }

    /** The fault of one shard is reported, and the next one read; that of all shards is not. */
    private static void requireAvailable(IOException fault) throws BrokenInputException {
        if (fault instanceof BrokenInputException broken && broken.isOfSource()) {
            throw broken;
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
