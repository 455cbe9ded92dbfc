package dev.latentstream.ingest.fetch;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory for bodies. A share is taken before a body is read, for all that it may take, so that who has one needs no second; it is given
 * back when the file was passed on.
 */
final class ByteBudget {
    private static final int UNIT = 1024; // a semaphore counts to 2^31

    private final Semaphore units;
    private final int total;

    ByteBudget(long bytes) {
        this.total = Math.toIntExact(Math.min(bytes / UNIT, Integer.MAX_VALUE));
        this.units = new Semaphore(total, /* fair */ true);
    }

    /** Waits for a share; of more than the whole, for the whole. */
    Share take(long bytes) throws InterruptedException {
        int wanted = units(bytes);
        units.acquire(wanted);
        return new Share(wanted);
    }

    private int units(long bytes) {
        return (int) Math.min(total, bytes / UNIT + 1);
    }

    /** A part of the budget. */
    final class Share {
        private final AtomicInteger held;

        private Share(int held) {
            this.held = new AtomicInteger(held);
        }

        /** Gives back what exceeds a number of bytes. */
        void shrinkTo(long bytes) {
            int kept = Math.min(held.get(), units(bytes));
            units.release(held.getAndSet(kept) - kept);
        }

        /** Gives back the rest; again has no effect. */
        void release() {
            units.release(held.getAndSet(0));
        }
    }
}
