package dev.latentstream.app.testing;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The samples of a run from its ledger, each with the latent that it refers to by topic, partition and offset. */
public final class LedgerSamples {
    private final List<ConsumerRecord<String, LedgerStep>> steps;
    private final Map<Place, Latent> latents = new HashMap<>();
    private final Topics topics;

    private record Place(String topic, int partition, long offset) {}

    /**
     * A sample of a step.
     *
     * @param chosen empty if the caption was dropped
     */
    public record Drawn(String source, String image, Latent latent, Optional<Caption> chosen) {}

    /**
     * Reads a ledger.
     *
     * @param sources names of the sources
     */
    public LedgerSamples(CommittedLog log, KafkaConnection connection, List<String> sources) {
        topics = connection.topics();
        steps = log.read(connection.topics().trainingLedger()); // before the latents, which it names
        for (String source : sources) {
            log.read(connection.topics().latents(source))
                    .forEach(latent -> latents.put(
                            new Place(latent.topic(), latent.partition(), latent.offset()), latent.value()));
        }
    }

    /** Returns the samples in the order of training. */
    public List<ConsumerRecord<String, LedgerStep>> steps() {
        return steps;
    }

    /** Returns the samples under a version of the mixture, up to a step. */
    public List<Drawn> under(long version, long lastStep) {
        return steps.stream()
                .map(ConsumerRecord::value)
                .filter(step -> step.getMixturePolicy() == version && step.getStep() <= lastStep)
                .flatMap(step -> drawn(step).stream())
                .toList();
    }

    /** Returns the samples of the last steps. */
    public List<Drawn> last(int count) {
        return steps.subList(Math.max(0, steps.size() - count), steps.size()).stream()
                .flatMap(step -> drawn(step.value()).stream())
                .toList();
    }

    private List<Drawn> drawn(LedgerStep step) {
        List<Drawn> drawn = new ArrayList<>();
        for (LedgerSample sample : step.getSamples()) {
            String topic = step.getTopics().get(sample.getTopic());
            Latent latent = Objects.requireNonNull(
                    latents.get(new Place(topic, sample.getPartition(), sample.getOffset())),
                    () -> "the ledger names a latent that is not there: " + sample);
            Optional<Caption> chosen = sample.getCaption() < 0
                    ? Optional.empty()
                    : Optional.of(latent.getCaptions().getCaptions().get(sample.getCaption()));
            drawn.add(new Drawn(topics.sourceOfLatents(topic), sample.getImage(), latent, chosen));
        }
        return drawn;
    }

    public static double mean(List<Drawn> samples, ToDoubleFunction<Drawn> value) {
        return samples.stream().mapToDouble(value).average().orElseThrow();
    }

    /** Returns the mean number of distinct nouns in the chosen captions, without dropped ones. */
    public static double nouns(List<Drawn> samples) {
        return samples.stream()
                .flatMap(sample -> sample.chosen().stream())
                .mapToInt(caption -> caption.getNouns().size())
                .average()
                .orElseThrow();
    }

    /** Returns the sum of the squared shares of the images: one over their number if all are drawn equally often. */
    public static double concentration(List<Drawn> samples) {
        Map<String, Long> counts = samples.stream().collect(Collectors.groupingBy(Drawn::image, Collectors.counting()));
        return counts.values().stream()
                .mapToDouble(count -> Math.pow((double) count / samples.size(), 2))
                .sum();
    }
}
