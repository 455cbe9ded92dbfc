package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CourseTest {
    private static final long SECOND = 1_000_000_000;

    private final Course course = new Course();

    @Test
    void rateIsOfWhatFollowsTheWarmUp() {
        course.mark(7 * SECOND, 10); // slow: 10 in an unknown time
        course.mark(17 * SECOND, 20);
        course.mark(18 * SECOND, 60);
        course.mark(19 * SECOND, 80);

        assertThat(course.rate(20)).isEqualTo(30); // 60 in 2 s
    }

    @Test
    void windowBeginsAtTheFirstMarkThatIsNotWithinTheWarmUp() {
        course.mark(SECOND, 16);
        course.mark(2 * SECOND, 32);
        course.mark(4 * SECOND, 48);

        assertThat(course.rate(17)).isEqualTo(8); // 16 in 2 s
    }

    @Test
    void timeThatPassesWithoutProgressCounts() {
        course.mark(SECOND, 1);
        course.mark(3 * SECOND, 1);
        course.mark(5 * SECOND, 3);

        assertThat(course.rate(0)).isEqualTo(0.5);
        assertThat(course.done()).isEqualTo(3);
    }

    @Test
    void goingBackIsRefused() {
        course.mark(SECOND, 5);

        assertThatThrownBy(() -> course.mark(2 * SECOND, 4)).hasMessage("4 done after 5");
    }

    @Test
    void oneMarkBeyondTheWarmUpHasNoRate() {
        course.mark(SECOND, 5);
        course.mark(2 * SECOND, 9);

        assertThatThrownBy(() -> course.rate(6))
                .hasMessage("1 marks of 9 done are beyond the warm-up of 6; 2 are needed");
    }
}
