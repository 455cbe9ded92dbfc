package dev.latentstream.app.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count has grown over the last ten seconds. */
final class RecentRate {
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Notes the count at a moment, and tells its growth a second; 0 at the first time. */
    double of(long nanoTime, long count) {
        samples.addLast(new Sample(nanoTime, count));
        while (samples.size() > 2 && nanoTime - samples.getFirst().nanoTime() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        long nanos = nanoTime - first.nanoTime();
        return nanos <= 0 ? 0 : (count - first.count()) * 1e9 / nanos;
    }

    private record Sample(long nanoTime, long count) {}
}
