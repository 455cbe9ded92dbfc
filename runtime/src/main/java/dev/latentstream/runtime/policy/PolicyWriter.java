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
 * <p>Versions increase by one, and no change is lost even when two people write at the same time: writers share one transactional
 * id, and read the policies in force only after {@code initTransactions}. A second writer thus fences a first one that has read but
 * not yet written.
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

    private Policy write(PolicyKind kind, String scope, SpecificRecord body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        PolicyRules.check(
                kind.key(scope), new Policy(1L, author, clock.instant(), body)); // before any client is created
        return write(kind, scope, inForce -> body, author);
    }

    private Policy write(PolicyKind kind, String scope, Function<Policies, SpecificRecord> body, String author) {
        Checks.nonBlank("scope", scope);
        Checks.nonBlank("author", author);
        String key = kind.key(scope);
        try (Producer<String, Policy> producer = producers.get()) {
            producer.initTransactions(); // fences every earlier writer
            PolicyTable newest = newest();
            long version = newest.get(key).map(Policy::getVersion).orElse(0L) + 1;
            Policy policy = new Policy(version, author, clock.instant(), body.apply(Policies.of(newest)));
            PolicyRules.check(key, policy);
            producer.beginTransaction();
            // The commit throws the error of the send.
            Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, key, policy));
            producer.commitTransaction();
            return policy;
        } catch (ProducerFencedException overtaken) {
            throw new ClusterException(
                    "policy %s was changed by another writer at the same time: check it and try again".formatted(key),
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
