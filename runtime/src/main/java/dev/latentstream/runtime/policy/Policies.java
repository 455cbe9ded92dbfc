package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicFollower;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies in force: {@code control} is read to its end at the start, then followed on a dedicated thread.
 *
 * <p>The policy of a source takes precedence over the one for all sources ({@code *}), and that over the built-in one, which has
 * version 0. Results change between two calls, so values that must be consistent come from one call. Records that are not a valid
 * policy are counted and ignored.
 */
public final class Policies implements Stage {
    private static final FilterPolicy FILTER = PolicyRules.builtInFilter();
    private static final CaptionPolicy CAPTION = PolicyRules.builtInCaption();
    private static final MixturePolicy MIXTURE = PolicyRules.builtInMixture();

    private final PolicyTable table;
    private final @Nullable TopicFollower follower;
    private final @Nullable PolicyRecords records;

    /** Reads nothing until it is started. */
    public Policies(KafkaConnection connection, Meters meters) {
        this.table = new PolicyTable();
        this.records = PolicyRecords.of(connection, table, meters);
        this.follower =
                TopicFollower.of(connection, connection.topics().control().name(), records::take);
    }

    private Policies(PolicyTable table, @Nullable TopicFollower follower, @Nullable PolicyRecords records) {
        this.table = table;
        this.follower = follower;
        this.records = records;
    }

    /** Returns policies that the given follower keeps up to date. */
    static Policies over(PolicyTable table, TopicFollower follower) {
        return new Policies(table, follower, null);
    }

    /** Returns policies that never change, given by key in {@code control}; they need no start. */
    public static Policies fixed(Map<String, Policy> policies) {
        PolicyTable table = new PolicyTable();
        policies.forEach(table::put);
        return of(table);
    }

    /**
     * Returns the policies at this moment, which do not change later; they need no start.
     *
     * @throws dev.latentstream.runtime.ClusterException if {@code control} does not exist, or takes half a minute to read
     */
    public static Policies current(KafkaConnection connection, Meters meters) {
        PolicyTable table = new PolicyTable();
        try (PolicyLog log = PolicyLog.open(connection, table, meters)) {
            log.readToEnd(PolicyLog.PATIENCE, System::nanoTime);
        }
        return of(table);
    }

    /** Returns the policies of a table; they need no start. */
    static Policies of(PolicyTable table) {
        return new Policies(table, null, null);
    }

    public VersionedPolicy<FilterPolicy> filter(String source) {
        return table().inForce(PolicyKind.FILTER, source, FilterPolicy.class, FILTER);
    }

    public VersionedPolicy<CaptionPolicy> caption(String source) {
        return table().inForce(PolicyKind.CAPTION, source, CaptionPolicy.class, CAPTION);
    }

    public VersionedPolicy<MixturePolicy> mixture() {
        return table().inForce(PolicyKind.MIXTURE, PolicyKind.EVERYWHERE, MixturePolicy.class, MIXTURE);
    }

    /** Returns every policy in {@code control}, by key. */
    public Map<String, Policy> all() {
        return table().all();
    }

    @Override
    public String name() {
        return "policies";
    }

    /** Returns once {@code control} has been read to its end. */
    @Override
    public void start() {
        if (follower != null) {
            follower.start();
        }
    }

    @Override
    public void close() {
        if (follower != null) {
            follower.close();
        }
        if (records != null) {
            records.close();
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return follower == null ? Optional.empty() : follower.failure();
    }

    private PolicyTable table() {
        if (follower != null && !follower.isCaughtUp()) {
            throw new IllegalStateException("policies were used before control was read to its end: start them first");
        }
        return table;
    }
}
