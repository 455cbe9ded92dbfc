package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptsTest {
    private static final String FATAL = "f".repeat(64);
    private static final String GOOD = "0".repeat(64);
    private static final Decoded DECODED =
            new Refused(new Refusal(RejectionReason.EMPTY, "0", "1", "stands for any outcome"));
    private static final Decoded SLOW = new Refused(new Refusal(RejectionReason.TOO_SLOW, "2", "1", "slow"));

    @TempDir
    private Path folder;

    private final DecoderThreads threads = new DecoderThreads(new DecodingSettings());
    private final List<String> decoded = new ArrayList<>();

    /** A process that is killed while it decodes, like one that a native decoder crashes; started by the tests. */
    static final class Victim {
        private Victim() {}

        /** Takes the folder of the attempts, then the ids of the images, the last of which ends the process. */
        public static void main(String... arguments) {
            Attempts attempts = Attempts.open(Path.of(arguments[0]), "0_1", new DecoderThreads(new DecodingSettings()));
            for (int i = 1; i < arguments.length; i++) {
                boolean last = i == arguments.length - 1;
                attempts.attempt(arguments[i], last ? Victim::die : () -> DECODED);
            }
        }

        private static Decoded die() {
            Runtime.getRuntime().halt(137); // no hook and no finally runs, as after kill -9
            return DECODED;
        }
    }

    @Test
    void setsAnImageAsideOnWhichTheProcessDiedTwice() throws Exception {
        kill(GOOD, FATAL);
        kill(GOOD, FATAL);

        Attempts attempts = open();
        Decoded fatal = attempts.attempt(FATAL, decoding(FATAL));
        Decoded good = attempts.attempt(GOOD, decoding(GOOD));

        assertThat(((Refused) fatal).refusal().reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(((Refused) fatal).refusal().value()).isEqualTo("2 failed attempts");
        assertThat(good).isSameAs(DECODED);
        assertThat(decoded).containsExactly(GOOD);
    }

    @Test
    void triesAnImageAgainOnWhichTheProcessDiedOnce() throws Exception {
        kill(FATAL);

        Decoded second = open().attempt(FATAL, decoding(FATAL));

        assertThat(second).isSameAs(DECODED);
        kill(FATAL);
        assertThat(open().attempt(FATAL, decoding(FATAL))).isSameAs(DECODED); // the success between them counts
    }

    @Test
    void remembersADeathWhileImagesBeforeItAreReadAgain() throws Exception {
        kill(GOOD, FATAL);

        Attempts restarted = open();
        restarted.attempt(GOOD, decoding(GOOD));
        kill(FATAL);

        assertThat(((Refused) open().attempt(FATAL, decoding(FATAL))).refusal().reason())
                .isEqualTo(RejectionReason.CRASHED);
    }

    @Test
    void countsAnAbandonedDecodingLikeADeath() {
        Attempts attempts = open();

        assertThat(attempts.attempt(FATAL, () -> SLOW)).isSameAs(SLOW);
        assertThat(attempts.attempt(FATAL, () -> SLOW)).isSameAs(SLOW);

        assertThat(((Refused) attempts.attempt(FATAL, decoding(FATAL)))
                        .refusal()
                        .reason())
                .isEqualTo(RejectionReason.CRASHED);
        assertThat(decoded).isEmpty();
    }

    @Test
    void doesNotCountAnExceptionThatStopsTheStageInGoodOrder() {
        for (int i = 0; i < 3; i++) {
            Attempts attempts = open();
            assertThatThrownBy(() -> attempts.attempt(GOOD, () -> {
                        throw new NoClassDefFoundError("an incomplete installation");
                    }))
                    .isInstanceOf(NoClassDefFoundError.class);
        }

        assertThat(open().attempt(GOOD, decoding(GOOD))).isSameAs(DECODED);
    }

    @Test
    void decodesAnImageAloneOnWhichTheProcessDied() throws Exception {
        kill(FATAL);
        Attempts suspect = open();
        Attempts other = Attempts.open(folder, "0_2", threads);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<Decoded> good = pool.submit(() -> other.attempt(GOOD, () -> {
                begun.countDown();
                awaitUninterrupted(go);
                decoded.add(GOOD);
                return DECODED;
            }));
            begun.await();
            Future<Decoded> fatal = pool.submit(() -> suspect.attempt(FATAL, decoding(FATAL)));
            go.countDown();
            good.get();
            fatal.get();
        } finally {
            pool.shutdownNow();
        }

        assertThat(decoded).containsExactly(GOOD, FATAL);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Attempts open() {
        return Attempts.open(folder, "0_1", threads);
    }

    private Supplier<Decoded> decoding(String imageId) {
        return () -> {
            decoded.add(imageId);
            return DECODED;
        };
    }

    /** Runs a process that decodes these images and dies of the last. */
    private void kill(String... imageIds) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                folder.toString()));
        Stream.of(imageIds).forEach(command::add);
        Process victim = new ProcessBuilder(command).inheritIO().start();
        assertThat(victim.waitFor()).isEqualTo(137);
    }
}
