package dev.latentstream.runtime.policy;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the next version of a policy.
 *
 * <p>Versions increase by one, and no change is lost even when two people write at the same time: writers share one transactional
 * id, and read the policies in force only after {@code initTransactions}. A second writer thus fences a first one that has read but
 * not yet written, and the first one tries again, from the policies then in force: a version is written only while the one that it was
 * derived from is the newest. A policy is returned once readers see it. Immutable.
 */
public final class PolicyWriter {
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LAST_DELAY = Duration.ofSeconds(4);

    private final String topic;
    private final Supplier<Producer<String, Policy>> producers;
    private final PolicyLog.Opening logs;
    private final Clock clock;
    private final RetryPolicy<Policy> retries;
    private final String reason;
    private final OptionalLong expected;

    public PolicyWriter(KafkaConnection connection, Meters meters, Clock clock) {
        this(
                connection.topics().control().name(),
                () -> producer(connection),
                table -> PolicyLog.open(connection, table, meters),
                clock,
                untilWritten(),
                "",
                OptionalLong.empty());
    }

    PolicyWriter(
            String topic,
            Supplier<Producer<String, Policy>> producers,
            PolicyLog.Opening logs,
            Clock clock,
            RetryPolicy<Policy> retries,
            String reason,
            OptionalLong expected) {
        this.topic = topic;
        this.producers = producers;
        this.logs = logs;
        this.clock = clock;
        this.retries = retries;
        this.reason = reason;
        this.expected = expected;
    }

    /** Returns a writer that records a reason with each policy. */
    public PolicyWriter because(String why) {
        return new PolicyWriter(topic, producers, logs, clock, retries, why, expected);
    }

    /**
     * Returns a writer that writes only if the newest version of a policy's key is the given one, and throws a {@link
     * PolicyConflictException} otherwise. Version 0 is the built-in policy.
     */
    public PolicyWriter expecting(long version) {
        Checks.atLeast("expected version", version, 0);
        return new PolicyWriter(topic, producers, logs, clock, retries, reason, OptionalLong.of(version));
    }

    private static Producer<String, Policy> producer(KafkaConnection connection) {
        Topic<Policy> control = connection.topics().control();
        return new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("policy-writer")),
                new StringSerializer(),
                connection.serializer(control));
    }

    /** Writes the caption policy of one source, or of all ({@link PolicyKind#EVERYWHERE}). */
    public Policy write(String scope, CaptionPolicy policy, String author) {
        return write(PolicyKind.CAPTION, scope, policy, author);
    }

    /** Writes the mixture policy of all trainers. */
    public Policy write(MixturePolicy policy, String author) {
        return write(PolicyKind.MIXTURE, PolicyKind.EVERYWHERE, policy, author);
    }

    /** Changes the filter policy of a scope, starting from the one in force once other writers are fenced. */
    public Policy changeFilter(String scope, UnaryOperator<FilterPolicy> change, String author) {
        return write(
                PolicyKind.FILTER,
                scope,
                inForce -> change.apply(inForce.filter(scope).policy()),
                author);
    }

    /** Changes the caption policy of a scope, starting from the one in force once other writers are fenced. */
    public Policy changeCaption(String scope, UnaryOperator<CaptionPolicy> change, String author) {
        return write(
                PolicyKind.CAPTION,
                scope,
                inForce -> change.apply(inForce.caption(scope).policy()),
                author);
    }

    /** Changes the mixture policy of all trainers, starting from the one in force once other writers are fenced. */
    public Policy changeMixture(UnaryOperator<MixturePolicy> change, String author) {
        return write(
                PolicyKind.MIXTURE,
                PolicyKind.EVERYWHERE,
                inForce -> change.apply(inForce.mixture().policy()),
                author);
    }

    /** Writes the policy of a scope. */
    public Policy write(PolicyKind kind, String scope, SpecificRecord body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        PolicyRules.check(
                kind.key(scope), new Policy(1L, author, clock.instant(), body, reason)); // before any client is created
        return write(kind, scope, inForce -> body, author);
    }

    private Policy write(PolicyKind kind, String scope, Function<Policies, SpecificRecord> body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        String key = kind.key(scope);
        try {
            Attempted attempted = new Attempted();
            return Failsafe.with(retries).get(() -> attempt(key, body, author, attempted));
        } catch (KafkaException refused) {
            if (TransactionalWriter.isFenced(refused)) {
                throw new ClusterException(
                        "policy %s was not written, because others changed policies all the time: check it and try again"
                                .formatted(key),
                        refused);
            }
            throw new ClusterException("policy %s was not written: %s".formatted(key, refused.getMessage()), refused);
        }
    }

    private Policy attempt(String key, Function<Policies, SpecificRecord> body, String author, Attempted attempted) {
        PolicyTable newest = new PolicyTable();
        try (Producer<String, Policy> producer = producers.get()) {
            producer.initTransactions(); // fences every earlier writer, and ends its transaction
            try (PolicyLog log = logs.open(attempted.into(newest))) {
                log.readToEnd(PolicyLog.PATIENCE, System::nanoTime);
                if (attempted.committed != null) {
                    return attempted.committed;
                }
                requireExpected(key, newest);
                long version = newest.lastVersion(key) + 1;
                Policy policy = new Policy(version, author, clock.instant(), body.apply(Policies.of(newest)), reason);
                PolicyRules.check(key, policy);
                producer.beginTransaction();
                // The commit throws the error of the send.
                Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, key, policy));
                attempted.sent = policy;
                TransactionalWriter.commit(producer);
                awaitVisible(key, version, newest, log);
                return policy;
            }
        }
    }

    private void requireExpected(String key, PolicyTable table) {
        long newest = table.lastVersion(key);
        if (expected.isEmpty() || expected.getAsLong() == newest) {
            return;
        }
        String by = table.get(key)
                .map(policy -> " (%s, %s)".formatted(policy.getAuthor(), policy.getTime()))
                .orElse("");
        throw new PolicyConflictException("policy %s was not written: its newest version is %d%s, not %d as expected"
                .formatted(key, newest, by, expected.getAsLong()));
    }

    /** The broker acknowledges a commit before readers see it. */
    private static void awaitVisible(String key, long version, PolicyTable table, PolicyLog log) {
        boolean visible = log.readUntil(
                () -> table.get(key)
                        .filter(policy -> policy.getVersion() >= version)
                        .isPresent(),
                PolicyLog.PATIENCE,
                System::nanoTime);
        if (!visible) {
            throw new ClusterException(
                    "policy %s version %d is written, but another program's open transaction hides it from the stages"
                            .formatted(key, version));
        }
    }

    private static RetryPolicy<Policy> untilWritten() {
        return whenFenced()
                .withBackoff(FIRST_DELAY, LAST_DELAY)
                .withJitter(0.9) // writers that fenced each other must not meet again
                .withMaxRetries(-1)
                .withMaxDuration(PolicyLog.PATIENCE)
                .build();
    }

    static RetryPolicyBuilder<Policy> whenFenced() {
        return RetryPolicy.<Policy>builder()
                .handleIf(error -> TransactionalWriter.isFenced(error) || TransactionalWriter.isOutcomeUnknown(error));
    }

    /** The policy that an attempt sent, and whether a later one found it committed. */
    private static final class Attempted {
        private @Nullable Policy sent;
        private @Nullable Policy committed;

        PolicySink into(PolicyTable table) {
            return (key, policy) -> {
                table.take(key, policy);
                if (policy != null && policy.equals(sent)) {
                    committed = policy;
                }
            };
        }
    }
}
