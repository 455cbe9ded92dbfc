package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageFormat;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CaptioningProcessorTest {
    private static final Topics TOPICS = new Topics("");
    private static final Nouns NOUNS = Nouns.english();
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Meters meters = new Meters();
    private final FakeCaptioner captioner = new FakeCaptioner();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void writesCaptionsByConfidenceWithTheirNounsAndTheAltTextLast() {
        captioner.answers(request -> new Described(List.of(
                scored("  a red ball ", "short", 0.3f),
                scored("a ball and two houses in Paris", "dense", 0.8f),
                scored("a cat", "short", null))));
        Captions captions = captions(process(policy(3, 4, true), input("id", image("photos", "IMG_1.jpg my dog"))));
        assertThat(captions.getSource()).isEqualTo("photos");
        assertThat(captions.getCaptionPolicy()).isEqualTo(4);
        assertThat(captions.getRevision()).isZero();
        assertThat(captions.getCaptions())
                .containsExactly(
                        new Caption(
                                "a ball and two houses in Paris",
                                CaptionKind.SYNTHETIC,
                                "fake",
                                "dense",
                                List.of("ball", "house", "Paris"),
                                1,
                                0.8f),
                        new Caption("a red ball", CaptionKind.SYNTHETIC, "fake", "short", List.of("ball"), 0, 0.3f),
                        new Caption("a cat", CaptionKind.SYNTHETIC, "fake", "short", List.of("cat"), 0, null),
                        new Caption("IMG_1.jpg my dog", CaptionKind.ALT, "", null, List.of("dog"), 0, null));
    }

    @Test
    void propagatesSourceTraceAndPolicy() {
        OutputRecord<?> output =
                process(policy(1, 4, true), input("id", image("photos", null))).get(0);
        assertThat(output.key()).isEqualTo("id");
        assertThat(output.topic()).isEqualTo(TOPICS.captions());
        assertThat(StageHeaders.source(output.headers())).contains("photos");
        assertThat(StageHeaders.policy(output.headers())).hasValue(4);
        assertThat(StageHeaders.trace(output.headers()).orElseThrow())
                .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                .isNotEqualTo(TRACE);
    }

    @Test
    void keepsTheAltTextAloneWhereNothingElseIsSound() {
        captioner.answers(request -> new Described(List.of(scored("", "short", null))));
        Captions captions = captions(process(policy(1, 1, true), input("id", image("photos", "my dog"))));
        assertThat(captions.getCaptions()).extracting(Caption::getKind).containsExactly(CaptionKind.ALT);
        assertThat(meters.value(Meter.CAPTION_REFUSED, "photos", "empty")).isEqualTo(1);
        assertThat(meters.value(Meter.STAGE_RECORDS, "captioning", "photos", "alt-text-only"))
                .isEqualTo(1);
    }

    @Test
    void rejectsAnImageWithoutASoundCaption() {
        captioner.answers(request -> new Described(
                List.of(scored("a dog dog dog dog dog", "short", null)),
                List.of(new Refused(CaptionRejection.BAD_ANSWER, "no JSON", "a chat completion"))));
        Image image = image("photos", "\u0000");
        OutputRecord<?> output = process(policy(2, 7, true), input("id", image)).get(0);
        assertThat(output.topic()).isEqualTo(TOPICS.imagesRejected());
        Rejection rejection = (Rejection) output.value();
        assertThat(rejection).isNotNull();
        assertThat(rejection.getStage()).isEqualTo("captioning");
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.UNCAPTIONABLE);
        assertThat(rejection.getValue()).contains("no JSON");
        assertThat(rejection.getBound()).contains("a chat completion");
        assertThat(rejection.getDetail())
                .isEqualTo("2 synthetic captions wanted, 0 sound: bad_answer (no JSON, bound a chat completion); "
                        + "repeating (5 times the same 1 words, bound 3 times); "
                        + "no usable alt text: not_text (garbage 100 %, bound 5 %)");
        assertThat(rejection.getUri()).isEqualTo("file:a.jpg");
        assertThat(rejection.getPolicy()).isEqualTo(7);
    }

    @Test
    void countsRefusedAltTextsLikeRefusedCaptions() {
        Captions captions = captions(process(policy(1, 1, true), input("id", image("photos", "12345 67890"))));
        assertThat(captions.getCaptions()).extracting(Caption::getKind).containsExactly(CaptionKind.SYNTHETIC);
        assertThat(meters.value(Meter.CAPTION_REFUSED, "photos", "not-text")).isEqualTo(1);
    }

    @Test
    void everySoundAltTextIsACaptionOfItsOwn() {
        Image image = image("photos", "my dog");
        image.setAltTexts(
                List.of(altText("my dog"), altText("12345 67890"), altText("a brown  dog"), altText("a brown dog ")));
        Captions captions = captions(process(policy(1, 1, true), input("id", image)));
        assertThat(captions.getCaptions())
                .filteredOn(caption -> caption.getKind() == CaptionKind.ALT)
                .extracting(Caption::getText)
                .containsExactly("my dog", "a brown dog");
        assertThat(meters.value(Meter.CAPTION_REFUSED, "photos", "not-text")).isEqualTo(1);
    }

    @Test
    void aChangedTextRenewsTheCaptionsAndWithdrawsAnEarlierRejection() {
        Image image = image("photos", "my dog");
        image.setTextRevision(1);
        List<OutputRecord<?>> outputs = process(policy(1, 1, true), input("id", image));
        assertThat(outputs).extracting(output -> output.topic().name()).containsExactly("captions", "images-rejected");
        assertThat(Objects.requireNonNull((Captions) outputs.get(0).value()).getCaptions())
                .extracting(Caption::getText)
                .endsWith("my dog");
        assertThat(outputs.get(1).value()).isNull();
        assertThat(outputs.get(1).key()).isEqualTo("id");
    }

    @Test
    void aTextThatWasRemovedLeavesNoCaptionsBehind() {
        captioner.answers(request -> new Refused(CaptionRejection.HTTP_STATUS, "HTTP 400", "an answer"));
        Image image = image("photos", null);
        image.setTextRevision(1);
        List<OutputRecord<?>> outputs = process(policy(1, 1, true), input("id", image));
        assertThat(outputs).extracting(output -> output.topic().name()).containsExactly("images-rejected", "captions");
        assertThat(outputs.get(1).value()).isNull();
    }

    @Test
    void ofSeveralRecordsOfAnImageInABatchTheLastIsCaptioned() {
        Image renewed = image("photos", "my cat");
        renewed.setTextRevision(1);
        List<OutputRecord<?>> outputs =
                process(policy(1, 1, true), List.of(input("id", image("photos", "my dog")), input("id", renewed)));
        assertThat(captioner.requests).hasSize(1);
        assertThat(Objects.requireNonNull((Captions) outputs.get(0).value()).getCaptions())
                .extracting(Caption::getText)
                .endsWith("my cat");
    }

    @Test
    void countsNoAltTextThatIsMissingOrNotWanted() {
        process(policy(1, 1, true), List.of(input("a", image("photos", null)), input("b", image("photos", " "))));
        process(policy(1, 1, false), input("c", image("photos", "12345 67890")));
        assertThat(meters.total(Meter.CAPTION_REFUSED, Map.of())).isZero();
    }

    @Test
    void doesNotFallBackToAnAltTextThatThePolicyDoesNotWant() {
        captioner.answers(request -> new Refused(CaptionRejection.HTTP_STATUS, "HTTP 400", "an answer"));
        OutputRecord<?> output = process(policy(1, 1, false), input("id", image("photos", "my dog")))
                .get(0);
        assertThat(output.value()).isInstanceOf(Rejection.class);
    }

    @Test
    void forwardsTombstones() {
        InputRecord<Image> tombstone = input("id", null);
        OutputRecord<?> output = process(policy(1, 1, true), tombstone).get(0);
        assertThat(output.topic()).isEqualTo(TOPICS.captions());
        assertThat(output.value()).isNull();
        assertThat(StageHeaders.source(output.headers())).contains("photos");
        assertThat(captioner.requests).isEmpty();
    }

    @Test
    void theLastRecordOfAnIdInABatchIsWrittenLast() {
        Image dog = image("photos", "a dog");
        List<OutputRecord<?>> outputs = process(
                policy(1, 1, true),
                List.of(input("removed", dog), input("back", null), input("removed", null), input("back", dog)));
        assertThat(outputs).extracting(OutputRecord::key).containsExactly("removed", "back", "removed", "back");
        assertThat(outputs)
                .extracting(output -> output.value() == null ? "tombstone" : "captions")
                .containsExactly("captions", "tombstone", "tombstone", "captions");
    }

    @Test
    void everyImageOfABatchIsWrittenOnce() {
        captioner.answers(request -> switch (request.imageId().charAt(0)) {
            case 'a' -> new Described(List.of(scored("a picture of " + request.imageId(), "short", null)));
            default -> new Refused(CaptionRejection.NO_ANSWER, "x", "y");
        });
        List<InputRecord<Image>> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            batch.add(input(
                    (i % 3 == 0 ? "a" : "b") + i, i % 7 == 0 ? null : image("photos", i % 2 == 0 ? "dog" : null)));
        }
        List<OutputRecord<?>> outputs = process(policy(2, 1, true), batch);
        assertThat(outputs)
                .extracting(OutputRecord::key)
                .containsExactlyInAnyOrderElementsOf(
                        batch.stream().map(InputRecord::key).toList());
        for (OutputRecord<?> output : outputs) {
            if (output.value() instanceof Captions captions && output.key().startsWith("a")) {
                assertThat(captions.getCaptions().get(0).getText()).isEqualTo("a picture of " + output.key());
            }
        }
    }

    @Test
    void requestsTheLevelsOfTheSourcesPolicy() {
        Map<String, Policy> control = Map.of(
                "caption/*", policy(4, 3, new DensityLevel("short", 1.0)),
                "caption/photos", policy(4, 9, new DensityLevel("dense", 0.75), new DensityLevel("short", 0.25)));
        List<OutputRecord<?>> outputs =
                process(control, List.of(input("a", image("photos", null)), input("b", image("scenes", null))));
        assertThat(captioner.requests.get(0).levels())
                .extracting(DensityTarget::name)
                .containsExactly("dense", "dense", "dense", "short");
        assertThat(captioner.requests.get(1).levels())
                .extracting(DensityTarget::name)
                .containsExactly("short", "short", "short", "short");
        assertThat(outputs)
                .extracting(output -> StageHeaders.policy(output.headers()).orElse(0))
                .containsExactly(9L, 3L);
    }

    @Test
    void ignoresAPolicyThatNamesOnlyUnknownLevels() {
        Map<String, Policy> control = Map.of("caption/*", policy(4, 3, new DensityLevel("poetic", 1.0)));
        Captions captions = captions(process(control, input("a", image("photos", null))));
        assertThat(captions.getCaptionPolicy()).isZero();
        assertThat(captioner.requests.get(0).levels()).hasSize(5);
    }

    @Test
    void refusesACaptionThatAllImagesHave() {
        captioner.answers(request -> new Described(List.of(scored("a cat", "short", null))));
        List<InputRecord<Image>> batch = IntStream.range(0, 70)
                .mapToObj(i -> input("id" + i, image("photos", null)))
                .toList();
        List<OutputRecord<?>> outputs = process(policy(1, 1, true), batch);
        assertThat(outputs)
                .filteredOn(output -> output.value() instanceof Captions)
                .hasSize(64);
        assertThat(meters.value(Meter.CAPTION_REFUSED, "photos", "same-for-all"))
                .isEqualTo(6);
    }

    @Test
    void countsNounsByLevel() {
        captioner.answers(request -> new Described(
                List.of(scored("a red ball", "short", null), scored("a ball, a house and a tree", "dense", null))));
        process(policy(2, 1, true), input("id", image("photos", "my dog")));
        assertThat(meters.value(Meter.CAPTION_NOUNS, "photos", "short")).isEqualTo(1);
        assertThat(meters.value(Meter.CAPTION_NOUNS, "photos", "dense")).isEqualTo(3);
        assertThat(meters.value(Meter.CAPTION_NOUNS, "photos", "alt")).isEqualTo(1);
        assertThat(meters.value(Meter.IMAGE_NOUNS, "photos", "real")).isEqualTo(1);
        assertThat(meters.value(Meter.IMAGE_NOUNS, "photos", "synthetic")).isEqualTo(3);
        assertThat(meters.value(Meter.IMAGE_NOUNS, "photos", "both")).isEqualTo(4);
        assertThat(meters.value(Meter.STAGE_RECORDS, "captioning", "photos", "captioned"))
                .isEqualTo(1);
    }

    @Test
    void anInfrastructureExceptionIsNotARejection() {
        captioner.answers(request -> {
            throw new InfrastructureException("the device is gone");
        });
        assertThatThrownBy(() -> process(policy(1, 1, true), input("id", image("photos", "my dog"))))
                .isInstanceOf(InfrastructureException.class);
    }

    private List<OutputRecord<?>> process(Map<String, Policy> control, InputRecord<Image> input) {
        return process(control, List.of(input));
    }

    private List<OutputRecord<?>> process(Map<String, Policy> control, List<InputRecord<Image>> batch) {
        CaptioningSettings settings = new CaptioningSettings();
        Policies policies = Policies.fixed(control);
        CaptioningProcessor processor = new CaptioningProcessor(
                TOPICS,
                new CaptionPlanner(policies::caption, settings.levels()),
                captioner,
                NOUNS,
                settings,
                new StageHeaders(new Random(1)),
                new CaptioningMeters(meters),
                0);
        return processor.process(batch);
    }

    private static Captions captions(List<OutputRecord<?>> outputs) {
        assertThat(outputs).hasSize(1);
        assertThat(outputs.get(0).value()).isInstanceOf(Captions.class);
        return (Captions) outputs.get(0).value();
    }

    private static Map<String, Policy> policy(int captions, long version, boolean keepAltText) {
        Policy policy = policy(captions, version, new DensityLevel("short", 1.0), new DensityLevel("dense", 1.0));
        ((CaptionPolicy) policy.getPolicy()).setKeepAltText(keepAltText);
        return Map.of("caption/*", policy);
    }

    private static Policy policy(int captions, long version, DensityLevel... levels) {
        CaptionPolicy policy = CaptionPolicy.newBuilder()
                .setCaptionsPerImage(captions)
                .setLevels(List.of(levels))
                .build();
        return new Policy(version, "test", Instant.EPOCH, policy, "");
    }

    private static InputRecord<Image> input(String key, @Nullable Image image) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(StageHeaders.SOURCE, "photos".getBytes(StandardCharsets.UTF_8));
        headers.add(StageHeaders.TRACE, TRACE.getBytes(StandardCharsets.UTF_8));
        return new InputRecord<>(key, image, headers, "images", 0, 0, 0);
    }

    private static Image image(String source, @Nullable String altText) {
        return Image.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[] {1}))
                .setFormat(ImageFormat.JPEG)
                .setWidth(8)
                .setHeight(8)
                .setOriginalWidth(8)
                .setOriginalHeight(8)
                .setSource(source)
                .setUri("file:a.jpg")
                .setAltText(altText)
                .setFingerprint(0)
                .build();
    }

    private static AltText altText(String text) {
        return new AltText(text, "photos", "file:a.jpg");
    }

    private static ScoredCaption scored(String text, String level, @Nullable Float confidence) {
        return new ScoredCaption(text, level, confidence, "fake", "Describe it.");
    }

    /** A scripted captioner that records its requests. */
    private static final class FakeCaptioner implements Captioner {
        final List<ImageToCaption> requests = new ArrayList<>();
        private Function<ImageToCaption, Captioned> answer = request -> new Described(request.levels().stream()
                .map(level -> scored("a picture of " + request.imageId() + level.name(), level.name(), null))
                .toList());

        void answers(Function<ImageToCaption, Captioned> answer) {
            this.answer = answer;
        }

        @Override
        public String id() {
            return "fake";
        }

        @Override
        public List<Captioned> caption(List<ImageToCaption> batch) {
            requests.addAll(batch);
            return batch.stream().map(answer).toList();
        }

        @Override
        public void close() {}
    }
}
