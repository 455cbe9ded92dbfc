package dev.latentstream.app.control;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The newest mixture policy, and the last one that a person wrote.
 *
 * @param version newest version
 * @param newest the policy of that version
 * @param person last policy that a person wrote; the built-in one if all are of controllers
 * @param personVersion its version; 0 for the built-in one
 */
record MixtureAuthors(long version, MixturePolicy newest, MixturePolicy person, long personVersion) {
    /** Prefix of the names of controllers as authors. */
    static final String CONTROLLER = "auto:";

    /** Returns whether the newest version is the policy of the person, if only because a controller restored it. */
    boolean isRestored() {
        return newest.equals(person);
    }

    static MixtureAuthors read(KafkaConnection connection) {
        Topic<Policy> topic = connection.topics().control();
        String key = PolicyKind.MIXTURE.key(PolicyKind.EVERYWHERE);
        List<Policy> versions = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection);
                Deserializer<Policy> deserializer = connection.deserializer(topic)) {
            reader.all(topic.name(), record -> {
                if (key.equals(record.key())) {
                    versions.add(deserializer.deserialize(topic.name(), record.headers(), record.value()));
                }
            });
        }
        return of(versions);
    }

    static MixtureAuthors of(List<Policy> versions) {
        List<Policy> sorted = versions.stream()
                .sorted(Comparator.comparingLong(Policy::getVersion))
                .toList();
        if (sorted.isEmpty()) {
            return new MixtureAuthors(0, PolicyRules.builtInMixture(), PolicyRules.builtInMixture(), 0);
        }
        Policy last = sorted.get(sorted.size() - 1);
        long version = last.getVersion();
        MixturePolicy newest = (MixturePolicy) last.getPolicy();
        for (int i = sorted.size() - 1; i >= 0; i--) {
            Policy policy = sorted.get(i);
            if (!policy.getAuthor().startsWith(CONTROLLER)) {
                return new MixtureAuthors(version, newest, (MixturePolicy) policy.getPolicy(), policy.getVersion());
            }
        }
        if (sorted.get(0).getVersion() > 1) {
            throw new Failure("control no longer has the last mixture policy that a person wrote: write one");
        }
        return new MixtureAuthors(version, newest, PolicyRules.builtInMixture(), 0);
    }
}
