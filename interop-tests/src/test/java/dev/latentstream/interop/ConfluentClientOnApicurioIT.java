package dev.latentstream.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same checks with a third registry: where it passes, the checks do not depend on peculiarities of ours. Its three known
 * deviations are the tests of this class.
 */
@EnabledIfSystemProperty(named = "apicurio.home", matches = ".+", disabledReason = "left out by -Dapicurio.skip")
@EnabledIf(
        value = "dev.latentstream.interop.ApicurioServer#canRun",
        disabledReason = "Apicurio needs a JDK 21 or newer, and none is found: set JAVA_HOME_21 to one")
class ConfluentClientOnApicurioIT extends ConfluentClientChecks {
    private static final AvroSchema TEXT = new AvroSchema("\"string\"");
    private static final AvroSchema NUMBER = new AvroSchema("\"int\"");

    @TempDir
    private static Path folder;

    private static ApicurioServer server;
    private static String levelAtFirst;

    @BeforeAll
    static void start() throws Exception {
        server = ApicurioServer.start(Path.of(System.getProperty("apicurio.home")), folder);
        SchemaRegistryClient client = client();
        levelAtFirst = client.getCompatibility(null);
        client.updateCompatibility(null, "BACKWARD");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static SchemaRegistryClient client() {
        return new CachedSchemaRegistryClient(List.of(server.url()), 100, Map.of());
    }

    @Override
    String registryUrl() {
        return server.url();
    }

    @Test
    void theDefaultLevelIsNone() {
        assertThat(levelAtFirst).isEqualTo("NONE");
    }

    /** It returns NONE, but applies the level for all subjects. */
    @Override
    @Test
    void theLevelOfASubjectThatHasNoneIsRefused() throws Exception {
        client().register("no-level-value", TEXT);

        assertThat(client().getCompatibility("no-level-value")).isEqualTo("NONE");
        assertThatThrownBy(() -> client().register("no-level-value", NUMBER)).isInstanceOf(RestClientException.class);
    }

    /** The level NONE stays in force. */
    @Override
    @Test
    void theLevelOfASubjectCanBeUnset() throws Exception {
        client().register("unset-value", TEXT);
        client().updateCompatibility("unset-value", "NONE");

        client().deleteCompatibility("unset-value");

        assertThat(client().register("unset-value", NUMBER)).isPositive();
    }
}
