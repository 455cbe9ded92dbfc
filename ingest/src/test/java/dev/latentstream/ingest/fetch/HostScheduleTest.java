package dev.latentstream.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostScheduleTest {
    private final HostSchedule schedule = new HostSchedule(2);
    private final List<String> started = new ArrayList<>();

    @Test
    void aHostHasAtMostItsNumberOfRequestsAtOnce() {
        add("a", "1", "2", "3");

        assertThat(start(0)).containsExactly("1", "2");
        schedule.finished("a");
        assertThat(start(0)).containsExactly("3");
    }

    @Test
    void aDelayIsKeptBetweenStarts() {
        schedule.add("a", 10, () -> started.add("1"), 0);
        schedule.add("a", 10, () -> started.add("2"), 0);

        assertThat(start(5)).containsExactly("1");
        assertThat(schedule.waitFrom(6)).contains(9L);
        assertThat(start(14)).isEmpty();
        assertThat(start(15)).containsExactly("2");
    }

    @Test
    void aBusyHostDoesNotHoldUpAnother() {
        add("a", "1", "2", "3");
        add("b", "4");

        assertThat(start(0)).containsExactlyInAnyOrder("1", "2", "4");
    }

    @Test
    void aPausedHostStartsNothingUntilThen() {
        add("a", "1");
        schedule.pause("a", 100, 0);

        assertThat(start(99)).isEmpty();
        assertThat(schedule.waitFrom(99)).contains(1L);
        assertThat(start(100)).containsExactly("1");
    }

    @Test
    void aHostWithoutRequestsIsForgottenOnceItsDelayIsOver() {
        schedule.add("a", 10, () -> {}, 0);
        start(0);
        schedule.finished("a");

        assertThat(schedule.next(9)).isEmpty();
        assertThat(schedule.size()).isEqualTo(1);
        assertThat(schedule.next(10)).isEmpty();
        assertThat(schedule.size()).isZero();
        assertThat(schedule.waitFrom(10)).isEmpty();
    }

    private void add(String host, String... names) {
        for (String name : names) {
            schedule.add(host, 0, () -> started.add(name), 0);
        }
    }

    private List<String> start(long now) {
        started.clear();
        for (Optional<HostSchedule.Start> next = schedule.next(now); next.isPresent(); next = schedule.next(now)) {
            next.get().task().run();
        }
        return List.copyOf(started);
    }
}
