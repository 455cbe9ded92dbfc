package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Shards for tests, and what is read from them. */
public final class TestTars {
    private final Supplier<Path> folder;
    private final int longNames;

    /** @param folder of the shards, which JUnit makes after the test's fields */
    TestTars(Supplier<Path> folder) {
        this(folder, TarArchiveOutputStream.LONGFILE_ERROR);
    }

    private TestTars(Supplier<Path> folder, int longNames) {
        this.folder = folder;
        this.longNames = longNames;
    }

    /** Returns shards whose names of more than 100 bytes are written in a mode of {@link TarArchiveOutputStream}. */
    TestTars withLongNames(int mode) {
        return new TestTars(folder, mode);
    }

    Path tar(String... namesAndContents) throws IOException {
        Object[] all = new Object[namesAndContents.length];
        for (int i = 0; i < all.length; i += 2) {
            all[i] = namesAndContents[i];
            all[i + 1] = bytes(namesAndContents[i + 1]);
        }
        return tarOfBytes(all);
    }

    Path tarOfBytes(Object... namesAndContents) throws IOException {
        Path file = Files.createTempFile(folder.get(), "shard", ".tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
            out.setLongFileMode(longNames);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                put(out, (String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
            }
        }
        return file;
    }

    void shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(folder.get().toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    static List<SourceItem> read(Path tar) throws IOException {
        return Sources.all(new TarSource("shards", List.of(tar), ImageExtensions.USUAL, 10_000));
    }

    static List<Found> found(List<SourceItem> items) {
        return items.stream()
                .filter(Found.class::isInstance)
                .map(Found.class::cast)
                .toList();
    }

    static List<DroppedText> dropped(List<SourceItem> items) {
        return items.stream()
                .filter(DroppedText.class::isInstance)
                .map(DroppedText.class::cast)
                .toList();
    }

    public static void put(TarArchiveOutputStream out, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }
}
