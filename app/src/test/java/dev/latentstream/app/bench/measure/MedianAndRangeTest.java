package dev.latentstream.app.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianAndRangeTest {
    @Test
    void medianOfAnOddNumberIsTheMiddleOne() {
        assertThat(MedianAndRange.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new MedianAndRange(2, 1, 9));
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(MedianAndRange.of(List.of(8.0, 1.0, 2.0, 3.0))).isEqualTo(new MedianAndRange(2.5, 1, 8));
    }

    @Test
    void oneValueIsMedianAndRange() {
        assertThat(MedianAndRange.of(List.of(4.0))).isEqualTo(new MedianAndRange(4, 4, 4));
    }

    @Test
    void noValuesAreRefused() {
        assertThatThrownBy(() -> MedianAndRange.of(List.of())).hasMessage("0 values have no median");
    }
}
