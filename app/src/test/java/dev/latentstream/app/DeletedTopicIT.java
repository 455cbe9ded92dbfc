package dev.latentstream.app;

import static dev.latentstream.app.testing.StageFixture.PATIENCE;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A latent topic that an operator deletes while its source delivers. */
class DeletedTopicIT {
    @TempDir
    private Path folder;

    @Test
    void isCreatedAgainAndTheOtherSourcesGoOn() throws Exception {
        try (Cluster cluster = Cluster.start();
                StageFixture fixture = new StageFixture(cluster, "", folder);
                Stage join = fixture.join("state")) {
            Topic<Latent> deleted = fixture.topics.latents("a");
            Topic<Latent> other = fixture.topics.latents("b");
            AtomicInteger images = new AtomicInteger();
            join.start();
            deliver(fixture, images);
            fixture.awaitLatents(deleted, 1);
            fixture.awaitLatents(other, 1);

            try (Admin admin = fixture.connection.admin()) {
                admin.deleteTopics(List.of(deleted.name())).all().get();
            }
            int before = fixture.keys(other).size();
            deliver(fixture, images);
            deliver(fixture, images);

            await().atMost(PATIENCE).until(() -> fixture.keys(other).size() == before + 2);
            await().atMost(PATIENCE)
                    .until(() -> fixture.log.topics().contains(deleted.name())
                            && !fixture.keys(deleted).isEmpty());
            assertThat(join.failure()).isEmpty();
            assertThat(fixture.meters.value(Meter.LATENT_TOPIC_RECREATED, "a")).isEqualTo(1);
        }
    }

    /** Writes captions and encoding of one image of each source. */
    private static void deliver(StageFixture fixture, AtomicInteger images) {
        for (String source : List.of("a", "b")) {
            String id = "image" + images.incrementAndGet();
            fixture.write(fixture.topics.captions(), id, StageFixture.captions(source, "a cat"));
            fixture.write(fixture.topics.encodings(), id, StageFixture.encoding(source));
        }
    }
}
