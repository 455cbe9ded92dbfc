package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.jspecify.annotations.Nullable;

/** One tar file, read once in order, one sample at a time. */
final class TarShard implements AutoCloseable {
    private static final int MAX_TEXT_BYTES = 1 << 20;

    /** The formats whose decoders need little memory for any input. */
    private static final Set<String> COMPRESSIONS =
            Set.of(CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2, CompressorStreamFactory.ZSTANDARD);

    private final String uri;
    private final TarMembers tar;
    private final int maxImageBytes;
    private @Nullable TarArchiveEntry ahead;
    private long members;

    private TarShard(String uri, TarMembers tar, int maxImageBytes) {
        this.uri = uri;
        this.tar = tar;
        this.maxImageBytes = maxImageBytes;
    }

    static TarShard open(Path file, int maxImageBytes) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            return new TarShard(file.toUri().toString(), TarMembers.of(decompressed(in)), maxImageBytes);
        } catch (IOException broken) {
            in.close();
            throw broken;
        }
    }

    private static InputStream decompressed(InputStream in) throws IOException {
        String compression;
        try {
            compression = CompressorStreamFactory.detect(in);
        } catch (CompressorException plain) { // not a compression format that it knows
            return in;
        }
        if (!COMPRESSIONS.contains(compression)) {
            return in;
        }
        try {
            return new CompressorStreamFactory(/* decompressUntilEOF */ true)
                    .createCompressorInputStream(compression, in);
        } catch (CompressorException broken) {
            throw new IOException("the file starts like %s but cannot be decompressed".formatted(compression), broken);
        }
    }

    String uri() {
        return uri;
    }

    long members() {
        return members;
    }

    /** Reads the members of one key; returns false at the end of the shard. */
    boolean readSample(Predicate<String> done, Consumer<SourceItem> out) throws IOException {
        TarArchiveEntry entry = ahead == null ? tar.next() : ahead;
        if (entry == null) {
            reportEnd(out);
            return false;
        }
        String key = TarMembers.key(entry.getName());
        TarSample sample = new TarSample();
        for (; entry != null && TarMembers.key(entry.getName()).equals(key); entry = tar.next()) {
            members++;
            read(entry, sample, done, out);
        }
        ahead = entry;
        sample.finish(uri + "!" + key, out);
        if (entry == null) {
            reportEnd(out);
        }
        return entry != null;
    }

    private void reportEnd(Consumer<SourceItem> out) {
        if (!tar.ended()) {
            out.accept(new Unreadable(
                    uri, "the shard ends after %d members without an end-of-archive block".formatted(members)));
        }
    }

    private void read(TarArchiveEntry entry, TarSample sample, Predicate<String> done, Consumer<SourceItem> out)
            throws IOException {
        String memberUri = uri + "!" + entry.getName();
        if (entry.isDirectory()) {
            return;
        }
        if (!entry.isFile() || entry.isSymbolicLink() || entry.isLink() || entry.isSparse()) {
            out.accept(new Unreadable(memberUri, "a link, a device or a sparse file, not a regular file"));
            return;
        }
        if (ImageNames.isImage(entry.getName())) {
            sample.image(image(memberUri, done), out);
            return;
        }
        switch (ImageNames.extension(entry.getName())) {
            case "txt" -> sample.text(memberUri, tar.readNBytes(MAX_TEXT_BYTES), out);
            case "json" -> sample.json(memberUri, tar.readNBytes(MAX_TEXT_BYTES), out);
            default -> out.accept(new Other(memberUri));
        }
    }

    private SourceItem image(String memberUri, Predicate<String> done) throws IOException {
        if (done.test(memberUri)) {
            return new Done(memberUri);
        }
        return BoundedRead.image(memberUri, tar, maxImageBytes, Optional.empty(), Map.of());
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
