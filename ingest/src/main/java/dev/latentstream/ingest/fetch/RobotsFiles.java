package dev.latentstream.ingest.fetch;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of hosts in robots.txt (RFC 9309). A file that does not exist allows everything; a host that cannot tell, because of a fault of its
 * own, allows nothing for some minutes.
 */
final class RobotsFiles {
    /** Files that are remembered: a few kilobytes each. */
    private static final int MAX_HOSTS = 10_000;

    /** The part of a longer file that is read, which RFC 9309 requires. */
    static final int MAX_BYTES = 500 * 1024;

    private static final int MAX_REDIRECTS = 5;
    private static final Duration KEPT = Duration.ofHours(24);
    private static final Duration FAILURE_KEPT = Duration.ofMinutes(5);

    /** A longer delay forbids the host: its images would keep their places in the queue for hours. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

    private final HostClient client;
    private final UrlRules urls;
    private final String robot;
    private final LongSupplier clock;
    private final Map<HttpUrl, Known> files = new LinkedHashMap<>(16, 0.75f, /* accessOrder */ true);

    /**
     * The rules of a robots.txt for one URL.
     *
     * @param refusal why it may not be fetched
     * @param delay least time between two requests to the host
     */
    record Verdict(Optional<Refusal> refusal, Duration delay) {}

    private record Rules(
            @Nullable BaseRobotRules rules, @Nullable Refusal failure) {}

    private record Known(CompletableFuture<Rules> rules, long since) {
        boolean isFresh(long now) {
            boolean failed = rules.isDone()
                    && (rules.isCompletedExceptionally() || rules.join().failure() != null);
            return now - since < (failed ? FAILURE_KEPT : KEPT).toNanos();
        }
    }

    /**
     * @param client one that reads no more than {@link #MAX_BYTES} of a file
     * @param clock nanoseconds
     */
    RobotsFiles(HostClient client, UrlRules urls, String robot, LongSupplier clock) {
        this.client = client;
        this.urls = urls;
        this.robot = robot.toLowerCase(Locale.ROOT);
        this.clock = clock;
    }

    /** Returns what the host of a checked URL allows. */
    CompletableFuture<Verdict> verdict(HttpUrl url, Duration delay) {
        return rules(url.newBuilder("/robots.txt").build(), delay).thenApply(rules -> verdict(url, rules, delay));
    }

    private synchronized CompletableFuture<Rules> rules(HttpUrl file, Duration delay) {
        long now = clock.getAsLong();
        Known known = files.get(file);
        if (known == null || !known.isFresh(now)) {
            known = new Known(fetch(file, file, delay, 0), now);
            files.put(file, known);
            if (files.size() > MAX_HOSTS) {
                files.remove(files.keySet().iterator().next());
            }
        }
        return known.rules();
    }

    private CompletableFuture<Rules> fetch(HttpUrl origin, HttpUrl file, Duration delay, int redirects) {
        return send(file, delay).thenCompose(answer -> {
            if (!(answer instanceof Answer.Redirect redirect)) {
                return CompletableFuture.completedFuture(rules(origin, answer));
            }
            UrlRules.Checked target = urls.check(redirect.target());
            return target.url() == null || redirects == MAX_REDIRECTS
                    ? CompletableFuture.completedFuture(unavailable())
                    : fetch(origin, target.url(), delay, redirects + 1);
        });
    }

    /** Asks once more where an answer took too long: unlike that of an image, it costs all images of the host. */
    private CompletableFuture<Answer> send(HttpUrl file, Duration delay) {
        FetchRequest request = new FetchRequest(file.toString(), Optional.empty());
        return client.send(request, file, delay)
                .thenCompose(answer -> answer instanceof Answer.End end
                                && end.fetched() instanceof Fetched.Refused refused
                                && refused.refusal().reason() == RejectionReason.TOO_SLOW
                        ? client.send(request, file, delay)
                        : CompletableFuture.completedFuture(answer));
    }

    private Rules rules(HttpUrl origin, Answer answer) {
        if (answer instanceof Answer.Transient failure) {
            return new Rules(null, failure.refusal());
        }
        if (!(answer instanceof Answer.End end)) {
            return unavailable();
        }
        if (end.fetched() instanceof Fetched.Refused refused) {
            Refusal refusal = refused.refusal();
            boolean missing = refusal.reason() == RejectionReason.HTTP_STATUS;
            return missing ? unavailable() : new Rules(null, refusal);
        }
        if (!(end.fetched() instanceof Fetched.File file)) {
            return unavailable();
        }
        try (file) {
            byte[] bytes = file.bytes().length < MAX_BYTES ? file.bytes() : wholeLines(file.bytes());
            SimpleRobotRulesParser parser = new SimpleRobotRulesParser(LONGEST_DELAY.toMillis(), /* maxWarnings */ 0);
            return new Rules(parser.parseContent(origin.toString(), bytes, "text/plain", List.of(robot)), null);
        }
    }

    /** Returns a file up to its last line, which may have been cut to the start of a path, and would disallow more. */
    private static byte[] wholeLines(byte[] file) {
        int end = file.length;
        while (end > 0 && file[end - 1] != '\n' && file[end - 1] != '\r') {
            end--;
        }
        return Arrays.copyOf(file, end);
    }

    private static Rules unavailable() {
        return new Rules(new SimpleRobotRules(RobotRulesMode.ALLOW_ALL), null);
    }

    private static Verdict verdict(HttpUrl url, Rules known, Duration delay) {
        if (known.failure() != null) {
            return new Verdict(Optional.of(failed(known.failure())), delay);
        }
        BaseRobotRules rules = known.rules();
        if (rules == null || rules.isAllowed(url.toString())) {
            long asked = rules == null ? 0 : rules.getCrawlDelay(); // negative if there is none
            return new Verdict(Optional.empty(), asked > delay.toMillis() ? Duration.ofMillis(asked) : delay);
        }
        return new Verdict(
                Optional.of(new Refusal(
                        RejectionReason.ROBOTS,
                        url.encodedPath(),
                        "allowed",
                        "robots.txt of %s disallows it".formatted(url.host()))),
                delay);
    }

    private static Refusal failed(Refusal refusal) {
        RejectionReason reason =
                refusal.reason() == RejectionReason.HTTP_STATUS ? RejectionReason.ROBOTS : refusal.reason();
        return new Refusal(reason, refusal.value(), refusal.bound(), "robots.txt: " + refusal.detail());
    }
}
