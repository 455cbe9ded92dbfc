package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.trainer.Fixtures;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ShuffleBufferTest {
    private static final TopicPartition AT = new TopicPartition("latents-a", 0);

    private final ShuffleBuffer buffer = new ShuffleBuffer(3);

    @Test
    void aNewerLatentOfAnImageReplacesTheOlderOne() {
        put(0, 1, 2);
        LatentSample older = buffer.at(1);
        LatentSample newer = new LatentSample(
                new RecordPosition("latents-a", 0, 9),
                older.imageId(),
                new float[] {1},
                Fixtures.SIZE,
                List.of(Fixtures.alt("new")));

        buffer.put(newer);

        assertThat(buffer.size()).isEqualTo(3);
        assertThat(buffer.at(1)).isSameAs(newer);
    }

    @Test
    void theLastLatentMovesToTheSlotOfARemovedOne() {
        put(0, 1, 2);

        buffer.remove(0);
        buffer.remove("latents-a-0-2");

        assertThat(buffer.state()).containsExactly(new SourceState.Slot("latents-a-0-1", 0, 1));
    }

    @Test
    void removingAnAbsentImageHasNoEffect() {
        put(0);

        buffer.remove("another");

        assertThat(buffer.size()).isEqualTo(1);
    }

    @Test
    void refusesALatentWhenFull() {
        put(0, 1, 2);

        assertThatThrownBy(() -> put(3)).hasMessage("the buffer is full: 3 latents");
    }

    private void put(long... offsets) {
        for (long offset : offsets) {
            buffer.put(Fixtures.sample(AT, offset));
        }
    }
}
