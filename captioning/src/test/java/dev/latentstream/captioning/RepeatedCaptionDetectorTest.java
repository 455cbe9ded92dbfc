package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepeatedCaptionDetectorTest {
    private final RepeatedCaptionDetector watch = new RepeatedCaptionDetector(2);

    @Test
    void detectsOneTextForTooManyImagesInARow() {
        assertThat(watch.isSame("a", "short", "a ball")).isFalse();
        assertThat(watch.isSame("b", "short", "a ball")).isFalse();
        assertThat(watch.isSame("c", "short", "a ball")).isTrue();
        assertThat(watch.isSame("d", "short", "a tree")).isFalse();
        assertThat(watch.isSame("e", "short", "a ball")).isFalse();
    }

    @Test
    void countsAnImageOnceAndEachLevelByItself() {
        for (int i = 0; i < 5; i++) {
            assertThat(watch.isSame("a", "short", "a ball")).isFalse();
        }
        assertThat(watch.isSame("b", "dense", "a ball")).isFalse();
        assertThat(watch.isSame("c", "dense", "a ball")).isFalse();
    }
}
