package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.trainer.Fixtures;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ShuffleBufferTest {
    private static final TopicPartition AT = new TopicPartition("latents-a", 0);

    private final ShuffleBuffer buffer = new ShuffleBuffer();

    @Test
    void aNewerLatentOfAnImageReplacesTheOlderOne() {
        put(0, 1, 2);
        LatentSample older = buffer.at(1);
        LatentSample newer =
                new LatentSample(new RecordPosition("latents-a", 0, 9), older.imageId(), Fixtures.latent(1));

        buffer.put(newer);

        assertThat(buffer.size()).isEqualTo(3);
        assertThat(buffer.at(1)).isSameAs(newer);
    }

    @Test
    void theLastLatentMovesToTheSlotOfARemovedOne() {
        put(0, 1, 2);

        buffer.remove(0);
        buffer.remove("latents-a-0-2");

        assertThat(buffer.latents()).extracting(LatentSample::imageId).containsExactly("latents-a-0-1");
    }

    @Test
    void removingAnAbsentImageHasNoEffect() {
        put(0);

        buffer.remove("another");

        assertThat(buffer.size()).isEqualTo(1);
    }

    private void put(long... offsets) {
        for (long offset : offsets) {
            buffer.put(Fixtures.sample(AT, offset));
        }
    }
}
