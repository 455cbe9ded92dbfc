package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.registry.testing.Cluster;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The protocol as seen by an HTTP client, and the state after a restart. The tests share a broker; each has its own subject. */
class EmbeddedRegistryIT {
    private static final String V1 = record("");
    private static final String V2 = record(",{\"name\":\"n\",\"type\":\"int\",\"default\":0}");
    private static final String INCOMPATIBLE = record(",{\"name\":\"q\",\"type\":\"int\"}");

    @AutoClose
    private static Cluster cluster;

    private static EmbeddedRegistry registry;
    private static RestClient rest;

    private static String record(String moreFields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}" + moreFields
                + "]}";
    }

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = Cluster.start();
        registry = EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.ALLOWED);
        rest = new RestClient(registry.url());
    }

    @AfterAll
    static void stopRegistry() {
        if (registry != null) { // null if there is no cluster to test on
            registry.close();
        }
    }

    private int id(String subject, String schema) {
        return rest.postSchema("/subjects/%s/versions".formatted(subject), schema)
                .body()
                .path("id")
                .asInt();
    }

    @Test
    void givesTheSameSchemaTheSameIdUnderEverySubject() {
        int id = id("same-a", V1);

        assertThat(id).isPositive();
        assertThat(id("same-a", V1)).isEqualTo(id);
        assertThat(id("same-b", V1)).isEqualTo(id);
        assertThat(id("same-a", V2)).isNotEqualTo(id);
        assertThat(rest.get("/subjects/same-a/versions")).hasToString("200 [1,2]");
        assertThat(rest.get("/schemas/ids/" + id).body().path("schema").asText())
                .isEqualTo(V1);
        assertThat(rest.get("/schemas/ids/%d/schema".formatted(id)).body()).hasToString(V1);
        assertThat(rest.get("/schemas/ids/%d/subjects".formatted(id)).toString())
                .contains("same-a", "same-b");
        assertThat(rest.get("/schemas/ids/%d/versions".formatted(id)).toString())
                .contains("{\"subject\":\"same-a\",\"version\":1}", "{\"subject\":\"same-b\",\"version\":1}");
    }

    @Test
    void treatsASchemaInAnotherLayoutAsTheSame() {
        int id = id("layout", V1);

        assertThat(rest.postSchema("/subjects/layout/versions?normalize=true&unknown=1", V1.replace(",", " ,\n"))
                        .body()
                        .path("id")
                        .asInt())
                .isEqualTo(id);
    }

    @Test
    void returnsAVersionByNumberAndAsTheLatest() {
        int id = id("versions", V1);
        id("versions", V2);

        assertThat(rest.get("/subjects/versions/versions/1").body().path("id").asInt())
                .isEqualTo(id);
        assertThat(rest.get("/subjects/versions/versions/latest")
                        .body()
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(rest.get("/subjects/versions/versions/-1")
                        .body()
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(rest.get("/subjects/versions/versions/2/schema").body()).hasToString(V2);
        assertThat(rest.get("/subjects/versions/versions/2/referencedby")).hasToString("200 []");
        assertThat(rest.get("/subjects/versions/versions/3").error()).isEqualTo("404 40402");
        assertThat(rest.get("/subjects/versions/versions/0").error()).isEqualTo("422 42202");
        assertThat(rest.get("/subjects/versions/versions/last").error()).isEqualTo("422 42202");
    }

    @Test
    void looksUpASchemaWithoutRegisteringIt() {
        assertThat(rest.postSchema("/subjects/look-up", V1).error()).isEqualTo("404 40401");
        int id = id("look-up", V1);

        assertThat(rest.postSchema("/subjects/look-up", V1).body())
                .hasToString(
                        "{\"subject\":\"look-up\",\"version\":1,\"id\":%d,\"schema\":%s}".formatted(id, quoted(V1)));
        assertThat(rest.postSchema("/subjects/look-up", V2).error()).isEqualTo("404 40403");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"") + "\"";
    }

    @Test
    void refusesASchemaThatCannotReadOldRecords() {
        id("backward", V1);

        assertThat(rest.postSchema("/subjects/backward/versions", INCOMPATIBLE).error())
                .isEqualTo("409 409");
        assertThat(rest.postSchema("/compatibility/subjects/backward/versions/latest?verbose=true", INCOMPATIBLE))
                .hasToString("200 {\"is_compatible\":false,\"messages\":"
                        + "[\"READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: q\"]}");
        assertThat(rest.postSchema("/compatibility/subjects/backward/versions", V2))
                .hasToString("200 {\"is_compatible\":true}");
        assertThat(rest.postSchema("/compatibility/subjects/no-such/versions/latest", V2))
                .hasToString("200 {\"is_compatible\":true}");
        assertThat(rest.postSchema("/compatibility/subjects/backward/versions/7", V2)
                        .error())
                .isEqualTo("404 40402");
    }

    @Test
    void aSubjectCanHaveItsOwnLevel() {
        id("level", V1);
        assertThat(rest.get("/config/level").error()).isEqualTo("404 40408");
        assertThat(rest.get("/config/level?defaultToGlobal=true"))
                .hasToString("200 {\"compatibilityLevel\":\"BACKWARD\"}");

        assertThat(rest.put("/config/level", "{\"compatibility\":\"none\"}"))
                .hasToString("200 {\"compatibility\":\"NONE\"}");

        assertThat(rest.get("/config/level")).hasToString("200 {\"compatibilityLevel\":\"NONE\"}");
        assertThat(rest.get("/config")).hasToString("200 {\"compatibilityLevel\":\"BACKWARD\"}");
        assertThat(id("level", INCOMPATIBLE)).isPositive();
        assertThat(rest.delete("/config/level")).hasToString("200 {\"compatibilityLevel\":\"NONE\"}");
        assertThat(rest.delete("/config/level").error()).isEqualTo("404 40401");
        assertThat(rest.put("/config/level", "{\"compatibility\":\"SIDEWAYS\"}").error())
                .isEqualTo("422 42203");
    }

    @Test
    void aSubjectCanBeReadOnly() {
        int id = id("mode", V1);
        assertThat(rest.get("/mode")).hasToString("200 {\"mode\":\"READWRITE\"}");
        assertThat(rest.get("/mode/mode").error()).isEqualTo("404 40409");

        assertThat(rest.put("/mode/mode", "{\"mode\":\"READONLY\"}")).hasToString("200 {\"mode\":\"READONLY\"}");

        assertThat(rest.postSchema("/subjects/mode/versions", V2).error()).isEqualTo("422 42205");
        assertThat(rest.delete("/subjects/mode").error()).isEqualTo("422 42205");
        assertThat(rest.get("/schemas/ids/" + id).status()).isEqualTo(200);
        assertThat(rest.put("/mode/mode", "{\"mode\":\"IMPORT\"}").error()).isEqualTo("422 42204");
        assertThat(rest.delete("/mode/mode")).hasToString("200 {\"mode\":\"READONLY\"}");
        assertThat(rest.postSchema("/subjects/mode/versions", V2).status()).isEqualTo(200);
    }

    @Test
    void softDeletesThenHardDeletesAVersion() {
        int id = id("erase-version", V1);
        id("erase-version", V2);
        assertThat(rest.delete("/subjects/erase-version/versions/1?permanent=true")
                        .error())
                .isEqualTo("404 40407");

        assertThat(rest.delete("/subjects/erase-version/versions/1")).hasToString("200 1");

        assertThat(rest.get("/subjects/erase-version/versions")).hasToString("200 [2]");
        assertThat(rest.get("/subjects/erase-version/versions?deleted=true")).hasToString("200 [1,2]");
        assertThat(rest.get("/subjects/erase-version/versions?deletedOnly=true"))
                .hasToString("200 [1]");
        assertThat(rest.get("/subjects/erase-version/versions/1").error()).isEqualTo("404 40402");
        assertThat(rest.get("/subjects/erase-version/versions/1?deleted=true").status())
                .isEqualTo(200);
        assertThat(rest.get("/schemas/ids/" + id).status()).isEqualTo(200);
        assertThat(rest.delete("/subjects/erase-version/versions/1").error()).isEqualTo("404 40406");

        assertThat(rest.delete("/subjects/erase-version/versions/1?permanent=true"))
                .hasToString("200 1");
        assertThat(rest.get("/subjects/erase-version/versions?deleted=true")).hasToString("200 [2]");
    }

    @Test
    void softDeletesThenHardDeletesASubject() {
        int id = id("erase", "{\"type\":\"fixed\",\"name\":\"OnlyHere\",\"size\":3}");
        rest.put("/config/erase", "{\"compatibility\":\"FULL\"}");
        assertThat(rest.delete("/subjects/erase?permanent=true").error()).isEqualTo("404 40405");

        assertThat(rest.delete("/subjects/erase")).hasToString("200 [1]");

        assertThat(rest.get("/subjects").toString()).doesNotContain("\"erase\"");
        assertThat(rest.get("/subjects?deleted=true").toString()).contains("\"erase\"");
        assertThat(rest.get("/subjects/erase/versions").error()).isEqualTo("404 40401");
        assertThat(rest.get("/config/erase").error()).isEqualTo("404 40408");
        assertThat(rest.delete("/subjects/erase").error()).isEqualTo("404 40404");
        assertThat(rest.get("/schemas/ids/" + id).status()).isEqualTo(200);

        assertThat(rest.delete("/subjects/erase?permanent=true")).hasToString("200 [1]");
        assertThat(rest.get("/schemas/ids/" + id).error()).isEqualTo("404 40403");
        assertThat(rest.delete("/subjects/erase?permanent=true").error()).isEqualTo("404 40401");
    }

    @Test
    void aDeletedSubjectContinuesItsVersionNumbers() {
        int id = id("again", V1);
        rest.delete("/subjects/again");

        assertThat(id("again", V1)).isEqualTo(id);
        assertThat(rest.get("/subjects/again/versions")).hasToString("200 [2]");
    }

    @Test
    void listsSubjectsByPrefixAndPage() {
        List.of("page-a", "page-b", "page-c").forEach(subject -> id(subject, V1));

        assertThat(rest.get("/subjects?subjectPrefix=page-")).hasToString("200 [\"page-a\",\"page-b\",\"page-c\"]");
        assertThat(rest.get("/subjects?subjectPrefix=:*:page-&offset=1&limit=1"))
                .hasToString("200 [\"page-b\"]");
        assertThat(rest.get("/subjects?subjectPrefix=page-&limit=0")).hasToString("200 []");
        assertThat(rest.get("/subjects?limit=many").status()).isEqualTo(400);
        assertThat(rest.get("/schemas?subjectPrefix=page-&latestOnly=true&offset=2")
                        .body())
                .hasSize(1);
    }

    @Test
    void acceptsSubjectsWithCharactersThatAUrlMustEscape() {
        id("a%2Fb%20c%2Bd%25", V1);

        assertThat(rest.get("/subjects?subjectPrefix=a%2Fb")).hasToString("200 [\"a/b c+d%\"]");
        assertThat(rest.get("/subjects/a%2Fb%20c+d%25/versions")).hasToString("200 [1]");
    }

    @Test
    void refusesMalformedRequests() {
        assertThat(rest.get("/nowhere").error()).isEqualTo("404 404");
        assertThat(rest.get("/schemas/ids/one").error()).isEqualTo("404 404");
        assertThat(rest.get("/schemas/ids/999999").error()).isEqualTo("404 40403");
        assertThat(rest.send("PATCH", "/subjects", "").error()).isEqualTo("405 405");
        assertThat(rest.post("/subjects/bad/versions", "").error()).isEqualTo("400 400");
        assertThat(rest.post("/subjects/bad/versions", "{").error()).isEqualTo("400 400");
        assertThat(rest.post("/subjects/bad/versions", "{}").error()).isEqualTo("422 42201");
        assertThat(rest.postSchema("/subjects/bad/versions", "{\"type\":\"recrd\"}")
                        .error())
                .isEqualTo("422 42201");
        assertThat(rest.post("/subjects/bad/versions", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}")
                        .error())
                .isEqualTo("422 42201");
        assertThat(rest.post("/subjects/bad/versions", "{\"id\":5,\"schema\":\"\\\"int\\\"\"}")
                        .error())
                .isEqualTo("422 42205");
        assertThat(rest.post("/subjects/bad/versions", " ".repeat((4 << 20) + 1))
                        .status())
                .isEqualTo(413);
        assertThat(rest.postSchema(
                                "/subjects/bad/versions",
                                "{\"type\":\"array\",\"items\":".repeat(40_000) + "\"int\"" + "}".repeat(40_000))
                        .error())
                .isEqualTo("422 42201");
        assertThat(rest.get("/subjects").toString()).doesNotContain("\"bad\"");
    }

    @Test
    void answersTheFirstRequestsOfClients() {
        assertThat(rest.get("/")).hasToString("200 {}");
        assertThat(rest.get("/schemas/types")).hasToString("200 [\"AVRO\"]");
        assertThat(rest.get("/contexts")).hasToString("200 [\".\"]");
    }

    @Test
    void restoresItsStateAfterARestart() throws IOException {
        int id = id("restart", V1);
        id("restart", V2);
        rest.delete("/subjects/restart/versions/2");
        rest.put("/config/restart", "{\"compatibility\":\"FULL\"}");
        registry.close();

        registry = EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.ALLOWED);
        rest = new RestClient(registry.url());

        assertThat(rest.get("/subjects/restart/versions?deleted=true")).hasToString("200 [1,2]");
        assertThat(rest.get("/subjects/restart/versions")).hasToString("200 [1]");
        assertThat(rest.get("/config/restart")).hasToString("200 {\"compatibilityLevel\":\"FULL\"}");
        assertThat(id("restart", V1)).isEqualTo(id);
    }

    @Test
    void twoRegistriesOnOneClusterNeverGiveOneIdToTwoSchemas() throws IOException {
        try (EmbeddedRegistry second = EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.ALLOWED)) {
            RestClient other = new RestClient(second.url());
            int id = other.postSchema("/subjects/two/versions", V1)
                    .body()
                    .path("id")
                    .asInt();

            assertThat(rest.postSchema("/subjects/two/versions", V2).error()).isEqualTo("500 50001");

            assertThat(id("two", V2)).isNotEqualTo(id); // after the failure it has read what the other wrote
            assertThat(rest.get("/subjects/two/versions")).hasToString("200 [1,2]");
        }
    }

    @Test
    void listensOnTheLoopbackInterfaceOnly() {
        assertThat(registry.url()).startsWith("http://127.0.0.1:");
        int port = Integer.parseInt(registry.url().substring("http://127.0.0.1:".length()));

        assertThatThrownBy(() -> EmbeddedRegistry.start(cluster.bootstrapServers(), port, Administration.REFUSED))
                .isInstanceOf(BindException.class);
    }

    @Test
    void refusesAChangeThatIsTooLargeForTheTopic() {
        String schema = record(",{\"name\":\"n\",\"type\":\"int\",\"default\":0,\"doc\":\"%s\"}");
        int asRecord = SchemaEventCodec.encode(
                        new SchemaEvent.Stored(new Version("large", 1, 1, schema.formatted(""), false)))
                .bytes();
        int room = 1_000_000 - asRecord - 20; // the id may have more digits

        assertThat(rest.postSchema("/subjects/large/versions", schema.formatted("d".repeat(3 << 20))))
                .extracting(RestClient.Answer::error)
                .isEqualTo("422 42201");
        assertThat(rest.postSchema("/subjects/large/versions", schema.formatted("d".repeat(room + 40)))
                        .error())
                .isEqualTo("422 42201");
        assertThat(rest.postSchema("/subjects/large/versions", schema.formatted("\u4e2d".repeat(room / 2)))
                        .error())
                .isEqualTo("422 42201"); // three bytes each
        assertThat(rest.postSchema("/subjects/large/versions", schema.formatted("d".repeat(room)))
                        .status())
                .isEqualTo(200);
        assertThat(rest.delete("/subjects/large").status()).isEqualTo(200);
    }
}
