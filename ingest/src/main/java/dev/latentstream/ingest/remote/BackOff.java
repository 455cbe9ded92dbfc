package dev.latentstream.ingest.remote;

import java.time.Duration;
import java.util.Optional;

/**
 * The waits of one stream before it is continued: each is twice the one before, until the stream has made progress. Not thread-safe.
 */
public final class BackOff {
    /** Bytes after which earlier breaks do not count. */
    private static final long PROGRESS = 64 << 10;

    private static final int MAX_DOUBLINGS = 16; // a Duration does not overflow

    private final int maxBreaks;
    private final Duration first;
    private final Duration longest;
    private long lastBreak;
    private int breaks;

    /**
     * Creates the waits of a stream.
     *
     * @param maxBreaks breaks in a row after which the stream is continued
     */
    public BackOff(int maxBreaks, Duration first, Duration longest) {
        this.maxBreaks = maxBreaks;
        this.first = first;
        this.longest = longest;
    }

    /** Returns the wait after a connection broke off at a position; nothing if it is one too many. */
    public Optional<Duration> afterBreakAt(long position) {
        breaks = position - lastBreak >= PROGRESS ? 1 : breaks + 1;
        lastBreak = position;
        if (breaks > maxBreaks) {
            return Optional.empty();
        }
        Duration wait = first.multipliedBy(1L << Math.min(breaks - 1, MAX_DOUBLINGS));
        return Optional.of(wait.compareTo(longest) < 0 ? wait : longest);
    }
}
