package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetsSampleTest {
    private static final TopicPartition FIRST = new TopicPartition("images", 0);
    private static final TopicPartition SECOND = new TopicPartition("images", 1);

    private final OffsetsSample sample = new OffsetsSample(
            0,
            Map.of(FIRST, 10L, SECOND, 5L),
            Map.of(FIRST, 30L, SECOND, 25L),
            Map.of(FIRST, 44L, SECOND, 25L),
            Map.of("captioning", Map.of(FIRST, 28L), "late", Map.of(FIRST, 3L)),
            Map.of());

    @Test
    void aPartitionWithoutACommitCountsFromItsStart() {
        assertThat(sample.lag("captioning", Set.of("images"))).isEqualTo(2 + 20);
    }

    @Test
    void aStageThatNeverRanLagsByItsWholeTopic() {
        assertThat(sample.lag("latent-encoder", Set.of("images"))).isEqualTo(20 + 20);
    }

    @Test
    void aGroupOfUnknownTopicsLagsOnlyWhereItCommitted() {
        assertThat(sample.lag("captioning", Set.of())).isEqualTo(2);
    }

    @Test
    void recordsDeletedByRetentionAreNoLag() {
        assertThat(sample.lag("late", Set.of())).isEqualTo(20);
    }

    @Test
    void offsetsBehindAnOpenTransactionWaitAndAreNoLag() {
        OffsetsSample caughtUp = new OffsetsSample(
                0,
                Map.of(FIRST, 0L),
                Map.of(FIRST, 30L),
                Map.of(FIRST, 44L),
                Map.of("ingest", Map.of(FIRST, 30L)),
                Map.of());

        assertThat(caughtUp.lag("ingest", Set.of("images"))).isZero();
        assertThat(caughtUp.waiting("ingest", Set.of("images"))).isEqualTo(14);
        assertThat(caughtUp.waiting("captioning", Set.of())).isZero();
        assertThat(caughtUp.waiting()).isEqualTo(Map.of("images", 14L));
    }

    /** The two ends are not read at one moment: a transaction may have ended between them. */
    @Test
    void aStableEndThatIsReadLaterIsNotNegative() {
        OffsetsSample crossed =
                new OffsetsSample(0, Map.of(FIRST, 0L), Map.of(FIRST, 30L), Map.of(FIRST, 29L), Map.of(), Map.of());

        assertThat(crossed.waiting()).isEqualTo(Map.of("images", 0L));
        assertThat(crossed.waiting("ingest", Set.of("images"))).isZero();
    }
}
