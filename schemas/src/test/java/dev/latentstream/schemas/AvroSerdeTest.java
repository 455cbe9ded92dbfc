package dev.latentstream.schemas;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private TestRegistry registry;

    @BeforeEach
    void start() {
        registry = TestRegistry.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private AvroSerializer serializer(String... namesAndValues) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(configs(namesAndValues), false);
        return serializer;
    }

    private AvroDeserializer deserializer(String... namesAndValues) {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(configs(namesAndValues), false);
        return deserializer;
    }

    private Map<String, Object> configs(String... namesAndValues) {
        Map<String, Object> configs = new HashMap<>(Map.of("schema.registry.url", registry.url(), "max.retries", 0));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            configs.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return configs;
    }

    @Test
    void roundTripsAGeneratedRecord() {
        byte[] bytes = serializer().serialize("latents-photos", Samples.latent());

        assertThat(deserializer("specific.avro.reader", "true").deserialize("latents-photos", bytes))
                .isEqualTo(Samples.latent());
    }

    @Test
    void aRecordWithinOtherBytesIsReadAndKeepsNoneOfThem() {
        byte[] bytes = requireNonNull(serializer().serialize("latents-photos", Samples.latent()));
        byte[] fetched = new byte[bytes.length + 12];
        Arrays.fill(fetched, (byte) 0x7f);
        System.arraycopy(bytes, 0, fetched, 7, bytes.length);
        ByteBuffer within = ByteBuffer.wrap(fetched, 2, bytes.length + 5).slice();
        within.position(5);

        Object latent =
                deserializer("specific.avro.reader", "true").deserialize("latents-photos", new RecordHeaders(), within);
        Arrays.fill(fetched, (byte) 0);

        assertThat(latent).isEqualTo(Samples.latent());
        assertThat(within.position()).isEqualTo(5);
    }

    @Test
    void aLengthBeyondARecordIsRefusedWhateverBytesFollow() {
        byte[] bytes = requireNonNull(serializer().serialize("latents-photos", Samples.latent()));
        ByteBuffer cut = ByteBuffer.wrap(bytes, 0, bytes.length - 1);

        assertThatThrownBy(() -> deserializer("specific.avro.reader", "true")
                        .deserialize("latents-photos", new RecordHeaders(), cut))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void roundTripsTimesAndUnionsAsTheirClasses() {
        byte[] bytes = serializer().serialize("control", Samples.policy());

        assertThat(deserializer("specific.avro.reader", "true").deserialize("control", bytes))
                .isEqualTo(Samples.policy());
    }

    @Test
    void withoutASpecificReaderTheResultIsGenericAndCanBeWrittenAgain() {
        byte[] bytes = serializer().serialize("control", Samples.policy());

        Object generic = deserializer().deserialize("control", bytes);

        assertThat(generic)
                .isInstanceOf(GenericRecord.class)
                .extracting(value -> ((GenericRecord) value).get("time"))
                .isEqualTo(1_700_000_000_123L);
        assertThat(serializer().serialize("control", generic)).isEqualTo(bytes);
    }

    @Test
    void theBytesAreTheHeaderAndAvrosBinaryEncoding() throws IOException {
        byte[] bytes = serializer().serialize("images-raw", Samples.rawImage());

        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(new byte[] {0, 0, 0, 0, 1, 6, (byte) 0xff, (byte) 0xd8, 0});
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(expected, null);
        encoder.writeString("photos");
        encoder.writeString("file:kite.jpg");
        encoder.writeIndex(0);
        encoder.writeMapStart();
        encoder.setItemCount(1);
        encoder.writeString("licence");
        encoder.writeString("CC0");
        encoder.writeMapEnd();
        encoder.writeArrayStart();
        encoder.writeArrayEnd();
        encoder.writeIndex(0);
        for (int empty = 0; empty < 2; empty++) { // scores and score_models
            encoder.writeMapStart();
            encoder.writeMapEnd();
        }
        encoder.flush();
        assertThat(bytes).isEqualTo(expected.toByteArray());
    }

    @Test
    void eachTopicHasItsOwnSubjectAndIsRegisteredOnce() {
        AvroSerializer serializer = serializer();

        for (int i = 0; i < 3; i++) {
            serializer.serialize("latents-photos", Samples.latent());
            serializer.serialize("latents-scenes", Samples.latent());
        }

        assertThat(registry.requests())
                .containsExactly(
                        "POST /subjects/latents-photos-value/versions", "POST /subjects/latents-scenes-value/versions");
    }

    @Test
    void keysHaveTheirOwnSubject() {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(configs(), true);

        serializer.serialize("a", Samples.policy());

        assertThat(registry.requests()).containsExactly("POST /subjects/a-key/versions");
    }

    @Test
    void registersNothingIfAutoRegistrationIsOff() {
        AvroSerializer serializer = serializer("auto.register.schemas", "false");

        assertThatThrownBy(() -> serializer.serialize("images-raw", Samples.rawImage()))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("topic images-raw")
                .hasMessageContaining("error code 40401");
        registry.add("images-raw-value", RawImage.getClassSchema().toString());
        assertThat(serializer.serialize("images-raw", Samples.rawImage())).startsWith(0, 0, 0, 0, 1);
    }

    @Test
    void nullStaysNull() {
        assertThat(serializer().serialize("images", null)).isNull();
        assertThat(deserializer().deserialize("images", null)).isNull();
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void refusesAValueThatIsNotARecord() {
        assertThatThrownBy(() -> serializer().serialize("images", "text"))
                .isInstanceOf(SerializationException.class)
                .hasMessage("topic images: cannot write java.lang.String: not an Avro record");
    }

    @Test
    void refusesARecordWithoutARequiredField() {
        assertThatThrownBy(() -> serializer().serialize("removals", new Removal()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("cannot write dev.latentstream.schemas.Removal")
                .hasMessageContaining("reason");
    }

    @Test
    void anUnknownSchemaIsAFaultOfTheRegistryAndNotOfTheRecord() {
        assertThatThrownBy(() -> deserializer().deserialize("images", new byte[] {0, 0, 0, 0, 99, 1}))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("topic images")
                .hasMessageContaining("Schema 99 not found")
                .hasMessageContaining("check kafka.schema-registry-url");
    }

    @Test
    void anIdThatNoRegistryAssignsIsAFaultOfTheRecord() {
        for (byte[] payload : List.of(new byte[] {0, 0, 0, 0, 0, 1}, new byte[] {0, -1, 2, 3, 4, 5})) {
            assertThatThrownBy(() -> deserializer().deserialize("images", payload))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("below 1");
        }
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void aSoundRecordUnderTheIdOfAnotherSchemaIsAFaultOfTheRegistry() {
        byte[] sound = requireNonNull(serializer().serialize("images-raw", Samples.rawImage()));
        int other = registry.add("captions-value", Captions.getClassSchema().toString());
        int unrelated = registry.add("a-value", "{\"type\":\"record\",\"name\":\"a.B\",\"fields\":[]}");

        for (int id : List.of(other, unrelated)) {
            byte[] reassigned = ByteBuffer.wrap(sound.clone()).putInt(1, id).array();
            assertThatThrownBy(() -> reader(RawImage.class).deserialize("images-raw", reassigned))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("topic images-raw: a record is a sound RawImage, but not in schema " + id);
        }
    }

    @Test
    void aRecordOfAnotherClassIsAFaultOfTheRecord() {
        byte[] caption = serializer().serialize("captions", Samples.policy());

        assertThatThrownBy(() -> reader(RawImage.class).deserialize("images-raw", caption))
                .isInstanceOf(SerializationException.class)
                .hasMessage("topic images-raw: schema 1 is of dev.latentstream.schemas.Policy, not of RawImage");
    }

    @Test
    void aSchemaWithoutItsNamespaceIsResolvedByTheTopicsOwn() {
        assertThat(readAs(schema -> schema.replace("\"namespace\":\"dev.latentstream.schemas\",", "")))
                .isEqualTo(Samples.latent());
    }

    @Test
    void aSchemaInAnotherNamespaceIsResolvedByTheTopicsOwn() {
        assertThat(readAs(schema -> schema.replace("dev.latentstream.schemas", "org.example")))
                .isEqualTo(Samples.latent());
    }

    @Test
    void aliasesOfTheWritersTypesAndFieldsAreResolved() {
        assertThat(readAs(schema -> schema.replace("\"name\":\"Latent\"", "\"name\":\"Code\",\"aliases\":[\"Latent\"]")
                        .replace("\"name\":\"Encoding\"", "\"name\":\"VaeCode\",\"aliases\":[\"Encoding\"]")
                        .replace(
                                "\"name\":\"TensorType\"",
                                "\"name\":\"Kind\",\"aliases\":[\"dev.latentstream.schemas.TensorType\"]")
                        .replace("\"name\":\"captions\"", "\"name\":\"texts\",\"aliases\":[\"captions\"]")))
                .isEqualTo(Samples.latent());
    }

    /** Reads a latent whose writer registered a schema of the same layout in other words. */
    private @Nullable Object readAs(UnaryOperator<String> otherWords) {
        byte[] bytes = requireNonNull(serializer().serialize("latents-photos", Samples.latent()));
        String own = Latent.getClassSchema().toString();
        String other = otherWords.apply(own);
        assertThat(other).isNotEqualTo(own);
        byte[] written = ByteBuffer.wrap(bytes)
                .putInt(1, registry.add("foreign-value", other))
                .array();
        return reader(Latent.class).deserialize("latents-photos", written);
    }

    private AvroDeserializer reader(Class<?> type) {
        return deserializer("specific.avro.reader", "true", "specific.avro.value.type", type.getName());
    }

    @Test
    void refusesARecordOfAnUnknownClass() {
        int id = registry.add("a-value", "{\"type\":\"record\",\"name\":\"a.B\",\"fields\":[]}");
        int notARecord = registry.add("a-value", "{\"type\":\"record\",\"name\":\"java.lang.Runtime\",\"fields\":[]}");
        AvroDeserializer deserializer = deserializer("specific.avro.reader", "true");

        assertThatThrownBy(() -> deserializer.deserialize("a", WireFormat.header(id)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("schema 1 is of a.B, which has no generated class");
        assertThatThrownBy(() -> deserializer.deserialize("a", WireFormat.header(notARecord)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("java.lang.Runtime");
    }

    @Test
    void refusesEveryTruncationOfARecord() {
        byte[] bytes = requireNonNull(serializer().serialize("latents-photos", Samples.latent()));
        AvroDeserializer deserializer = deserializer("specific.avro.reader", "true");

        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> deserializer.deserialize("latents-photos", part))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void aFalseLengthAllocatesNoMemory() throws IOException {
        AvroDeserializer deserializer = deserializer("specific.avro.reader", "true");
        byte[] image = lie(RawImage.getClassSchema(), 0);
        byte[] caption = lie(Captions.getClassSchema(), 0);
        byte[] metrics = lie(TrainingMetrics.getClassSchema(), 1 + 4 + 8 + 8 + 8);

        assertThatThrownBy(() -> deserializer.deserialize("a", image)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> deserializer.deserialize("a", caption)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> deserializer.deserialize("a", metrics)).isInstanceOf(SerializationException.class);
    }

    /** A payload that claims two thousand million bytes or elements after some zeros, and ends there. */
    private byte[] lie(Schema schema, int zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(WireFormat.header(registry.add("a-value", schema.toString())));
        out.write(new byte[zeros]);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(2_000_000_000);
        encoder.flush();
        return out.toByteArray();
    }

    @Test
    void endlessRecursionIsAnErrorOfTheRecord() {
        int id = registry.add("a-value", """
                {"type":"record","name":"a.List","fields":[{"name":"next","type":["null","a.List"]}]}""");
        byte[] payload = new byte[1 << 20];
        Arrays.fill(payload, (byte) 2);
        System.arraycopy(WireFormat.header(id), 0, payload, 0, WireFormat.HEADER);

        assertThatThrownBy(() -> deserializer().deserialize("a", payload))
                .isInstanceOf(SerializationException.class)
                .hasNoCause(); // an Error as the cause would count as a failure of the process
    }

    @Test
    void instantiatesNoClassNamedByTheWritersSchema() {
        int id = registry.add("a-value", """
                {"type":"record","name":"a.B","fields":[
                  {"name":"f","type":{"type":"string","java-class":"java.net.URL"}}]}""");
        byte[] payload = ByteBuffer.allocate(7)
                .putInt(1, id)
                .put(5, (byte) 2)
                .put(6, (byte) 'x')
                .array();

        assertThat(deserializer().deserialize("a", payload)).hasToString("{\"f\": \"x\"}");
    }

    @Test
    void anUnreachableRegistryIsNotAnErrorOfTheRecord() {
        byte[] bytes = ByteBuffer.allocate(6).putInt(1, 1).array();
        AvroDeserializer deserializer = deserializer();
        AvroSerializer serializer = serializer();
        registry.close();

        assertThatThrownBy(() -> deserializer.deserialize("a", bytes))
                .isInstanceOf(SchemaRegistryUnavailableException.class);
        assertThatThrownBy(() -> serializer.serialize("a", Samples.rawImage()))
                .isInstanceOf(SchemaRegistryUnavailableException.class);
    }

    @Test
    void refusedCredentialsAreNotAnErrorOfTheRecord() throws IOException {
        try (StubServer refusing = new StubServer().then(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}")) {
            AvroDeserializer deserializer = deserializer("schema.registry.url", refusing.url());

            assertThatThrownBy(() -> deserializer.deserialize("a", WireFormat.header(1)))
                    .isInstanceOf(AuthorizationException.class)
                    .hasMessageContaining(refusing.url());
        }
    }

    @Test
    void reportsAMissingConfigure() {
        try (AvroSerializer serializer = new AvroSerializer()) {
            assertThatThrownBy(() -> serializer.serialize("a", Samples.rawImage()))
                    .hasStackTraceContaining("configure() was not called");
        }
    }
}
