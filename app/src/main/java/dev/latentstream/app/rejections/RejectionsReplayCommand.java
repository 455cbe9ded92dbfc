package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.RejectionReason;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends refused images to be judged again. */
@Command(
        name = "replay",
        description = {
            "Send refused images to images-raw again, where ingest judges them by the policy that is in force then.",
            "An image that is admitted leaves no rejection. To replay twice changes nothing more."
        })
final class RejectionsReplayCommand implements Callable<Integer> {
    private static final String CAPTIONING = CaptioningStage.NAME;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Mixin
    private RejectionFilter filter = new RejectionFilter();

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Image ids, or their first digits. Default: all")
    private List<String> ids = List.of();

    @Option(names = "--dry-run", description = "Print how many images would be sent, and send none.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Predicate<RefusedImage> chosen = filter.predicate().and(this::isNamed);
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().imagesRejected(),
                        connection.topics().imagesQuarantine(),
                        connection.topics().imagesRaw()));
        try (TopicReader reader = new TopicReader(connection)) {
            List<RefusedImage> refused = CurrentRejections.read(reader, connection, chosen);
            filter.warnOfUnknownSource();
            List<RefusedImage> images =
                    refused.stream().filter(RejectionsReplayCommand::isIngests).toList();
            Originals originals = Originals.find(reader, connection, images);
            long quarantined =
                    originals.in(connection.topics().imagesQuarantine().name());
            long sent = 0;
            if (!dryRun) {
                try (Replay replay = Replay.open(connection)) {
                    originals.read(reader, replay::send);
                    sent = replay.finish();
                }
            }
            print(new Counts(
                    refused.size(), quarantined, originals.size() - quarantined, refused.size() - images.size(), sent));
        }
        return 0;
    }

    /**
     * The images of a replay.
     *
     * @param refused those that were chosen
     * @param quarantined those of them whose original is in the quarantine
     * @param raw those whose original is in images-raw only
     * @param others those that are removed, or were refused by captioning
     * @param sent those that were sent
     */
    private record Counts(long refused, long quarantined, long raw, long others, long sent) {
        long lost() {
            return refused - quarantined - raw - others;
        }
    }

    /** Whether ingest decides: not on removed images, nor on admitted ones that captioning refused. */
    private static boolean isIngests(RefusedImage image) {
        return image.rejection().getReason() != RejectionReason.REMOVED
                && !image.rejection().getStage().equals(CAPTIONING);
    }

    private boolean isNamed(RefusedImage image) {
        return ids.isEmpty() || ids.stream().anyMatch(start -> image.imageId().startsWith(start));
    }

    private void print(Counts counts) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("refused", counts.refused())
                    .put("in_quarantine", counts.quarantined())
                    .put("in_images_raw", counts.raw())
                    .put("others", counts.others())
                    .put("lost", counts.lost())
                    .put("sent", counts.sent())
                    .toPrettyString());
            return;
        }
        String sent = dryRun
                ? "%d of %d refused images would be sent"
                        .formatted(counts.quarantined() + counts.raw(), counts.refused())
                : "%d of %d refused images were sent".formatted(counts.sent(), counts.refused());
        out.println(
                "%s to be judged again: %d from the quarantine, %d from images-raw; %d are removed or were refused by captioning%s."
                        .formatted(
                                sent,
                                counts.quarantined(),
                                counts.raw(),
                                counts.others(),
                                Originals.lost(counts.lost())));
    }
}
