package dev.latentstream.ingest.fetch;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;

/**
 * The order of requests: each host has at most a number of them at once, and a delay between the starts of two. Of the hosts that may have
 * one now, the one that waited longest is next. Not thread-safe; times are nanoseconds of any clock.
 */
final class HostSchedule {
    private final int connections;
    private final Map<String, Host> hosts = new HashMap<>();

    /** The hosts that may have a request, now or later, and idle ones that are not forgotten yet. */
    private final TreeSet<Host> open = new TreeSet<>(
            Comparator.comparingLong((Host host) -> host.earliest).thenComparingLong(host -> host.number));

    private long numbers;

    private static final class Host {
        private final String name;
        private final long number;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private int active;
        private long earliest; // changes only while the host is not in the set, which is ordered by it

        Host(String name, long number, long now) {
            this.name = name;
            this.number = number;
            this.earliest = now;
        }
    }

    private record Waiting(Runnable task, long delay) {}

    /** A request to start now. */
    record Start(String host, Runnable task) {}

    /** @param connections requests at once to one host */
    HostSchedule(int connections) {
        this.connections = connections;
    }

    /**
     * Adds a request.
     *
     * @param delay least time from its start to the start of the next one of its host, in nanoseconds
     */
    void add(String name, long delay, Runnable task, long now) {
        Host host = host(name, now);
        host.waiting.add(new Waiting(task, delay));
        place(host);
    }

    /** Returns the request to start now, if there is one; it counts as active until {@link #finished}. */
    Optional<Start> next(long now) {
        while (!open.isEmpty() && open.first().earliest <= now) {
            Host host = open.pollFirst();
            Waiting waiting = host.waiting.poll();
            if (waiting != null) {
                host.active++;
                host.earliest = now + waiting.delay();
                place(host);
                return Optional.of(new Start(host.name, waiting.task()));
            }
            hosts.remove(host.name); // it was idle
        }
        return Optional.empty();
    }

    /** Returns the time until {@link #next} may have a request, if nothing else happens; empty if it has none. */
    Optional<Long> waitFrom(long now) {
        return open.isEmpty() ? Optional.empty() : Optional.of(Math.max(0, open.first().earliest - now));
    }

    /** Frees the place of a request that was started. */
    void finished(String name) {
        Host host = hosts.get(name);
        if (host == null || host.active == 0) {
            throw new IllegalStateException("host %s has no active request".formatted(name));
        }
        host.active--;
        place(host);
    }

    /** Starts no further request of a host before a time. */
    void pause(String name, long until, long now) {
        Host host = host(name, now);
        open.remove(host);
        host.earliest = Math.max(host.earliest, until);
        place(host);
    }

    /** Returns the number of hosts that it remembers. */
    int size() {
        return hosts.size();
    }

    private Host host(String name, long now) {
        return hosts.computeIfAbsent(name, added -> new Host(added, numbers++, now));
    }

    private void place(Host host) {
        boolean mayStart = !host.waiting.isEmpty() && host.active < connections;
        boolean idle = host.waiting.isEmpty() && host.active == 0;
        if (mayStart || idle) {
            open.add(host);
        } else {
            open.remove(host);
        }
    }
}
