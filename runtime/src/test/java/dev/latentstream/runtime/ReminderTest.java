package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReminderTest {
    private final AtomicLong seconds = new AtomicLong();
    private final Reminder reminder = new Reminder(() -> TimeUnit.SECONDS.toNanos(seconds.get()));

    @Test
    void reportsTheFirstEventAtOnceAndLaterOnesOnceAMinuteWithTheirNumber() {
        assertThat(reminder.add(1)).isEqualTo(1);
        assertThat(reminder.add(2)).isZero();
        seconds.set(59);
        assertThat(reminder.add(1)).isZero();
        seconds.set(60);
        assertThat(reminder.add(1)).isEqualTo(4);
        assertThat(reminder.add(1)).isZero();
    }

    @Test
    void reportsWhatIsLeftWithoutAFurtherEventAndNothingTwice() {
        assertThat(reminder.add(0)).isZero();
        assertThat(reminder.add(1)).isEqualTo(1);
        assertThat(reminder.add(1)).isZero();
        seconds.set(61);
        assertThat(reminder.add(0)).isEqualTo(1);
        seconds.set(200);
        assertThat(reminder.add(0)).isZero();
    }
}
