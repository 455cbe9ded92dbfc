package dev.latentstream.interop;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks of a registry with Confluent's own client, version 7.9.5. Each test has its own subject and schemas. */
abstract class ConfluentClientChecks {
    private final String unique = UUID.randomUUID().toString().replace("-", "");
    private final String subject = unique + "-value";
    private final AvroSchema first = schema("");
    private final AvroSchema compatible = schema(",{\"name\":\"width\",\"type\":\"int\",\"default\":0}");
    private final AvroSchema incompatible = schema(",{\"name\":\"quality\",\"type\":\"int\"}");
    private SchemaRegistryClient client;

    abstract String registryUrl();

    @BeforeEach
    void connect() {
        client = freshClient();
    }

    /** A client with empty caches. */
    private SchemaRegistryClient freshClient() {
        return new CachedSchemaRegistryClient(List.of(registryUrl()), 100, Map.of());
    }

    private AvroSchema schema(String moreFields) {
        return new AvroSchema("{\"type\":\"record\",\"name\":\"Image%s\",\"namespace\":\"others\",\"fields\":["
                        .formatted(unique)
                + "{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"jpeg\",\"type\":\"bytes\"}" + moreFields + "]}");
    }

    private static String refusal(ThrowingCallable call) {
        RestClientException refused = requireNonNull(catchThrowableOfType(RestClientException.class, call));
        return "%d %d".formatted(refused.getStatus(), refused.getErrorCode());
    }

    @Test
    void aSubjectIsNotListedBeforeItHasASchema() throws Exception {
        assertThat(client.getAllSubjects()).doesNotContain(subject);
    }

    @Test
    void theLatestVersionOfAnUnknownSubjectIsRefused() {
        assertThat(refusal(() -> client.getLatestSchemaMetadata(subject))).isEqualTo("404 40401");
    }

    @Test
    void aSchemaOfAnUnknownSubjectIsRefused() {
        assertThat(refusal(() -> client.getId(subject, first))).isEqualTo("404 40401");
    }

    @Test
    void aRegisteredSchemaHasAnId() throws Exception {
        assertThat(client.register(subject, first)).isPositive();
    }

    @Test
    void aSchemaThatIsRegisteredAgainKeepsItsId() throws Exception {
        int id = client.register(subject, first);

        assertThat(freshClient().register(subject, first)).isEqualTo(id);
    }

    @Test
    void theFirstSchemaIsVersionOne() throws Exception {
        client.register(subject, first);

        assertThat(client.getVersion(subject, first)).isEqualTo(1);
    }

    @Test
    void anotherSchemaHasAnotherId() throws Exception {
        int id = client.register(subject, first);

        assertThat(client.register(subject, compatible)).isNotEqualTo(id);
    }

    @Test
    void theSecondSchemaIsVersionTwo() throws Exception {
        registerTwo();

        assertThat(client.getVersion(subject, compatible)).isEqualTo(2);
    }

    @Test
    void theSameSchemaHasTheSameIdUnderAnotherSubject() throws Exception {
        int id = client.register(subject, first);

        assertThat(client.register("other-" + subject, first)).isEqualTo(id);
    }

    @Test
    void allVersionsAreListed() throws Exception {
        registerTwo();

        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
    }

    @Test
    void theLatestVersionHasTheHighestNumber() throws Exception {
        registerTwo();

        assertThat(client.getLatestSchemaMetadata(subject).getVersion()).isEqualTo(2);
    }

    @Test
    void theLatestVersionHasItsSchemasId() throws Exception {
        int id = registerTwo();

        assertThat(client.getLatestSchemaMetadata(subject).getId()).isEqualTo(id);
    }

    @Test
    void aSchemaIsFoundByItsId() throws Exception {
        int id = client.register(subject, first);

        assertThat(freshClient().getSchemaById(id).canonicalString()).isEqualTo(first.canonicalString());
    }

    @Test
    void anUnknownIdIsRefused() {
        assertThat(refusal(() -> client.getSchemaById(999_999))).isEqualTo("404 40403");
    }

    @Test
    void theSubjectsOfAnIdAreListed() throws Exception {
        int id = client.register(subject, first);
        client.register("other-" + subject, first);

        assertThat(client.getAllSubjectsById(id)).containsExactlyInAnyOrder(subject, "other-" + subject);
    }

    @Test
    void theVersionsOfAnIdAreListed() throws Exception {
        int id = client.register(subject, first);
        client.register("other-" + subject, first);

        assertThat(client.getAllVersionsById(id)).hasSize(2);
    }

    @Test
    void theLevelForAllSubjectsIsBackward() throws Exception {
        assertThat(client.getCompatibility(null)).isEqualTo("BACKWARD");
    }

    @Test
    void theLevelOfASubjectThatHasNoneIsRefused() throws Exception {
        client.register(subject, first);

        assertThat(refusal(() -> client.getCompatibility(subject))).isEqualTo("404 40408");
    }

    @Test
    void aSchemaThatReadsOldRecordsIsCompatible() throws Exception {
        client.register(subject, first);

        assertThat(client.testCompatibility(subject, compatible)).isTrue();
    }

    @Test
    void aSchemaThatCannotReadOldRecordsIsNotCompatible() throws Exception {
        client.register(subject, first);

        assertThat(client.testCompatibility(subject, incompatible)).isFalse();
    }

    @Test
    void theReasonOfAnIncompatibilityIsReported() throws Exception {
        client.register(subject, first);

        assertThat(client.testCompatibilityVerbose(subject, incompatible)).isNotEmpty();
    }

    @Test
    void anIncompatibleSchemaIsRefused() throws Exception {
        client.register(subject, first);

        assertThat(refusal(() -> client.register(subject, incompatible))).isEqualTo("409 409");
    }

    @Test
    void theLevelOfASubjectCanBeSet() throws Exception {
        client.register(subject, first);

        assertThat(client.updateCompatibility(subject, "NONE")).isEqualTo("NONE");
    }

    @Test
    void theLevelOfASubjectIsKept() throws Exception {
        client.register(subject, first);
        client.updateCompatibility(subject, "NONE");

        assertThat(client.getCompatibility(subject)).isEqualTo("NONE");
    }

    @Test
    void anySchemaIsAcceptedUnderTheLevelNone() throws Exception {
        registerThree();

        assertThat(client.getVersion(subject, incompatible)).isEqualTo(3);
    }

    @Test
    void theLevelOfASubjectCanBeUnset() throws Exception {
        client.register(subject, first);
        client.updateCompatibility(subject, "NONE");

        client.deleteCompatibility(subject);

        assertThat(refusal(() -> freshClient().register(subject, incompatible))).isEqualTo("409 409");
    }

    @Test
    void aLevelThatDoesNotExistIsRefused() throws Exception {
        client.register(subject, first);

        assertThat(refusal(() -> client.updateCompatibility(subject, "SIDEWAYS")))
                .isEqualTo("422 42203");
    }

    @Test
    void theModeIsReadAndWrite() throws Exception {
        assertThat(client.getMode()).isEqualTo("READWRITE");
    }

    @Test
    void anUnknownVersionIsRefused() throws Exception {
        client.register(subject, first);

        assertThat(refusal(() -> client.getSchemaMetadata(subject, 77))).isEqualTo("404 40402");
    }

    @Test
    void aVersionCanBeDeleted() throws Exception {
        registerThree();

        assertThat(client.deleteSchemaVersion(subject, "3")).isEqualTo(3);
    }

    @Test
    void aDeletedVersionIsNotListed() throws Exception {
        registerThree();
        client.deleteSchemaVersion(subject, "3");

        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
    }

    @Test
    void aSubjectCanBeDeleted() throws Exception {
        client.register(subject, first);

        assertThat(client.deleteSubject(subject)).containsExactly(1);
    }

    @Test
    void aDeletedSubjectIsNotListed() throws Exception {
        client.register(subject, first);
        client.deleteSubject(subject);

        assertThat(client.getAllSubjects()).doesNotContain(subject);
    }

    @Test
    void subjectsAreListedByPrefix() throws Exception {
        client.register(subject, first);

        assertThat(client.getAllSubjectsByPrefix(subject)).contains(subject);
    }

    /** The id of the second. */
    private int registerTwo() throws IOException, RestClientException {
        client.register(subject, first);
        return client.register(subject, compatible);
    }

    private void registerThree() throws IOException, RestClientException {
        registerTwo();
        client.updateCompatibility(subject, "NONE");
        client.register(subject, incompatible);
    }
}
