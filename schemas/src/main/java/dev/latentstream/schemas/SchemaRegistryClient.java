package dev.latentstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.latentstream.schemas.RegistryTransport.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A client for the REST protocol of Confluent's schema registry, for Avro. Ids and schemas are cached for good. Thread-safe.
 */
final class SchemaRegistryClient implements SchemaIds {
    /** The registry's error code for a subject without a schema. */
    private static final int UNKNOWN_SUBJECT = 40401;

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Registered(String subject, Schema schema) {}

    private final RegistryTransport transport;
    private final ConcurrentMap<Registered, Integer> ids = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Schema> schemas = new ConcurrentHashMap<>();

    /** @param configs properties by Confluent's names; {@code schema.registry.url} is required */
    public SchemaRegistryClient(Map<String, ?> configs) {
        this(new RegistryTransport(RegistrySettings.of(configs), delay -> {}));
    }

    SchemaRegistryClient(RegistryTransport transport) {
        this.transport = transport;
    }

    @Override
    public int register(String subject, Schema schema) {
        return ids.computeIfAbsent(
                new Registered(subject, schema), key -> id(subject, "/subjects/%s/versions", "register", schema));
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        return ids.computeIfAbsent(
                new Registered(subject, schema), key -> id(subject, "/subjects/%s", "look up", schema));
    }

    @Override
    public Schema byId(int id) {
        return schemas.computeIfAbsent(id, this::fetch);
    }

    /**
     * Returns the incompatibilities that prevent this schema from becoming the subject's next version, as reported by the
     * registry; empty if it is compatible.
     */
    public List<String> incompatibilities(String subject, Schema schema) {
        String what = "check a schema against subject \"%s\"".formatted(subject);
        Answer answer = transport.post(
                "/compatibility/subjects/%s/versions/latest?verbose=true".formatted(encode(subject)), body(schema));
        if (answer.status() == 404 && errorCode(answer) == UNKNOWN_SUBJECT) {
            return List.of();
        }
        JsonNode result = json(answer, what);
        if (result.path("is_compatible").asBoolean()) {
            return List.of();
        }
        List<String> messages = new ArrayList<>();
        result.path("messages").forEach(message -> messages.add(message.asText()));
        return messages.isEmpty() ? List.of("the registry gives no reason") : List.copyOf(messages);
    }

    private int id(String subject, String path, String verb, Schema schema) {
        String what = "%s %s under subject \"%s\"".formatted(verb, schema.getFullName(), subject);
        Answer answer = transport.post(path.formatted(encode(subject)), body(schema));
        JsonNode id = json(answer, what).path("id");
        if (!id.isInt()) {
            throw unreadable(answer, what);
        }
        return id.asInt();
    }

    private Schema fetch(int id) {
        String what = "fetch the schema with id " + id;
        Answer answer = transport.get("/schemas/ids/" + id);
        JsonNode found = json(answer, what);
        String type = found.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SerializationException(
                    "%s: schema %d is of type %s, not AVRO".formatted(answer.server(), id, type));
        }
        if (!found.path("references").isEmpty()) {
            throw new SerializationException(
                    "%s: schema %d refers to other schemas, which is not supported".formatted(answer.server(), id));
        }
        try {
            // A default that the registry accepted must not prevent reading.
            return new Schema.Parser()
                    .setValidateDefaults(false)
                    .parse(found.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new SerializationException(
                    "%s: schema %d cannot be parsed: %s".formatted(answer.server(), id, e.getMessage()), e);
        }
    }

    private static String body(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString()).toString();
    }

    private static JsonNode json(Answer answer, String what) {
        if (answer.status() != 200) {
            throw new SchemaRegistryException(
                    "%s: cannot %s: HTTP %d, error code %d: %s"
                            .formatted(answer.server(), what, answer.status(), errorCode(answer), message(answer)),
                    answer.status(),
                    errorCode(answer));
        }
        JsonNode body = parse(answer);
        if (!body.isObject()) {
            throw unreadable(answer, what);
        }
        return body;
    }

    private static int errorCode(Answer answer) {
        return parse(answer).path("error_code").asInt(answer.status());
    }

    private static String message(Answer answer) {
        String message = parse(answer).path("message").asText(answer.body());
        return shortened(answer.from().withoutCredentials(message));
    }

    /** Returns the body of the response; a missing node if it is not JSON, for example a proxy's error page. */
    private static JsonNode parse(Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static KafkaException unreadable(Answer answer, String what) {
        return new SchemaRegistryException(
                "%s: cannot %s: HTTP %d with a response that is not from a schema registry: %s"
                        .formatted(
                                answer.server(),
                                what,
                                answer.status(),
                                shortened(answer.from().withoutCredentials(answer.body()))),
                answer.status(),
                answer.status());
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
