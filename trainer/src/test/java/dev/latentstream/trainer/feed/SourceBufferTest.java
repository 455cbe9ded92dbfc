package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceBufferTest {
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);

    /** Offsets of two topics of one name say nothing about each other. */
    @ParameterizedTest
    @CsvSource({"id, 0", "other, 1"})
    void aTombstoneHoldsForItsTopicAlone(String idLater, int size) {
        LatentSample sample = Fixtures.sample(A0, 3);
        SourceBuffer buffer = new SourceBuffer("latents-a", 1);
        buffer.open("id", Map.of(0, 0L));
        assertThat(buffer.remove(new Removed(new RecordPosition("latents-a", 0, 500), sample.imageId())))
                .isTrue();

        buffer.open(idLater, Map.of(0, 0L));
        buffer.take(new Accepted(sample));

        assertThat(buffer.size()).isEqualTo(size);
    }
}
