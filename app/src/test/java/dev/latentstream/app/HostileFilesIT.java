package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.bench.TestPng;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose cost is out of proportion to their size, among a thousand good ones, on their way through ingest. */
class HostileFilesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int GOOD = 1000;
    private static final int SIDE = 64;
    private static final long SEED = 31;

    /** Of a group that no other pipeline of this machine has: instances are numbered by group, and the number is in a path. */
    private static final String PREFIX = "hostile-";

    @TempDir
    private static Path folder;

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final Set<String> good = new HashSet<>();
    private final Map<String, RejectionReason> hostile = new HashMap<>();
    private final Path images = folder.resolve("images");

    @Test
    void doNotKeepTheOthersFromBeingAdmitted() throws Exception {
        writeFiles();
        setAside(images.resolve("0400-fatal.png"));
        try (Pipeline pipeline =
                        new Pipeline(TestSettings.of(StageFixture.settings(cluster, PREFIX), folder), Device.cpu());
                Policies policies = pipeline.policies();
                Stage ingest = pipeline.ingest()) {
            Topics topics = pipeline.connection().topics();
            new TopicSetup(pipeline.connection()).ensure(topics.fixed());
            CommittedLog log = new CommittedLog(cluster, pipeline.connection());
            policies.start();
            ingest.start();

            deliver(pipeline);
            await().atMost(PATIENCE)
                    .failFast(() -> assertThat(ingest.failure()).isEmpty())
                    .until(() -> log.keys(topics.images().name()).size() >= good.size()
                            && log.keys(topics.imagesRejected().name()).size() >= hostile.size());

            assertThat(log.keys(topics.images().name())).containsExactlyInAnyOrderElementsOf(good);
            Map<String, RejectionReason> rejected = new HashMap<>();
            log.read(topics.imagesRejected()).forEach(record -> rejected.put(record.key(), reason(record.value())));
            assertThat(rejected).isEqualTo(hostile);
            assertThat(ingest.failure()).isEmpty();
        }
    }

    private static RejectionReason reason(Rejection rejection) {
        return rejection.getReason();
    }

    private void deliver(Pipeline pipeline) throws Exception {
        SourceProducer producer = new SourceProducer(pipeline.connection(), pipeline.meters());
        try (ImageSource source = new FolderSource("photos", images, ImageExtensions.USUAL, 8 << 20)) {
            producer.send(source, Pace.FREE, progress -> {});
        }
    }

    private void writeFiles() throws IOException {
        Files.createDirectories(images);
        byte[] photo = scene(GOOD);
        for (int i = 0; i < GOOD; i++) {
            good.add(put("%04d.png".formatted(i), scene(i)));
        }
        byte[] sharedBytes = overlappingTags(8_000, 300_000);
        refuse("0100-surplus.png", TestPng.inflatingTo(256, rows(256) + (64 << 20)), RejectionReason.TOO_MANY_BYTES);
        refuse("0200-tags.png", TestPng.withChunk(photo, "eXIf", sharedBytes), RejectionReason.UNDECODABLE);
        refuse("0300-tags.tif", sharedBytes, RejectionReason.UNDECODABLE);
        refuse("0400-fatal.png", scene(GOOD + 1), RejectionReason.CRASHED);
        refuse("0500-huge.png", TestPng.inflatingTo(30_000, 70_000), RejectionReason.TOO_MANY_PIXELS);
        refuse("0600-cut.png", Arrays.copyOf(photo, photo.length - 20), RejectionReason.UNDECODABLE);
    }

    private void refuse(String name, byte[] bytes, RejectionReason reason) throws IOException {
        hostile.put(put(name, bytes), reason);
    }

    /** Returns the image id. */
    private String put(String name, byte[] bytes) throws IOException {
        Files.write(images.resolve(name), bytes);
        return ImageId.of(ByteBuffer.wrap(bytes));
    }

    /** Leaves what two processes leave that died of this image, for whichever task will meet it. */
    private void setAside(Path file) throws IOException {
        String imageId = ImageId.of(ByteBuffer.wrap(Files.readAllBytes(file)));
        Path attempts = Files.createDirectories(folder.resolve("state/0/%singest/attempts".formatted(PREFIX)));
        for (int partition = 0; partition < StageFixture.PARTITIONS; partition++) {
            Files.writeString(attempts.resolve("0_%d.failures".formatted(partition)), imageId + " 2\n");
        }
    }

    private static byte[] scene(int index) throws IOException {
        return MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(SEED, index), SIDE, SIDE));
    }

    /** Returns the bytes of all rows, each with its filter. */
    private static long rows(int side) {
        return (long) side * (side + 1);
    }

    /** Returns a directory whose tags all have the bytes after it as their value. */
    private static byte[] overlappingTags(int tags, int size) {
        int start = 8 + 2 + 12 * tags + 4;
        ByteBuffer bytes = ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'I', 'I', 42, 0})
                .putInt(8)
                .putShort((short) tags);
        for (int i = 0; i < tags; i++) {
            bytes.putShort((short) (0x8000 + i))
                    .putShort((short) 7)
                    .putInt(size - start)
                    .putInt(start);
        }
        return bytes.array();
    }
}
