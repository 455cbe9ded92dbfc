package dev.latentstream.runtime.kafka;

import dev.latentstream.schemas.RegistryPatience;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Creates the clients of one cluster with defaults that were measured. Keeps none of them: the caller closes what it gets. */
public final class KafkaConnection {
    private final KafkaSettings settings;
    private final Path instances;
    private final Topics topics;
    private final RegistryPatience patience;

    /** Numbers the instances of this host in a folder of its user. */
    public KafkaConnection(KafkaSettings settings) {
        this(settings, instances());
    }

    /**
     * Returns a connection for stages and sources, whose serdes wait for an absent schema registry as long as the clients wait for an absent
     * broker, until {@link #endPatience}.
     */
    public static KafkaConnection patient(KafkaSettings settings) {
        return new KafkaConnection(
                settings, instances(), new RegistryPatience(settings.faults().patience()));
    }

    private static Path instances() {
        return Path.of(System.getProperty("user.home"), ".cache", "latentstream", "instances");
    }

    /** Ends every wait for a schema registry, so that a stage can close. */
    public void endPatience() {
        patience.end();
    }

    /** @param instances folder in which instances that share it are numbered */
    KafkaConnection(KafkaSettings settings, Path instances) {
        this(settings, instances, new RegistryPatience(Duration.ZERO));
    }

    private KafkaConnection(KafkaSettings settings, Path instances, RegistryPatience patience) {
        this.settings = settings;
        this.patience = patience;
        this.instances = instances;
        this.topics = new Topics(settings.topicPrefix());
    }

    public KafkaSettings settings() {
        return settings;
    }

    public Topics topics() {
        return topics;
    }

    /** Returns the group id of a stage, also its application id and the prefix of its transactional id: topic prefix and name. */
    public String groupId(String stage) {
        return settings.topicPrefix() + stage;
    }

    /** Claims an instance of a stage, named by the setting {@code group.instance.id}, else by host and user and numbered. */
    public Instance claimInstance(String stage) {
        @Nullable String named = settings.properties().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return named == null
                ? Instance.numbered(groupId(stage), hostName() + "-" + System.getProperty("user.name"), instances)
                : Instance.named(groupId(stage), named);
    }

    /** Returns a serde for one topic's values, made of the classes in the settings. */
    public <V extends SpecificRecord> Serde<V> serde(Topic<V> topic) {
        return Serdes.serdeFrom(serializer(topic), deserializer(topic));
    }

    public <V extends SpecificRecord> Serializer<V> serializer(Topic<V> topic) {
        return ValueSerde.serializer(settings.serializer(), serdes());
    }

    public <V extends SpecificRecord> Deserializer<V> deserializer(Topic<V> topic) {
        return ValueSerde.deserializer(settings.deserializer(), serdes(), topic.value());
    }

    /** Returns a deserializer that returns null for what is not a value of the topic. */
    public <V extends SpecificRecord> Deserializer<V> lenientDeserializer(Topic<V> topic) {
        return new LenientDeserializer<>(deserializer(topic));
    }

    /** Returns a deserializer for any topic's values, each in the schema it was written with. */
    public Deserializer<GenericRecord> genericDeserializer() {
        return generic(GenericRecord.class);
    }

    /** Returns a deserializer of values in the writer's schema, which need not be that of a record. */
    public Deserializer<Object> valueDeserializer() {
        return generic(Object.class);
    }

    private <V> Deserializer<V> generic(Class<V> type) {
        Map<String, Object> properties = serdes();
        properties.put("specific.avro.reader", false);
        return ValueSerde.deserializer(settings.deserializer(), properties, type);
    }

    public Admin admin() {
        return Admin.create(adminProperties());
    }

    public <V extends SpecificRecord> Producer<String, V> producer(Topic<V> topic, String clientId) {
        return new KafkaProducer<>(producerProperties(clientId), new StringSerializer(), serializer(topic));
    }

    /** Returns a consumer without a group, for manual assignment of partitions. */
    public <V extends SpecificRecord> Consumer<String, V> reader(Topic<V> topic, String clientId) {
        return new KafkaConsumer<>(readerProperties(clientId), new StringDeserializer(), deserializer(topic));
    }

    /** Returns a consumer without a group, for manual assignment, whose records of other programs have no value. */
    public <V extends SpecificRecord> Consumer<String, V> lenientReader(Topic<V> topic, String clientId) {
        return new KafkaConsumer<>(readerProperties(clientId), new StringDeserializer(), lenientDeserializer(topic));
    }

    /** Settings of an admin client. */
    public Map<String, Object> adminProperties() {
        return clients().admin();
    }

    /** Settings of a static member of a group, without deserializers. */
    public Map<String, Object> consumerProperties(Instance member) {
        return clients().consumer(member);
    }

    /** Settings of a consumer without a group, without deserializers. */
    public Map<String, Object> readerProperties(String clientId) {
        return clients().reader(clientId);
    }

    /** Settings of an idempotent producer, without serializers. */
    public Map<String, Object> producerProperties(String clientId) {
        return clients().producer(clientId);
    }

    /** Settings of a transactional producer, without serializers. */
    public Map<String, Object> transactionalProperties(String transactionalId) {
        return clients().transactionalProducer(transactionalId);
    }

    /** Settings of a Streams application under exactly-once, without its state directory. */
    public Map<String, Object> streamsProperties(Instance instance) {
        return clients().streams(instance);
    }

    private Map<String, Object> serdes() {
        Map<String, Object> properties = new HashMap<>(clients().serdes());
        properties.put(RegistryPatience.PROPERTY, patience);
        return properties;
    }

    private ClientProperties clients() {
        return new ClientProperties(settings);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost"; // a host that cannot resolve its own name
        }
    }
}
