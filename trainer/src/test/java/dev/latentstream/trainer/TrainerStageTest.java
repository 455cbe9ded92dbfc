package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The stage without a cluster: runs that end before they reach one. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TrainerStageTest {
    private final KafkaConnection connection =
            new KafkaConnection(new KafkaSettings().at("127.0.0.1:1", "http://127.0.0.1:1"));
    private final Meters meters = new Meters();
    private final Policies policies = new Policies(connection, meters);
    private final BlockedEncoder encoder = new BlockedEncoder();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void close() {
        policies.close();
        meters.close();
    }

    @Test
    void closingANewRunEndsItsWaitForLatents() {
        TrainerStage stage = stage();
        stage.start();

        stage.close();

        assertThat(stage.finished()).isCompletedWithValueMatching(checkpoint -> checkpoint.isEmpty());
    }

    @Test
    void closingAResumedRunBeforeItReadsWaitsForItsThreadThoughItIsInterrupted()
            throws IOException, InterruptedException {
        writeCheckpoint();
        TrainerStage stage = stage();
        stage.start();
        encoder.asked.await();

        InterruptedClose close =
                InterruptedClose.start(stage::close, () -> stage.finished().isDone());
        encoder.answers.countDown();

        assertThat(close.wasDoneWhenItReturned()).isTrue();
        assertThat(stage.finished()).isCompletedWithValueMatching(checkpoint -> checkpoint.isEmpty());
    }

    @Test
    void aCheckpointIsComparedWithTheDecodersLatents() throws IOException {
        assertThat(stage(decoder("other")).hasIncompatibleLatents()).isFalse(); // it is a new run
        writeCheckpoint();

        assertThat(stage(decoder(Fixtures.FORMAT.encoderId())).hasIncompatibleLatents())
                .isFalse();
        assertThat(stage(decoder("other")).hasIncompatibleLatents()).isTrue();
        assertThat(stage().hasIncompatibleLatents()).isFalse(); // it decodes none
    }

    @Test
    void aRunThatWasStartedIsRefusedIfItMayNotBeResumed() throws IOException {
        TrainerSettings settings = settings();
        Files.createDirectories(settings.runFolder());
        state(0).describeTo(settings.runFolder());
        TrainerStage stage = stage(null, settings.with(s -> s.resume = false));

        stage.start();

        assertThatThrownBy(() -> stage.finished().join())
                .hasRootCauseMessage("run run was started before, in %s: resume it, or give the new run another name"
                        .formatted(settings.runFolder()));
    }

    private static LatentDecoder decoder(String encoderId) {
        return new LatentDecoder() {
            @Override
            public String encoderId() {
                return encoderId;
            }

            @Override
            public int downsampling() {
                return 1;
            }

            @Override
            public ImageBatch decode(LatentBatch latents) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private TrainerStage stage() {
        return stage(null);
    }

    private TrainerStage stage(@Nullable LatentDecoder decoder) {
        return stage(decoder, settings());
    }

    private TrainerStage stage(@Nullable LatentDecoder decoder, TrainerSettings settings) {
        return new TrainerStage(
                connection, policies, meters, settings, encoder, decoder, TrainingListener.NONE, Device.cpu());
    }

    private void writeCheckpoint() throws IOException {
        Checkpoints.of(settings().runFolder(), 1).write(1, state(1)::write);
    }

    private RunState state(long step) {
        TrainerSettings settings = settings();
        FeedSnapshot feed = new FeedSnapshot(
                step,
                4 * step,
                settings.facts(Fixtures.FORMAT, "blocked"),
                new VersionedPolicy<>(0, Fixtures.policy()),
                List.of());
        return new RunState(settings.run().run(), feed, new LedgerPosition("id", 0, 5));
    }

    private TrainerSettings settings() {
        return Fixtures.settings("run", folder, 4, new BackboneSettings());
    }

    /** Blocks the call of its id, and with it the set-up of the run, until a test releases it. */
    private static final class BlockedEncoder implements TextEncoder {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answers = new CountDownLatch(1);
        private final TextEncoder fake = new Fixtures.FakeEncoder();

        @Override
        public String id() {
            asked.countDown();
            try {
                answers.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return "blocked";
        }

        @Override
        public int tokens() {
            return fake.tokens();
        }

        @Override
        public int width() {
            return fake.width();
        }

        @Override
        public int pooledWidth() {
            return fake.pooledWidth();
        }

        @Override
        public TextStates encode(List<String> captions) {
            return fake.encode(captions);
        }

        @Override
        public void close() {}
    }
}
