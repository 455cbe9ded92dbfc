package dev.latentstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentJoinTest {
    private final Topics topics = new Topics("");
    private final StageHeaders headers = new StageHeaders(new Random(1));
    private final Meters meters = new Meters();
    private final List<String> required = new ArrayList<>();
    private final TopologyTestDriver driver = new TopologyTestDriver(LatentJoin.build(
            topics,
            PlainSerdes::of,
            topic -> required.add(topic.name()),
            headers,
            new MisplacedRecords("latent-join", 1, meters),
            meters));
    private final TestInputTopic<String, Captions> captions = input(topics.captions());
    private final TestInputTopic<String, Encoding> encodings = input(topics.encodings());
    private final TestOutputTopic<String, Latent> photos = output(topics.latents("photos"));

    @AfterEach
    void close() {
        driver.close();
        meters.close();
    }

    @Test
    void anImageWithCaptionsAndEncodingIsOneLatentOfItsSource() {
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        encodings.pipeInput("a", Records.encoding("photos", "vae"));

        assertThat(photos.readKeyValuesToList()).singleElement().satisfies(record -> {
            assertThat(record.key).isEqualTo("a");
            assertThat(record.value.getCaptions()).isEqualTo(Records.captions("photos", "a cat"));
            assertThat(record.value.getEncoding()).isEqualTo(Records.encoding("photos", "vae"));
        });
    }

    @Test
    void theOrderOfTheTwoSidesDoesNotMatter() {
        encodings.pipeInput("a", Records.encoding("photos", "vae"));
        captions.pipeInput("a", Records.captions("photos", "a cat"));

        assertThat(photos.readValuesToList()).hasSize(1);
    }

    @Test
    void oneSideAloneIsNoLatent() {
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        encodings.pipeInput("b", Records.encoding("photos", "vae"));

        assertThat(photos.isEmpty()).isTrue();
    }

    @Test
    void newCaptionsEmitANewLatentWithTheSameEncoding() {
        encodings.pipeInput("a", Records.encoding("photos", "vae"));
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        captions.pipeInput("a", Records.captions("photos", "a grey cat on a mat"));

        List<Latent> latents = photos.readValuesToList();

        assertThat(latents).hasSize(2);
        assertThat(meters.value(Meter.STAGE_RECORDS, "latent-join", "photos", "joined"))
                .isEqualTo(2);
        assertThat(latents.get(1).getCaptions()).isEqualTo(Records.captions("photos", "a grey cat on a mat"));
        assertThat(latents.get(1).getEncoding()).isEqualTo(latents.get(0).getEncoding());
    }

    @Test
    void aLatentCarriesThePolicyOfItsCaptionsWhicheverSideIsUpdated() {
        Captions made = Records.captions("photos", "a cat");
        made.setCaptionPolicy(7);
        Encoding encoding = Records.encoding("photos", "vae");
        Headers ofCaptions = headers.originate("photos", 7);
        Headers ofEncoding = headers.propagate(ofCaptions, "photos", 0);

        encodings.pipeInput(new TestRecord<>("a", encoding, ofEncoding));
        captions.pipeInput(new TestRecord<>("a", made, ofCaptions));
        encodings.pipeInput(new TestRecord<>("a", encoding, ofEncoding));

        List<TestRecord<String, Latent>> latents = photos.readRecordsToList();
        assertThat(latents)
                .extracting(latent -> StageHeaders.policy(latent.headers()))
                .containsExactly(OptionalLong.of(7), OptionalLong.of(7));
        assertThat(latents).extracting(latent -> traceId(latent.headers())).containsOnly(traceId(ofCaptions));
    }

    @Test
    void aTombstoneDeletesTheImage() {
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        captions.pipeInput("a", (Captions) null);
        encodings.pipeInput("a", Records.encoding("photos", "vae"));

        assertThat(photos.isEmpty()).isTrue();
    }

    @Test
    void aLatentIsDeletedWithItsEncoding() {
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        encodings.pipeInput("a", Records.encoding("photos", "vae"));
        photos.readRecordsToList();

        encodings.pipeInput("a", (Encoding) null);
        captions.pipeInput("a", (Captions) null);

        assertThat(photos.readRecordsToList()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("a");
            assertThat(record.value()).isNull();
            assertThat(StageHeaders.source(record.headers())).contains("photos");
        });
        assertThat(meters.value(Meter.STAGE_RECORDS, "latent-join", "photos", "removed"))
                .isEqualTo(1);
    }

    @Test
    void aLatentIsDeletedWithItsCaptions() {
        captions.pipeInput("a", Records.captions("photos", "a cat"));
        encodings.pipeInput("a", Records.encoding("photos", "vae"));
        photos.readRecordsToList();

        captions.pipeInput("a", (Captions) null);
        encodings.pipeInput("a", Records.encoding("photos", "vae"));

        assertThat(photos.readKeyValuesToList()).containsExactly(KeyValue.pair("a", null));
    }

    @Test
    void captionsThatComeAfterNewerOnesChangeNothing() {
        TestOutputTopic<String, Captions> written = output(topics.captions());
        encodings.pipeInput("a", Records.encoding("photos", "vae"));
        captions.pipeInput("a", revision(0, 1, "a grey cat on a mat"));
        captions.pipeInput("a", revision(0, 0, "a cat"));
        captions.pipeInput("a", revision(1, 0, "Tom, a cat"));
        captions.pipeInput("a", revision(0, 2, "a grey cat on a red mat"));
        encodings.pipeInput("a", Records.encoding("photos", "another vae"));

        assertThat(photos.readValuesToList())
                .extracting(latent -> latent.getCaptions().getCaptions().get(0).getText())
                .containsExactly("a grey cat on a mat", "Tom, a cat", "Tom, a cat");
        assertThat(written.readValuesToList())
                .as("the newer ones are the last in the topic, too")
                .containsExactly(revision(0, 1, "a grey cat on a mat"), revision(1, 0, "Tom, a cat"));
    }

    private static Captions revision(int textRevision, int revision, String text) {
        return Captions.newBuilder(Records.captions("photos", text))
                .setTextRevision(textRevision)
                .setRevision(revision)
                .build();
    }

    @Test
    void eachSourceHasItsOwnTopic() {
        captions.pipeInput("a", Records.captions("scenes", "a red fish"));
        encodings.pipeInput("a", Records.encoding("scenes", "vae"));

        assertThat(required).containsExactly("latents-scenes");
        assertThat(output(topics.latents("scenes")).readValuesToList()).hasSize(1);
        assertThat(photos.isEmpty()).isTrue();
    }

    private static String traceId(Headers headers) {
        return StageHeaders.trace(headers).orElseThrow().substring(0, 35);
    }

    private <V extends SpecificRecord> TestInputTopic<String, V> input(Topic<V> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), PlainSerdes.of(topic).serializer());
    }

    private <V extends SpecificRecord> TestOutputTopic<String, V> output(Topic<V> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), PlainSerdes.of(topic).deserializer());
    }
}
