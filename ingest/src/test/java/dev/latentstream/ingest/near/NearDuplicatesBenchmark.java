package dev.latentstream.ingest.near;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.runtime.Folders;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.NearAnswer;
import dev.latentstream.schemas.NearClaim;
import dev.latentstream.schemas.NearMatch;
import dev.latentstream.schemas.NearMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Measures the index as the topology uses it, on the disk: {@code recall SCENES VARIED} finds copies of scenes and photographs among
 * them, {@code state COUNT...} the bytes and the time of an image. The figures are in {@code docs/design/033-near-duplicates.md}.
 */
public final class NearDuplicatesBenchmark {
    private static final int SIDE = 256;
    private static final int LOOK_UPS = 200;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final MockProcessorContext<String, NearMessage> context;
    private final KeyValueStore<Bytes, byte[]> store;
    private final NearIndex index = new NearIndex(Duration.ofDays(10_000));
    private final Path folder;
    private long time = DAY;

    private NearDuplicatesBenchmark() throws IOException {
        this.folder = Files.createTempDirectory("near");
        this.context = new MockProcessorContext<>(new Properties(), new TaskId(0, 0), folder.toFile());
        this.store = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NearIndex.STORE), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        context.setCurrentSystemTimeMs(Long.MAX_VALUE);
        index.init(context);
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("recall")) {
            NearDuplicatesBenchmark benchmark = new NearDuplicatesBenchmark();
            benchmark.recall(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), System.out);
            benchmark.store.close();
            Folders.delete(benchmark.folder);
            return;
        }
        for (String count : List.of(arguments).subList(1, arguments.length)) {
            new NearDuplicatesBenchmark().state(Integer.parseInt(count), System.out);
        }
    }

    private void recall(int scenes, int varied, PrintStream out) throws IOException {
        ImageReader reader =
                ImageReader.open(new ImageBounds(), new OutputSettings(), 1, ImageReader.Hashes.NEAR_DUPLICATES);
        List<Integer> wrong = new ArrayList<>();
        for (int i = 0; i < scenes; i++) {
            ByteBuffer hashes = hashes(reader, TestImages.png(SceneRenderer.render(Scenes.scene(7, i), SIDE, SIDE)));
            claim(id(i), hashes, 40).values().stream().min(Integer::compare).ifPresent(wrong::add);
        }
        out.printf("%d scenes, near an earlier one", scenes);
        Variants.BITS.forEach(bits -> out.printf(" at %d bits %d", bits, Variants.found(wrong, bits)));
        out.println();
        Variants.Tally tally = new Variants.Tally();
        int photo = scenes;
        for (Path path : TestImages.photos()) {
            byte[] file = Files.readAllBytes(path);
            claim(id(photo), hashes(reader, file), 40);
            vary(reader, file, photo++, "photographs", tally);
        }
        for (int i = 0; i < varied; i++) {
            byte[] file = TestImages.png(SceneRenderer.render(Scenes.scene(7, i), SIDE, SIDE));
            vary(reader, file, i, "scenes", tally);
        }
        tally.print(out);
    }

    private void vary(ImageReader reader, byte[] file, int number, String kind, Variants.Tally tally) {
        int copy = 0;
        for (Variants.Variant variant : Variants.of(file, new Random(number))) {
            String copyId = id(1_000_000 * ++copy + number);
            ByteBuffer hashes = hashes(reader, variant.file());
            // One by one: an answer names the first near image alone, which at 40 bits may be another one.
            Optional<Integer> near = Optional.ofNullable(
                            claim(copyId, hashes, 28).get(id(number)))
                    .or(() -> Optional.ofNullable(claim(copyId, hashes, 40).get(id(number))));
            tally.add(kind + " " + variant.name(), near);
        }
    }

    private void state(int count, PrintStream out) throws IOException {
        Random random = new Random(1);
        long start = cpuNanos();
        for (int i = 0; i < count; i++) {
            claim(id(i), random(random, 1), 0);
        }
        double adding = (cpuNanos() - start) / 1e3 / count;
        start = cpuNanos();
        for (int i = 0; i < LOOK_UPS; i++) {
            claim(id(count + i), random(random, NearHashes.WINDOWS), 28);
        }
        double looking = (cpuNanos() - start) / 1e3 / LOOK_UPS;
        store.close();
        out.printf(
                "%d images: %.0f bytes an image on the disk, CPU time %.0f us to add one, %.0f us to look one up%n",
                count, (double) size(folder) / (count + LOOK_UPS), adding, looking);
        Folders.delete(folder);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Asks all bands; returns the distance of each image that is the first near one in a band. */
    private Map<String, Integer> claim(String imageId, ByteBuffer hashes, int distance) {
        NearMatch image = new NearMatch(imageId, time++, 0, distance);
        for (int band = 0; band < NearIndex.BANDS; band++) {
            index.process(new Record<>("", new NearMessage(new NearClaim(image, band, hashes)), image.getTime()));
        }
        Map<String, Integer> found = new TreeMap<>();
        context.forwarded()
                .forEach(forward -> ((NearAnswer) forward.record().value().getStep())
                        .getMatch()
                        .ifPresent(match -> found.put(match.getId(), match.getDistance())));
        context.resetForwards();
        return found;
    }

    private static ByteBuffer hashes(ImageReader reader, byte[] file) {
        return ((WorkingImage) reader.read(file)).fingerprints().near();
    }

    /** One hash, and others that differ from it as those of the windows of an image do. */
    private static ByteBuffer random(Random random, int windows) {
        byte[] hashes = new byte[Window.BYTES * windows];
        random.nextBytes(hashes);
        return ByteBuffer.wrap(hashes);
    }

    private static String id(int number) {
        Random random = new Random(number);
        byte[] id = new byte[32];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private static long size(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
