package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topic;
import java.time.Clock;
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
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes the next version of a policy.
 *
 * <p>Versions count up by one, and no change is lost, even when two people write at once: writers share one transactional id, and
 * read what is in force only once they hold it. So a second one shuts out a first that has read but not yet written.
 */
public final class PolicyWriter {
    private final String topic;
    private final Supplier<Producer<String, Policy>> producers;
    private final Function<PolicyTable, PolicyLog> logs;
    private final Clock clock;

    public PolicyWriter(KafkaConnection connection, Meters meters, Clock clock) {
        this(
                connection.topics().control().name(),
                () -> producer(connection),
                table -> PolicyLog.open(connection, table, meters),
                clock);
    }

    PolicyWriter(
            String topic,
            Supplier<Producer<String, Policy>> producers,
            Function<PolicyTable, PolicyLog> logs,
            Clock clock) {
        this.topic = topic;
        this.producers = producers;
        this.logs = logs;
        this.clock = clock;
    }

    private static Producer<String, Policy> producer(KafkaConnection connection) {
        Topic<Policy> control = connection.topics().control();
        return new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("policy-writer")),
                new StringSerializer(),
                connection.serializer(control));
    }

    /** Writes how the images of one source, or of all ({@link PolicyKind#EVERYWHERE}), are captioned. */
    public Policy write(String scope, CaptionPolicy policy, String author) {
        return write(PolicyKind.CAPTION, scope, policy, author);
    }

    /** Writes the mixture of all trainers. */
    public Policy write(MixturePolicy policy, String author) {
        return write(PolicyKind.MIXTURE, PolicyKind.EVERYWHERE, policy, author);
    }

    /** Changes what ingest admits, starting from what is in force for that scope when the others are shut out. */
    public Policy changeFilter(String scope, UnaryOperator<FilterPolicy> change, String author) {
        return write(
                PolicyKind.FILTER,
                scope,
                inForce -> change.apply(inForce.filter(scope).policy()),
                author);
    }

    /** Changes how images are captioned, starting from what is in force for that scope when the others are shut out. */
    public Policy changeCaption(String scope, UnaryOperator<CaptionPolicy> change, String author) {
        return write(
                PolicyKind.CAPTION,
                scope,
                inForce -> change.apply(inForce.caption(scope).policy()),
                author);
    }

    /** Changes the mixture of all trainers, starting from the one in force when the others are shut out. */
    public Policy changeMixture(UnaryOperator<MixturePolicy> change, String author) {
        return write(
                PolicyKind.MIXTURE,
                PolicyKind.EVERYWHERE,
                inForce -> change.apply(inForce.mixture().policy()),
                author);
    }

    private Policy write(PolicyKind kind, String scope, SpecificRecord body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        PolicyRules.check(kind.key(scope), new Policy(1L, author, clock.instant(), body)); // before any client is made
        return write(kind, scope, inForce -> body, author);
    }

    private Policy write(PolicyKind kind, String scope, Function<Policies, SpecificRecord> body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        String key = kind.key(scope);
        try (Producer<String, Policy> producer = producers.get()) {
            producer.initTransactions(); // from here on, whoever wrote before us is shut out
            PolicyTable newest = newest();
            long version = newest.get(key).map(Policy::getVersion).orElse(0L) + 1;
            Policy policy = new Policy(version, author, clock.instant(), body.apply(Policies.of(newest)));
            PolicyRules.check(key, policy);
            producer.beginTransaction();
            // The commit throws what the send met.
            Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, key, policy));
            producer.commitTransaction();
            return policy;
        } catch (ProducerFencedException overtaken) {
            throw new ClusterException(
                    "policy %s was being changed by someone else: look again, then try again".formatted(key),
                    overtaken);
        } catch (KafkaException refused) {
            throw new ClusterException("policy %s was not written: %s".formatted(key, refused.getMessage()), refused);
        }
    }

    private PolicyTable newest() {
        PolicyTable table = new PolicyTable();
        try (PolicyLog log = logs.apply(table)) {
            log.readToEnd(PolicyLog.PATIENCE, System::nanoTime);
        }
        return table;
    }
}
