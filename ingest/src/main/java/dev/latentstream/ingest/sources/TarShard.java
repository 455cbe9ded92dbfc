package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.files.FileNames;
import dev.latentstream.schemas.RejectionReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.jspecify.annotations.Nullable;

/** One tar file, or several in a row, read once in order, one sample at a time. */
final class TarShard implements AutoCloseable {
    /** The formats whose decoders need little memory for any input. */
    private static final Set<String> COMPRESSIONS =
            Set.of(CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2, CompressorStreamFactory.ZSTANDARD);

    /** Those whose programs ignore zeros after a stream. */
    private static final Set<String> PADDED = Set.of(CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2);

    /** Those whose first bytes no tar file has. */
    private static final Set<String> OTHER_COMPRESSIONS = Set.of(
            CompressorStreamFactory.XZ, CompressorStreamFactory.LZ4_FRAMED, CompressorStreamFactory.SNAPPY_FRAMED);

    private static final Set<String> OTHER_ARCHIVES = Set.of(ArchiveStreamFactory.ZIP, ArchiveStreamFactory.SEVEN_Z);

    /** The types of regular files. */
    private static final Set<Byte> REGULAR = Set.of(
            TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG, TarConstants.LF_GNUTYPE_SPARSE);

    /** Metadata of a shard, at its top. */
    private static final Pattern META = Pattern.compile("__[^/]*__($|/)");

    private final String uri;
    private final String stamp;
    private final InputStream in;
    private final ImageExtensions extensions;
    private final int maxImageBytes;
    private TarMembers tar;
    private @Nullable Member ahead;
    private long members;

    /** A member that is read next, with its name. */
    private record Member(TarArchiveEntry entry, String name) {
        String key() {
            return TarMembers.key(name);
        }

        /** Returns the part of the name after the key and a dot, in lower case. */
        String extension() {
            return name.substring(Math.min(name.length(), key().length() + 1)).toLowerCase(Locale.ROOT);
        }
    }

    private TarShard(String uri, String stamp, InputStream in, ImageExtensions extensions, int maxImageBytes) {
        this.uri = uri;
        this.stamp = stamp;
        this.in = in;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.tar = TarMembers.of(in);
    }

    /** Reads a stream, which is closed with the shard. */
    static TarShard open(String uri, String stamp, InputStream stream, ImageExtensions extensions, int maxImageBytes)
            throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream, 1 << 16);
        try {
            InputStream plain = decompressed(in);
            return new TarShard(
                    uri,
                    stamp,
                    plain.markSupported() ? plain : new BufferedInputStream(plain, 1 << 16),
                    extensions,
                    maxImageBytes);
        } catch (IOException broken) {
            in.close();
            throw broken;
        }
    }

    private static InputStream decompressed(BufferedInputStream in) throws IOException {
        String compression;
        try {
            compression = CompressorStreamFactory.detect(in);
        } catch (CompressorException plain) { // not a compression format that it knows
            requireNoOtherArchive(in);
            return in;
        }
        if (OTHER_COMPRESSIONS.contains(compression)) {
            throw new IOException("compressed by %s, not by gzip, bzip2 or zstd".formatted(compression));
        }
        if (!COMPRESSIONS.contains(compression)) {
            return in;
        }
        try {
            return new Decompressed(
                    PADDED.contains(compression)
                            ? new CompressedStreams(compression, in)
                            : new CompressorStreamFactory().createCompressorInputStream(compression, in));
        } catch (CompressorException broken) {
            throw new IOException("the file starts like %s but cannot be decompressed".formatted(compression), broken);
        }
    }

    private static void requireNoOtherArchive(InputStream in) throws IOException {
        try {
            String archive = ArchiveStreamFactory.detect(in);
            if (OTHER_ARCHIVES.contains(archive)) {
                throw new IOException("a %s archive, not a tar file".formatted(archive));
            }
        } catch (ArchiveException unknown) { // its members are read as far as they can be
            return;
        }
    }

    String uri() {
        return uri;
    }

    long members() {
        return members;
    }

    String stamp() {
        return stamp;
    }

    /** Returns whether the last archive was read to its end-of-archive block. */
    boolean isEnded() {
        return ahead == null && tar.ended();
    }

    /**
     * Reads the members of one key; returns false at the end of the shard.
     *
     * @throws IOException where the shard is broken; the members before are delivered
     */
    boolean readSample(Known known, Consumer<SourceItem> out) throws IOException {
        Member member = ahead == null ? next(out) : ahead;
        if (member == null) {
            reportEnd(out);
            return false;
        }
        String key = member.key();
        TarSample sample = new TarSample(stamp, out);
        try {
            for (; member != null && member.key().equals(key); member = next(out)) {
                members++;
                read(member, sample, known);
            }
            ahead = member;
        } catch (BrokenInputException unread) {
            throw unread; // the next run delivers the sample with all its texts
        } catch (IOException damage) {
            sample.finish();
            throw damage;
        }
        sample.finish();
        if (member == null) {
            reportEnd(out);
        }
        return member != null;
    }

    /** Returns the next member that has a key; null at the end of the last archive. */
    private @Nullable Member next(Consumer<SourceItem> out) throws IOException {
        while (true) {
            TarArchiveEntry entry = tar.next();
            if (entry == null) {
                if (!tar.ended() || !TarMembers.follow(in)) {
                    return null;
                }
                tar = TarMembers.of(in);
                continue;
            }
            Member member = new Member(entry, tar.name(entry));
            if (!entry.isDirectory() && !isSetAside(member, out)) {
                return member;
            }
        }
    }

    /** Delivers a member without a key, which, as in WebDataset, does not end the sample around it. */
    private boolean isSetAside(Member member, Consumer<SourceItem> out) {
        Optional<SourceItem> aside = aside(member.entry(), member.name(), uri + "!" + member.name());
        aside.ifPresent(out);
        members += aside.isPresent() && !(aside.get() instanceof Skipped) ? 1 : 0;
        return aside.isPresent();
    }

    private static Optional<SourceItem> aside(TarArchiveEntry entry, String name, String memberUri) {
        Optional<String> clutter = Arrays.stream(name.split("/", -1))
                .flatMap(part -> FileNames.clutter(part).stream())
                .findFirst();
        if (clutter.isPresent()) {
            return Optional.of(new Skipped(memberUri, clutter.get()));
        }
        if (META.matcher(name).lookingAt()) {
            return Optional.of(new Skipped(memberUri, "__*__"));
        }
        if (!REGULAR.contains(entry.getLinkFlag()) || entry.isStarSparse()) {
            return Optional.of(
                    new Unreadable(memberUri, "a link, a device or a sparse file of star, not a regular file"));
        }
        boolean keyed = name.indexOf('.', name.lastIndexOf('/') + 1) >= 0;
        return keyed ? Optional.empty() : Optional.of(new Other(memberUri));
    }

    private void reportEnd(Consumer<SourceItem> out) {
        if (!tar.ended()) {
            out.accept(new Unreadable(
                    uri,
                    members == 0
                            ? "not a tar file, plain or compressed by gzip, bzip2 or zstd"
                            : "the shard ends after %d members without an end-of-archive block".formatted(members)));
        }
    }

    private void read(Member member, TarSample sample, Known known) throws IOException {
        String memberUri = uri + "!" + member.name();
        String extension = member.extension();
        OptionalInt rank = extensions.rank(extension);
        if (rank.isPresent()) {
            sample.image(image(member.entry(), memberUri, known), extension, rank.getAsInt());
        } else if (FileNames.textRank(member.name()) >= 0) {
            sample.text(memberUri, extension, tar.readNBytes(SampleTexts.MAX_BYTES), tar.size(member.entry()));
        } else {
            sample.other(memberUri);
        }
    }

    private SourceItem image(TarArchiveEntry entry, String memberUri, Known known) throws IOException {
        if (known.unchanged(memberUri, stamp)) {
            return new Done(memberUri);
        }
        if (tar.isSparse(entry)
                && tar.size(entry) > maxImageBytes) { // its holes may be terabytes, hence no hash of them
            return new Refused(
                    memberUri,
                    Refusal.above(
                            RejectionReason.TOO_MANY_BYTES, "bytes of the member", tar.size(entry), maxImageBytes));
        }
        return BoundedRead.image(memberUri, tar, maxImageBytes);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
