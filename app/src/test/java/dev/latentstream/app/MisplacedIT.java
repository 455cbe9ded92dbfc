package dev.latentstream.app;

import static dev.latentstream.app.testing.StageFixture.PATIENCE;
import static dev.latentstream.app.testing.StageFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A captioner of one's own that writes with librdkafka's default partitioner, which hashes keys by CRC-32. */
class MisplacedIT {
    @TempDir
    private Path folder;

    @Test
    void recordsInTheWrongPartitionAreMovedToTheirOwnAndJoinedOnce() {
        List<String> images = IntStream.range(0, 20).mapToObj(i -> "image" + i).toList();
        List<String> misplaced = images.stream()
                .filter(image ->
                        crc(image) != BuiltInPartitioner.partitionForKey(bytes(image), StageFixture.PARTITIONS))
                .toList();
        String recaptioned = misplaced.get(0);
        String removed = misplaced.get(1);
        try (Cluster cluster = Cluster.start();
                StageFixture fixture = new StageFixture(cluster, "", folder);
                Stage join = fixture.join("state")) {
            Topic<Latent> latents = fixture.topics.latents("a");
            for (String image : images) {
                fixture.write(fixture.topics.captions(), crc(image), image, StageFixture.captions("a", "a cat"));
                fixture.write(fixture.topics.encodings(), image, StageFixture.encoding("a"));
            }
            join.start();

            fixture.awaitLatents(latents, images.size());
            assertThat(fixture.keys(latents)).containsExactlyInAnyOrderElementsOf(images);

            fixture.write(
                    fixture.topics.captions(), crc(recaptioned), recaptioned, StageFixture.captions("a", "a new cat"));
            fixture.awaitLatents(latents, images.size() + 1);
            assertThat(fixture.log.read(latents))
                    .filteredOn(latent -> latent.key().equals(recaptioned))
                    .extracting(latent ->
                            latent.value().getCaptions().getCaptions().get(0).getText())
                    .containsExactly("a cat", "a new cat");

            fixture.write(fixture.topics.captions(), crc(removed), bytes(removed), null);
            await().atMost(PATIENCE).until(() -> fixture.log.read(fixture.topics.captions()).stream()
                    .anyMatch(record -> record.key().equals(removed)
                            && record.value() == null
                            && record.partition() != crc(removed)));
            assertThat(join.failure()).isEmpty();
            assertThat(fixture.meters.value(Meter.STAGE_MISPLACED, "latent-join", "captions"))
                    .isEqualTo(misplaced.size() + 2);
        }
    }

    private static int crc(String key) {
        CRC32 crc = new CRC32();
        crc.update(bytes(key));
        return (int) (crc.getValue() % StageFixture.PARTITIONS);
    }
}
