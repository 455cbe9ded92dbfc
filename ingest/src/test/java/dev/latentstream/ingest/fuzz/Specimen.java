package dev.latentstream.ingest.fuzz;

import static dev.latentstream.ingest.sources.TestTars.gzip;
import static dev.latentstream.ingest.sources.TestTars.put;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestAnimations;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.lists.ListReader;
import dev.latentstream.ingest.lists.ListRow;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.TarSource;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A sound file, and what reads its kind.
 *
 * @param kind for the report
 * @param reading returns what comes out, as one or a few words
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Specimen(String kind, byte[] file, Reading reading) {
    private static final Path LISTS = Path.of("src", "test", "resources", "lists");
    private static final int MAX_IMAGE_BYTES = 8 << 20;

    /** Reads a file. An {@link IOException} is an outcome too: the file as a whole cannot be read. */
    @FunctionalInterface
    interface Reading {
        String of(byte[] file) throws IOException;
    }

    /**
     * Returns files of all kinds that sources and the reader take.
     *
     * @param photos the number of photographs among them, if there are some
     * @param folder for files that a reader opens by name
     */
    static List<Specimen> all(int photos, Path folder) throws IOException {
        ImageReader reader =
                ImageReader.open(new ImageBounds(), new OutputSettings(), 1, ImageReader.Hashes.NEAR_DUPLICATES);
        List<Specimen> all = new ArrayList<>();
        for (Path photo : TestImages.photos().stream().limit(photos).toList()) {
            all.add(image("photograph", Files.readAllBytes(photo), reader));
        }
        BufferedImage drawing = TestImages.drawing(320, 240);
        byte[] jpeg = TestImages.jpeg(drawing);
        all.add(image("jpeg", jpeg, reader));
        all.add(image("png", TestImages.png(drawing), reader));
        all.add(image("webp", webp(jpeg), reader));
        all.add(image("gif", TestImages.encode("gif", drawing), reader));
        all.add(image("gif", TestAnimations.gif(Color.RED, Color.GREEN, Color.BLUE), reader));
        all.add(image("bmp", TestImages.encode("bmp", drawing), reader));
        all.add(image("tiff", TestImages.encode("tiff", drawing), reader));
        byte[] tar = tar(jpeg);
        all.add(new Specimen("tar", tar, Specimen::shard));
        all.add(new Specimen("tar.gz", gzip(tar), Specimen::shard));
        for (String list : List.of("laion.parquet", "datacomp.parquet", "huggingface.parquet")) {
            all.add(new Specimen(
                    "parquet", Files.readAllBytes(LISTS.resolve(list)), list(new ListFormat.Parquet(), folder)));
        }
        String row =
                "{\"url\": \"http://a.test/1.jpg\", \"caption\": \"a \\u00e9 cat\", \"width\": 640, \"similarity\": 0.3}\n";
        all.add(new Specimen("jsonl", bytes(row.repeat(5)), list(new ListFormat.JsonLines(), folder)));
        String csv = "url,caption\nhttp://a.test/1.jpg,\"a \"\"red\"\" cat\"\n";
        all.add(new Specimen("csv", bytes(csv.repeat(3)), list(new ListFormat.Csv(',', List.of()), folder)));
        return all;
    }

    private static Specimen image(String kind, byte[] file, ImageReader reader) {
        return new Specimen(kind, file, bytes -> {
            Decoded decoded = reader.read(bytes);
            return decoded instanceof Decoded.Refused refused
                    ? refused.refusal().reason().toString()
                    : "admitted";
        });
    }

    /** Reads a shard to its end; says how many members of which kind. */
    private static String shard(byte[] file) throws IOException {
        int found = 0;
        int faults = 0;
        try (TarSource source = TarSource.ofStream(
                "fuzz", "stdin:fuzz", new ByteArrayInputStream(file), ImageExtensions.USUAL, MAX_IMAGE_BYTES)) {
            for (Optional<SourceItem> item = source.next(Known.NOTHING);
                    item.isPresent();
                    item = source.next(Known.NOTHING)) {
                found += item.get() instanceof SourceItem.Found ? 1 : 0;
                faults += item.get() instanceof SourceItem.Unreadable ? 1 : 0;
            }
        }
        return faults == 0 ? "read" : found == 0 ? "reported, no image" : "reported, some images";
    }

    private static Reading list(ListFormat format, Path folder) {
        return bytes -> {
            Path file = Files.write(folder.resolve("list"), bytes);
            int bad = 0;
            try (ListReader reader = format.open(file, ListColumns.BY_NAME, MAX_IMAGE_BYTES)) {
                for (Optional<ListRow> row = reader.next(); row.isPresent(); row = reader.next()) {
                    bad += row.get() instanceof ListRow.Bad ? 1 : 0;
                }
            }
            return bad == 0 ? "read" : "some rows refused";
        };
    }

    private static byte[] webp(byte[] jpeg) {
        try (PointerScope scope = new PointerScope()) {
            Mat pixels = opencv_imgcodecs.imdecode(
                    new Mat(new BytePointer(jpeg), /* copyData */ false), opencv_imgcodecs.IMREAD_COLOR);
            BytePointer encoded = new BytePointer();
            opencv_imgcodecs.imencode(".webp", pixels, encoded);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    private static byte[] tar(byte[] jpeg) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (String name : List.of("1.jpg", "1.txt", "1.json", "\u00e9.jpg", "a".repeat(120) + "/2.jpg")) {
                put(tar, name, name.endsWith(".jpg") ? jpeg : bytes("{\"caption\": \"a cat\"}"));
            }
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
