package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicKeeperTest {
    private static final Topic<Latent> A = new Topics("").latents("a");
    private static final Topic<Latent> B = new Topics("").latents("b");

    private final Set<String> cluster = new HashSet<>();
    private final List<String> created = new ArrayList<>();
    private final List<String> recreated = new ArrayList<>();
    private boolean refusing;
    private long nanos;
    private final TopicKeeper keeper =
            new TopicKeeper(() -> Set.copyOf(cluster), this::create, topic -> recreated.add(topic.name()), () -> nanos);

    @AfterEach
    void close() {
        keeper.close();
    }

    @Test
    void aTopicIsCreatedAtItsFirstUse() throws Exception {
        keeper.require(A);
        keeper.require(A);
        keeper.check();

        assertThat(created).containsExactly("latents-a");
        assertThat(recreated).isEmpty();
    }

    @Test
    void aTopicThatIsDeletedWhileItIsUsedIsCreatedAgainAndReported() throws Exception {
        keeper.require(A);
        keeper.require(B);
        cluster.remove("latents-a");

        keeper.check();

        assertThat(cluster).containsExactlyInAnyOrder("latents-a", "latents-b");
        assertThat(recreated).containsExactly("latents-a");
    }

    @Test
    void aTopicThatIsNoLongerUsedStaysDeleted() throws Exception {
        keeper.require(A);
        cluster.remove("latents-a");
        nanos = Duration.ofMinutes(6).toNanos();

        keeper.check();

        assertThat(cluster).isEmpty();
        keeper.require(A);
        assertThat(cluster).containsExactly("latents-a");
    }

    @Test
    void aTopicThatCannotBeCreatedFailsItsUse() {
        refusing = true;

        assertThatThrownBy(() -> keeper.require(A)).hasMessage("refused");
        assertThatThrownBy(() -> keeper.require(A)).as("the next use").hasMessage("refused");
    }

    private void create(Topic<?> topic) {
        if (refusing) {
            throw new IllegalStateException("refused");
        }
        cluster.add(topic.name());
        created.add(topic.name());
    }
}
