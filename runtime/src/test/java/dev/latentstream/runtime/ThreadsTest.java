package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void clearTheInterrupt() {
        boolean unused = Thread.interrupted();
        release.countDown();
    }

    private Thread waiting() {
        Thread thread = Threads.daemon("waiting", this::awaitRelease);
        thread.start();
        return thread;
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void daemonsHaveTheirName() {
        Thread thread = Threads.daemons("reader").newThread(() -> {});

        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("reader");
    }

    @Test
    void aBoundedJoinGivesUp() {
        assertThat(Threads.join(waiting(), Duration.ofMillis(1))).isFalse();
    }

    @Test
    void aBoundedJoinPassesTheInterruptOn() {
        Thread.currentThread().interrupt();

        assertThat(Threads.join(waiting(), Duration.ofDays(1))).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anUninterruptibleJoinWaitsAndKeepsTheInterrupt() {
        Thread thread = waiting();
        Thread releasing = Threads.daemon("releasing", release::countDown);
        Thread.currentThread().interrupt();
        releasing.start();

        Threads.joinUninterruptibly(thread, "its release");

        assertThat(thread.isAlive()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anExecutorIsAwaitedDespiteInterrupts() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(Threads.daemons("worker"));
        executor.execute(this::awaitRelease);
        executor.shutdown();
        Thread.currentThread().interrupt();
        Threads.daemon("releasing", release::countDown).start();

        Threads.awaitUninterruptibly(executor, "worker", "its release");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
    }
}
