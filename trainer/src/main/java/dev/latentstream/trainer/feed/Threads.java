package dev.latentstream.trainer.feed;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a thread that computes natively, however long it takes and whoever interrupts: to close what it computes with, or to
 * end the process, under a native call crashes the process.
 */
public final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final Duration TELL_EVERY = Duration.ofSeconds(30);

    private Threads() {}

    /**
     * Returns once the thread has ended or if it never began.
     *
     * @param work what it has in hand, for a person
     */
    public static void joinUninterruptibly(Thread thread, String work) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(TELL_EVERY.toMillis());
                if (thread.isAlive()) {
                    LOG.atWarn().addKeyValue("thread", thread.getName()).log("waits for {}", work);
                }
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
