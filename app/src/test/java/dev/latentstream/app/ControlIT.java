package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.LedgerSamples;
import dev.latentstream.app.testing.LedgerSamples.Drawn;
import dev.latentstream.app.testing.RunningPipeline;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policies changed by command while every stage runs on two sources, and their effect as {@code status --json} reports it.
 *
 * <p>Shares are compared within five standard deviations of chance: a comparison fails in less than one of a million correct runs.
 */
class ControlIT {
    private static final List<String> SOURCES = List.of("east", "west");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(5);
    private static final double DEVIATIONS = 5;
    private static final int SAMPLES = 1000;

    @TempDir
    private static Path folder;

    @AutoClose
    private static Cluster cluster;

    private static RunningPipeline pipeline;
    private static CommittedLog log;
    private static Topics topics;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        pipeline = RunningPipeline.start(cluster, folder, SOURCES);
        log = new CommittedLog(cluster, pipeline.connection());
        topics = pipeline.connection().topics();
    }

    @AfterAll
    static void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void aMixtureTakesEffectWithinTwoSteps() throws Exception {
        awaitTurnedOver(caption("--captions 2 --level short=1 --level dense=1 --keep-alt-text false"));

        Policy first = mixture("--weight east=3 --weight west=1 --level short=1 --level dense=3 --caption-drop 0.1");
        assertMixture(first, 0.75, 0.75);
        Policy second = mixture("--weight east=1 --weight west=4 --level short=4 --level dense=1");
        assertMixture(second, 0.2, 0.2);

        assertFollowed(first);
        assertFollowed(second);
        assertNoStepIsMissing();
    }

    @Test
    void aCaptionPolicyAppliesToLaterImages() throws Exception {
        Policy dense = caption("--captions 1 --level short=1 --level dense=4 --keep-alt-text false");
        awaitTurnedOver(dense);
        double nounsOfDense = assertCaptions(dense, "dense", 0.8);
        Policy brief = caption("--captions 1 --level short=4 --level dense=1");
        awaitTurnedOver(brief);
        double nounsOfBrief = assertCaptions(brief, "short", 0.8);

        assertThat(nounsOfBrief).isLessThan(nounsOfDense);
        assertNoStepIsMissing();
    }

    /** The shares of the source east and of dense captions. */
    private static void assertMixture(Policy policy, double east, double dense) throws Exception {
        JsonNode training = awaitSamples(policy);
        long samples = training.path("samples").asLong();
        JsonNode choices = training.path("caption_choices");
        List<Drawn> drawn =
                ledger().under(policy.getVersion(), training.path("step").asLong());

        assertShare(training.path("mixture").path("east").asDouble(), east, samples);
        assertShare(training.path("mixture").path("west").asDouble(), 1 - east, samples);
        assertShare(choices.path("none").asDouble(), 0.1, samples);
        assertShare(choices.path("dense").asDouble(), 0.9 * dense, samples);
        assertShare(choices.path("short").asDouble(), 0.9 * (1 - dense), samples);
        double expected = LedgerSamples.mean(
                drawn, sample -> dense * nouns(sample, "dense") + (1 - dense) * nouns(sample, "short"));
        double spread =
                LedgerSamples.mean(drawn, sample -> Math.pow(nouns(sample, "dense") - nouns(sample, "short"), 2));
        assertThat(training.path("nouns_per_caption").asDouble())
                .isCloseTo(expected, within(DEVIATIONS * Math.sqrt(spread / samples)));
        assertLedgerAgrees(training, drawn);
    }

    /** The share of a level among the captions made under a policy, and among those trained on. */
    private static double assertCaptions(Policy policy, String level, double share) throws Exception {
        assertMade(policy, level, share);
        Policy window = mixture("--weight east=1 --weight west=1 --caption-drop 0");
        JsonNode training = awaitSamples(window);
        List<Drawn> drawn =
                ledger().under(window.getVersion(), training.path("step").asLong());

        assertThat(training.path("caption_choices").path(level).asDouble())
                .isCloseTo(share, within(bound(share) * Math.sqrt(LedgerSamples.concentration(drawn))));
        assertThat(drawn)
                .extracting(sample -> sample.latent().getCaptions().getCaptionPolicy())
                .containsOnly(policy.getVersion());
        assertLedgerAgrees(training, drawn);
        return training.path("nouns_per_caption").asDouble();
    }

    private static void assertMade(Policy policy, String level, double share) {
        List<ConsumerRecord<String, Captions>> captions = log.read(topics.captions());
        List<ConsumerRecord<String, Captions>> made = captions.stream()
                .filter(record -> record.value().getCaptionPolicy() == policy.getVersion())
                .toList();
        List<String> levels = made.stream()
                .flatMap(record -> record.value().getCaptions().stream())
                .map(caption -> caption.getLevel().orElse(""))
                .toList();

        assertThat(levels).hasSameSizeAs(made);
        assertShare((double) Collections.frequency(levels, level) / levels.size(), share, levels.size());
        assertThat(made)
                .extracting(record -> StageHeaders.policy(record.headers()))
                .containsOnly(OptionalLong.of(policy.getVersion()));
        assertThat(made).extracting(ConsumerRecord::timestamp).anySatisfy(time -> assertThat(time)
                .isLessThan(deadline(policy).toEpochMilli()));
        assertThat(captions)
                .filteredOn(record -> record.timestamp() > deadline(policy).toEpochMilli())
                .extracting(record -> record.value().getCaptionPolicy())
                .allSatisfy(version -> assertThat(version).isGreaterThanOrEqualTo(policy.getVersion()));
    }

    /** Asserts that after the allowed delay no step is trained under an older version, and that metrics name the version. */
    private static void assertFollowed(Policy policy) {
        await().atMost(PATIENCE) // a thousand samples may take less time than that
                .pollInterval(POLL_INTERVAL)
                .untilAsserted(() -> assertThat(versionsAfterDeadline(policy)).isNotEmpty());
        assertThat(versionsAfterDeadline(policy))
                .allSatisfy(version -> assertThat(version).isGreaterThanOrEqualTo(policy.getVersion()));
        assertThat(log.read(topics.trainingMetrics()))
                .filteredOn(record -> record.value().getMixturePolicy() == policy.getVersion())
                .extracting(record -> StageHeaders.policy(record.headers()))
                .containsOnly(OptionalLong.of(policy.getVersion()));
    }

    private static List<Long> versionsAfterDeadline(Policy policy) {
        return log.read(topics.trainingLedger()).stream()
                .filter(step -> step.timestamp() > deadline(policy).toEpochMilli())
                .map(step -> step.value().getMixturePolicy())
                .toList();
    }

    private static Instant deadline(Policy policy) {
        return policy.getTime().plus(FOLLOWED_WITHIN);
    }

    /** Asserts that status reports the shares of the samples in the ledger. */
    private static void assertLedgerAgrees(JsonNode training, List<Drawn> drawn) {
        assertThat(drawn).hasSize(training.path("samples").asInt());
        assertThat(training.path("nouns_per_caption").asDouble()).isCloseTo(LedgerSamples.nouns(drawn), within(1e-9));
        for (String source : SOURCES) {
            assertThat(training.path("mixture").path(source).asDouble())
                    .isCloseTo(
                            LedgerSamples.mean(drawn, sample -> sample.source().equals(source) ? 1 : 0), within(1e-9));
        }
    }

    /** Asserts that the trainer was never restarted: its steps are 1, 2, 3, ... */
    private static void assertNoStepIsMissing() throws Exception {
        pipeline.check();
        List<ConsumerRecord<String, LedgerStep>> steps = log.read(topics.trainingLedger());
        assertThat(steps)
                .extracting(step -> step.value().getStep())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, steps.size())
                        .mapToObj(Long::valueOf)
                        .toList());
    }

    private static void assertShare(double realised, double share, long samples) {
        assertThat(realised)
                .as("of %d samples", samples)
                .isCloseTo(share, within(bound(share) / Math.sqrt((double) samples)));
    }

    /** The standard deviation of a single sample; that of a share falls with the square root of the number of samples. */
    private static double bound(double share) {
        return DEVIATIONS * Math.sqrt(share * (1 - share));
    }

    private static int nouns(Drawn sample, String level) {
        return sample.latent().getCaptions().getCaptions().stream()
                .filter(caption -> caption.getLevel().orElse("").equals(level))
                .mapToInt(caption -> caption.getNouns().size())
                .findFirst()
                .orElseThrow();
    }

    /** Waits until status counts enough samples under a mixture. */
    private static JsonNode awaitSamples(Policy mixture) {
        return await().atMost(PATIENCE)
                .pollInterval(POLL_INTERVAL)
                .until(
                        ControlIT::training,
                        training -> training.path("mixture_policy").asLong() == mixture.getVersion()
                                && training.path("samples").asLong() >= SAMPLES);
    }

    /** Waits until the trainer draws from all sources, and only images captioned under a policy. */
    private static void awaitTurnedOver(Policy caption) {
        await().atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
            pipeline.check();
            List<Drawn> newest = ledger().last(4);
            return SOURCES.stream().allMatch(source -> newest.stream()
                            .anyMatch(sample -> sample.source().equals(source)))
                    && newest.stream()
                            .allMatch(
                                    sample -> sample.latent().getCaptions().getCaptionPolicy() == caption.getVersion());
        });
    }

    private static JsonNode training() throws Exception {
        pipeline.check();
        return pipeline.training();
    }

    private static LedgerSamples ledger() {
        return new LedgerSamples(log, pipeline.connection(), SOURCES);
    }

    private static Policy mixture(String options) {
        return set("mixture", options);
    }

    private static Policy caption(String options) {
        return set("caption", options);
    }

    /** Returns the policy that the command wrote. */
    private static Policy set(String kind, String options) {
        pipeline.command("control set %s %s".formatted(kind, options));
        return log.read(topics.control()).stream()
                .filter(record -> record.key().equals(kind + "/*"))
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .value();
    }
}
