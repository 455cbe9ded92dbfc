package dev.latentstream.runtime.meters;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of the pipeline. The name in Prometheus is {@code latentstream_} and the constant in lower case, followed by the
 * unit, and by {@code _total} for a counter.
 */
public enum Meter {
    STAGE_RECORDS(Type.COUNTER, "stage,source,outcome", "Records that a stage has finished, by outcome"),
    STAGE_RECEIVED(Type.COUNTER, "stage", "Records whose batch was committed, including tombstones and dead letters"),
    STAGE_WRITTEN(Type.COUNTER, "stage", "Records written in committed transactions, excluding dead letters"),
    STAGE_REPEATED(Type.COUNTER, "stage,reason", "Batches that were dropped before their commit and are repeated"),
    STAGE_BATCH_SIZE(Type.SUMMARY, "stage", "Records in a batch", Scale.COUNT),
    STAGE_PROCESS(Type.TIMER, "stage", "Time to process a batch", Scale.SECONDS),
    STAGE_COMMIT(Type.TIMER, "stage", "Time to commit the transaction of a batch", Scale.SECONDS),
    STAGE_WAIT_SECONDS(Type.COUNTER, "stage", "Time in which a stage had nothing to process"),
    STAGE_LOST(Type.COUNTER, "stage,topic", "Records that were deleted from a topic before the stage read them"),
    STAGE_MISPLACED(Type.COUNTER, "stage,topic", "Records that were not in the partition of their key"),
    CLUSTER_SILENT_SECONDS(Type.GAUGE, "", "Time for which the cluster has not answered"),
    TRANSACTION_WAITING(Type.GAUGE, "topic", "Offsets that wait for a transaction which stays open"),
    LATENTS_UNREAD(Type.GAUGE, "source", "Latents of a source that no consumer group reads"),
    LATENT_TOPIC_RECREATED(Type.COUNTER, "source", "Latent topics that were deleted while their source delivered"),
    DLQ(Type.COUNTER, "stage,reason", "Dead letters, by the kind of the error"),
    POLICY_VERSION(Type.GAUGE, "kind,scope", "Version of each policy in the control topic"),
    POLICY_IGNORED(Type.COUNTER, "", "Records of the control topic that are not a valid policy"),
    ALT_TEXT_DROPPED(
            Type.COUNTER,
            "stage,source,reason",
            "Alt texts that did not reach the record of an image, by the stage that found them"),
    SCORE(Type.SUMMARY, "source,score", "Score that a model gave an image", Scale.SCORE),
    CAPTION_NOUNS(Type.SUMMARY, "source,level", "Distinct nouns in a caption", Scale.COUNT),
    IMAGE_NOUNS(
            Type.SUMMARY,
            "source,kind",
            "Distinct nouns of an image in its alt texts, in its synthetic captions, and in both; the sum is the image-noun pairs",
            Scale.COUNT),
    CAPTION_REFUSED(Type.COUNTER, "source,reason", "Requested captions and alt texts that are missing"),
    CHAT_REQUESTS(Type.COUNTER, "outcome", "Requests to a chat service, counting each attempt"),
    CHAT_TOKENS(Type.COUNTER, "", "Prompt and completion tokens, as counted by a chat service"),
    MIXTURE_WEIGHT(Type.GAUGE, "source", "Share of a source by the mixture policy"),
    MIXTURE_REALISED(Type.GAUGE, "source", "Share of a source in the samples since the last change of the policy"),
    MIXTURE_OBJECTIVE(Type.GAUGE, "source", "Share of a source in the objective, by the mixture policy"),
    LATENT_AGE_SECONDS(Type.SUMMARY, "source", "Age of a latent when a trainer reads it", Scale.AGE),
    TRAINER_STEPS(Type.COUNTER, "", "Training steps taken"),
    TRAINER_LOSS(Type.GAUGE, "", "Mean training loss of the steps since the last report"),
    TRAINER_SOURCE_LOSS(Type.GAUGE, "source", "Mean loss of the samples of a source since the last report"),
    TRAINER_CHOICE_LOSS(
            Type.GAUGE, "choice", "Mean loss of the samples with a choice of caption since the last report"),
    TRAINER_STALL_SECONDS(Type.COUNTER, "", "Time in which a trainer waited for data"),
    TRAINER_DRY(Type.COUNTER, "source,answer", "Draws from a source without new latents, by what was done instead"),
    TRAINER_REMOVED(
            Type.COUNTER,
            "source,place",
            "Latents that a trainer dropped since their images were removed: from a buffer, a topic or a step");

    /** The kind of a meter, which decides how it is updated. */
    public enum Type {
        COUNTER,
        GAUGE,
        SUMMARY,
        TIMER
    }

    /** The buckets of a histogram. */
    private enum Scale {
        NONE,
        COUNT,
        SCORE,
        SECONDS,
        AGE
    }

    private final Type type;
    private final String labels;
    private final String description;
    private final Scale scale;

    Meter(Type type, String labels, String description) {
        this(type, labels, description, Scale.NONE);
    }

    Meter(Type type, String labels, String description, Scale scale) {
        this.type = type;
        this.labels = labels;
        this.description = description;
        this.scale = scale;
    }

    public Type type() {
        return type;
    }

    /** The names of the labels, in the order in which their values are passed. */
    public List<String> labels() {
        return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
    }

    public String description() {
        return description;
    }

    /** Micrometer's name, without the unit, which is passed separately. */
    String id() {
        String name = name().toLowerCase(Locale.ROOT).replace('_', '.');
        return "latentstream." + (unit() == null ? name : name.substring(0, name.length() - ".seconds".length()));
    }

    @Nullable String unit() {
        return name().endsWith("_SECONDS") ? "seconds" : null;
    }

    /** Upper bounds of the histogram's buckets; seconds for timers. */
    double[] buckets() {
        return switch (scale) {
            case NONE -> new double[0];
            case COUNT -> new double[] {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256};
            case SCORE ->
                new double[] {0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
            case SECONDS -> new double[] {0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100};
            case AGE -> new double[] {1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800};
        };
    }
}
