package dev.latentstream.ingest;

import dev.latentstream.ingest.scoring.Scorers;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.runtime.AttemptLog;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.NetworkStage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Candidate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** The scoring stage, between the two steps of ingest: reads {@code images-unscored}, writes {@code images-scored}. */
public final class ScoringStage {
    /** Name of the stage: its consumer group, and the stage name in rejections and meters. */
    public static final String NAME = ScoringProcessor.STAGE;

    private ScoringStage() {}

    /**
     * Wires the stage without starting it.
     *
     * @param policies must be started before the stage
     * @param ingest says which originals of refused images are kept
     * @param scorers closed together with the stage
     */
    public static Stage create(
            KafkaConnection connection,
            Policies policies,
            IngestSettings ingest,
            ScoringSettings settings,
            Scorers scorers,
            Meters meters) {
        return new NetworkStage(
                new BatchLoop<>(
                        connection,
                        NAME,
                        connection.topics().imagesUnscored(),
                        processor(connection, policies, ingest, scorers, meters),
                        settings.batch(),
                        meters),
                scorers::close);
    }

    /**
     * Opens the record of what is being scored, beside the state of ingest: the first that no other process of this machine uses.
     *
     * @throws IOException if it cannot be written
     */
    public static AttemptLog attempts(IngestSettings ingest, ScoringSettings settings) throws IOException {
        Path folder = ingest.streams().stateDir().resolve("scoring-attempts");
        return AttemptLog.openFree(folder, NAME, settings.batch().batchSize());
    }

    /** Returns the stage's work on a batch without Kafka; the caller closes the models. */
    public static BatchProcessor<Candidate> processor(
            KafkaConnection connection, Policies policies, IngestSettings ingest, Scorers scorers, Meters meters) {
        return new ScoringProcessor(
                connection.topics(),
                scorers,
                IngestStage.judge(ingest, policies, meters, false),
                new StageHeaders(new SecureRandom()),
                meters);
    }
}
