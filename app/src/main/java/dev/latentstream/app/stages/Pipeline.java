package dev.latentstream.app.stages;

import ai.djl.Device;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.captioning.Captioner;
import dev.latentstream.captioning.Captioners;
import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.captioning.recaption.RecaptionStage;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.ScoringStage;
import dev.latentstream.ingest.scoring.Scorers;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.ClusterWatch;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Topic;
import dev.latentstream.trainer.TrainerStage;
import dev.latentstream.trainer.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Wires the stages of one process from its settings. Owns the networks that it loads for them, until {@link #close}. */
public final class Pipeline implements AutoCloseable {
    private final PipelineSettings settings;
    private final Device device;
    private final KafkaConnection connection;
    private final Meters meters = new Meters();
    private final Policies policies;
    private final Resources networks = new Resources();

    public Pipeline(PipelineSettings settings, Device device) {
        this.settings = settings;
        this.device = device;
        this.connection = KafkaConnection.patient(settings.kafka());
        this.policies = new Policies(connection, meters);
    }

    public KafkaConnection connection() {
        return connection;
    }

    public Meters meters() {
        return meters;
    }

    /** The policies, to be started before all stages. */
    public Policies policies() {
        return policies;
    }

    /** A watch over what stands still although no stage fails. */
    public Stage watch() {
        return ClusterWatch.of(connection, meters);
    }

    /** Creates the topics of some settings, apart from those of latents; waits for the cluster, but uses no network. */
    public static void ensureTopics(PipelineSettings settings) {
        KafkaConnection connection = new KafkaConnection(settings.kafka());
        List<Topic<?>> topics = new ArrayList<>(connection.topics().fixed());
        if (settings.scoring().isEnabled()) {
            topics.addAll(connection.topics().scoring());
        }
        new TopicSetup(connection).ensure(topics);
    }

    /**
     * Wires ingest, in front of scoring if the settings name models.
     *
     * @throws Failure if they name none, and images wait to be scored
     */
    public Stage ingest() {
        if (settings.scoring().isEnabled()) {
            return IngestStage.createBeforeScoring(connection, settings.ingest(), policies, meters);
        }
        ScoringBacklog.requireNone(connection);
        return IngestStage.create(connection, settings.ingest(), policies, meters);
    }

    /** The stage that scores images between the steps of ingest; none without models. */
    public Optional<Stage> scoring() throws IOException {
        if (!settings.scoring().isEnabled()) {
            return Optional.empty();
        }
        Scorers scorers = Scorers.open(
                settings.scoring(),
                device,
                Set.copyOf(IngestStage.SCORES),
                ScoringStage.attempts(settings.ingest(), settings.scoring()));
        return Optional.of(
                ScoringStage.create(connection, policies, settings.ingest(), settings.scoring(), scorers, meters));
    }

    public Stage captioning() throws IOException {
        Captioner captioner = Captioners.open(settings.captioning(), device, meters);
        return CaptioningStage.create(connection, policies, settings.captioning(), captioner, meters);
    }

    /** Creates the stage that captions a source again. */
    public RecaptionStage recaption(RecaptionStage.Task task) throws IOException {
        Captioner captioner = Captioners.open(settings.captioning(), device, meters);
        return RecaptionStage.create(connection, policies, settings.captioning(), captioner, task, meters);
    }

    public List<Stage> encoding() throws IOException {
        return List.of(
                EncoderStages.encoding(connection, settings.encoder(), autoencoder(), meters),
                EncoderStages.join(connection, settings.encoder(), meters));
    }

    public TrainerStage training(TrainingListener listener) throws IOException {
        TextEncoder text = networks.add(settings.trainer().text().load(device));
        // A second autoencoder: the encoding stage uses the first on its own thread.
        return new TrainerStage(connection, policies, meters, settings.trainer(), text, decoder(), listener, device);
    }

    /** Creates a decoder for the latents of these settings' encoding stage. */
    public StageDecoder decoder() throws IOException {
        return StageDecoder.of(autoencoder(), settings.encoder());
    }

    /** Loads another instance of the autoencoder that the settings name. */
    private Autoencoder autoencoder() throws IOException {
        @Nullable Path folder = settings.encoder().vae();
        return networks.add(folder == null ? ShippedModels.vae(device) : Autoencoders.load(folder, device));
    }

    @Override
    public void close() {
        networks.close();
        meters.close();
    }
}
