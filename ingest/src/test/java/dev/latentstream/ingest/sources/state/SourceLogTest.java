package dev.latentstream.ingest.sources.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latentstream.ingest.sources.state.SourceLoss.Expired;
import dev.latentstream.ingest.sources.state.SourceLoss.Paused;
import dev.latentstream.ingest.sources.state.SourceLoss.Removed;
import dev.latentstream.ingest.sources.state.SourceLoss.TakenOver;
import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class SourceLogTest {
    private static final Map<String, Long> NOTHING = Map.of();

    private final MemorySources sources = new MemorySources();

    @Test
    void aNextWriterSeesWhatWasCommitted() {
        try (SourceLog first = started()) {
            first.commit(batch("a.jpg", 1), Map.of("sent", 1L));
            first.end(SourceStatus.STOPPED, "", Map.of("sent", 1L));
        }
        try (SourceLog second = started()) {
            assertThat(second.item("a.jpg")).contains(item(1));
            assertThat(second.item("b.jpg")).isEmpty();
            assertThat(second.state().getImages()).isEqualTo(1);
            assertThat(second.state().getPosition()).contains("a.jpg");
            assertThat(second.state().getRun()).isEmpty();
        }
    }

    @Test
    void aWriterThatIsFencedWritesNothingAndNamesTheOther() {
        try (SourceLog first = started();
                SourceLog second = started()) {
            sources.follow(0);

            assertThat(lossOf(() -> {
                        first.commit(batch("a.jpg", 1), NOTHING);
                        first.settle();
                    }))
                    .isEqualTo(new TakenOver("writer-1"));
            assertThat(sources.items()).isEmpty();
            assertThat(second.item("a.jpg")).isEmpty();
        }
    }

    @Test
    void aWriterLearnsOfAnotherOneWithoutWriting() {
        try (SourceLog first = started();
                SourceLog second = started()) {
            sources.follow(0);
            sources.follow(1);

            assertThat(lossOf(first::check)).isEqualTo(new TakenOver("writer-1"));
            second.check();
        }
    }

    @Test
    void aPausedSourceCannotBeStarted() {
        SourceState paused = state(SourceStatus.PAUSED);
        sources.add("photos", paused);

        assertThat(lossOf(this::started)).isEqualTo(new Paused("alice", "the disk is full"));
        assertThat(sources.state("photos")).contains(paused);
    }

    @Test
    void aTransactionThatTheClusterEndedIsNoTakeover() {
        try (SourceLog log = started()) {
            sources.follow(0);
            sources.fence();

            assertThat(lossOf(() -> {
                        log.commit(batch("a.jpg", 1), NOTHING);
                        log.settle();
                    }))
                    .isEqualTo(new Expired());
        }
    }

    @Test
    void aCommitThatTheClusterAnswersWithAnUnexpectedErrorIsLeftToAnotherRun() {
        MockProducer<String, SpecificRecord> producer = MemorySources.producer();
        sources.produceWith(() -> producer);
        try (SourceLog log = started()) {
            producer.commitTransactionException = new KafkaException("Unhandled error in EndTxnResponse");

            assertThat(lossOf(() -> {
                        log.commit(batch("a.jpg", 1), NOTHING);
                        log.settle();
                    }))
                    .isEqualTo(new Expired());
        }
    }

    @Test
    void aRemovalThatWasInterruptedIsFinishedByTheNextWriter() {
        try (SourceLog first = started()) {
            first.commit(batch("a.jpg", 1), NOTHING);
            first.end(SourceStatus.DONE, "", NOTHING);
        }
        sources.add("photos", state(SourceStatus.REMOVING));

        try (SourceLog second = started()) {
            assertThat(second.item("a.jpg")).isEmpty();
            assertThat(second.state().getImages()).isZero();
            sources.follow(1);
            second.check();
        }
        assertThat(sources.items()).last().satisfies(record -> assertThat(record.value())
                .isNull());
    }

    @Test
    void theStateOfATopicThatWasRecreatedIsForgotten() {
        try (SourceLog first = started()) {
            first.commit(batch("a.jpg", 1), NOTHING);
            first.settle();
        }
        sources.recreateImages("the second");

        try (SourceLog second = started()) {
            assertThat(second.item("a.jpg")).isEmpty();
            assertThat(second.state().getTopicId()).isEqualTo("the second");
        }
    }

    @Test
    void sourcesWhoseNamesBeginAlikeAreApart() {
        try (SourceLog web = sources.open("web")) {
            web.start("");
            web.commit(batch("a.jpg", 1), NOTHING);
            web.settle();
        }
        try (SourceLog longer = sources.open("web-2")) {
            longer.start("");
            assertThat(longer.items()).isZero();
        }
    }

    @Test
    void aStateSomebodyElseWroteSaysWhatHappened() {
        assertThat(SourceLoss.of(Optional.empty())).isEqualTo(new Removed());
        assertThat(SourceLoss.of(Optional.of(state(SourceStatus.REMOVING)))).isEqualTo(new Removed());
        assertThat(SourceLoss.of(Optional.of(state(SourceStatus.RUNNING)))).isEqualTo(new TakenOver("a command"));
    }

    @Test
    void aLongUriHasAShortKey() {
        String uri = "https://example.org/" + "x".repeat(5_000);

        assertThat(ItemKeys.key("web", uri))
                .hasSizeLessThan(700)
                .startsWith("web https://example.org/xxx")
                .isNotEqualTo(ItemKeys.key("web", uri + "y"));
    }

    private SourceLog started() {
        SourceLog log = sources.open("photos");
        log.start("folder /photos");
        return log;
    }

    private static SourceLoss lossOf(Runnable call) {
        return catchThrowableOfType(SourceLostException.class, call::run).loss();
    }

    private static SourceBatch batch(String uri, long contents) {
        return new SourceBatch(List.of(), Map.of(uri, item(contents)), 1, 0, Optional.of(uri));
    }

    private static DeliveredItem item(long contents) {
        return new DeliveredItem("ab".repeat(32), 5L, contents, null);
    }

    private static SourceState state(SourceStatus status) {
        return SourceState.newBuilder()
                .setOrigin("folder /photos")
                .setStatus(status)
                .setWriter("a command")
                .setTime(Instant.EPOCH)
                .setPartition(0)
                .setTopicId("the first")
                .setAuthor("alice")
                .setReason("the disk is full")
                .build();
    }
}
