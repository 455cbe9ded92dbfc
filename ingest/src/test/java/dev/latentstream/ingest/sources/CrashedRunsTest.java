package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that die at their n-th transaction, one after the other, until one reaches the end. */
class CrashedRunsTest {
    private static final int IMAGES = 24;

    private final MemorySources sources = new MemorySources();

    @AutoClose
    private final Meters meters = new Meters();

    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 7})
    void aFolderIsDeliveredOnce(int transactions) throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            Files.writeString(folder.resolve("%02d.jpg".formatted(i)), "image " + i);
        }

        int runs = runUntilDone(transactions, () -> new FolderSource("photos", folder, ImageExtensions.USUAL, 100));

        assertThat(runs).isGreaterThan(1);
        assertDeliveredOnce();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void shardsAreDeliveredOnceAndThenNotOpenedAgain(int transactions) throws Exception {
        Path first = shard(0, IMAGES / 2);
        Path second = shard(IMAGES / 2, IMAGES);
        Opening shards = () -> new TarSource("shards", List.of(first, second), ImageExtensions.USUAL, 100);

        runUntilDone(transactions, shards);

        assertDeliveredOnce();
        SourceProgress again =
                producer.send(shards.open(), Pace.FREE, reports -> {}).progress();
        assertThat(again.notSent().done()).isEqualTo(IMAGES);
        assertThat(sources.items()).hasSize(IMAGES + 2);
    }

    @Test
    void aSourceOfPositionsContinuesAtThem() throws Exception {
        runUntilDone(3, () -> new Positions(0));

        assertDeliveredOnce();
        assertThat(sources.items())
                .allSatisfy(record -> assertThat(record.key()).isEqualTo("numbers numbers/0"));
    }

    private int runUntilDone(int transactions, Opening opening) throws IOException {
        for (int run = 1; ; run++) {
            sources.produceWith(() -> dyingAt(transactions));
            try (ImageSource source = new EachAlone(opening.open())) {
                if (producer.send(source, Pace.FREE, reports -> {}).isEnded()) {
                    return run;
                }
            } catch (InfrastructureException died) {
                assertThat(run).isLessThan(2 * IMAGES);
            }
        }
    }

    private void assertDeliveredOnce() {
        Set<String> uris = new HashSet<>();
        sources.images().forEach(record -> assertThat(uris.add(record.value().getUri()))
                .as("%s is new", record.value().getUri())
                .isTrue());
        assertThat(uris).hasSize(IMAGES);
    }

    private Path shard(int from, int to) throws IOException {
        String[] members = IntStream.range(from, to)
                .boxed()
                .flatMap(i -> Stream.of("%02d.jpg".formatted(i), "image " + i))
                .toArray(String[]::new);
        return new TestTars(() -> folder).tar(members);
    }

    /** A producer whose n-th transaction fails, as if the process died before it. */
    private static MockProducer<String, SpecificRecord> dyingAt(int transactions) {
        return new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]) {
            private int begun;

            @Override
            public void commitTransaction() {
                if (++begun > transactions) {
                    throw new InvalidTopicException("died");
                }
                super.commitTransaction();
            }
        };
    }

    private interface Opening {
        ImageSource open() throws IOException;
    }

    /** Has each item committed in a transaction of its own. */
    private static final class EachAlone implements ImageSource {
        private final ImageSource source;
        private boolean waiting;

        EachAlone(ImageSource source) {
            this.source = source;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public OptionalLong total() {
            return source.total();
        }

        @Override
        public boolean isItemised() {
            return source.isItemised();
        }

        @Override
        public Optional<SourceItem> next(Known known) throws IOException {
            Optional<SourceItem> next = waiting ? Optional.of(new Waiting("")) : source.next(known);
            waiting = !waiting && next.isPresent() && (isItemised() || next.get() instanceof SourceItem.Position);
            return next;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /** Images that are numbered from 0. */
    private static final class Positions implements ImageSource {
        private long next;
        private boolean started;
        private boolean position;

        Positions(long next) {
            this.next = next;
        }

        @Override
        public String name() {
            return "numbers";
        }

        @Override
        public OptionalLong total() {
            return OptionalLong.empty();
        }

        @Override
        public boolean isItemised() {
            return false;
        }

        @Override
        public Optional<SourceItem> next(Known known) {
            if (!started) {
                started = true;
                next = known.position("numbers/0", "topic").orElse(0);
            }
            if (position) {
                position = false;
                return Optional.of(new SourceItem.Position("numbers/0", "topic", next));
            }
            if (next == IMAGES) {
                return Optional.empty();
            }
            position = true;
            return Optional.of(new SourceItem.Found("numbers/0@" + next++, new byte[] {(byte) next}));
        }

        @Override
        public void close() {}
    }
}
