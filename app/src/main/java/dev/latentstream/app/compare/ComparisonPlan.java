package dev.latentstream.app.compare;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.compare.TrainedNetworks.Network;
import dev.latentstream.app.compare.TrainedNetworks.Sequence;
import dev.latentstream.app.ledger.LedgerReader;
import dev.latentstream.app.ledger.RunSteps;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.models.backbone.ModelCost;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.TrainedRun;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import dev.latentstream.trainer.dataset.DatasetOrder;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.settings.SequenceSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The runs that a comparison trains, one after the other, on the same samples: those of a replayed run; or the first one trains on a
 * dataset and the others replay the first one, so that a policy that changes meanwhile changes nothing between them.
 */
final class ComparisonPlan {
    private final PipelineSettings settings;
    private final List<Network> networks;
    private final Target target;

    /**
     * The sequence on which all runs train.
     *
     * @param first what the first run trains on
     * @param others what the other runs train on
     * @param steps of each run
     */
    private record Target(LatentFormat format, SequenceSettings first, SequenceSettings others, long steps) {}

    private ComparisonPlan(PipelineSettings settings, List<Network> networks, Target target) {
        this.settings = settings;
        this.networks = networks;
        this.target = target;
    }

    /**
     * Checks everything that can be checked before a step is trained, apart from the networks.
     *
     * @throws IllegalArgumentException if there is no such dataset
     * @throws Failure if there is no such run, or it has fewer steps
     */
    static ComparisonPlan of(
            KafkaConnection connection, PipelineSettings settings, Sequence sequence, List<Network> networks)
            throws IOException {
        Target target = sequence.dataset() != null
                ? onDataset(connection, settings, sequence.dataset(), sequence, networks.get(0))
                : replaying(connection, String.valueOf(sequence.replay()), sequence);
        ComparisonPlan plan = new ComparisonPlan(settings, networks, target);
        plan.requireNoneLonger();
        plan.requireSameSequences();
        return plan;
    }

    private static Target onDataset(
            KafkaConnection connection, PipelineSettings settings, String name, Sequence sequence, Network first) {
        Dataset dataset =
                new DatasetCatalog(connection, settings.trainer().feed().patience()).named(name);
        long latents =
                dataset.getSources().stream().mapToLong(DatasetOrder::records).sum();
        int batch = settings.trainer().batchSize();
        Long steps = sequence.steps();
        return new Target(
                new LatentFormat(dataset.getEncoderId(), dataset.getShape(), dataset.getType()),
                SequenceSettings.onDataset(name, steps == null ? 1 : 0),
                SequenceSettings.replaying(first.run()),
                steps == null ? (latents + batch - 1) / batch : steps);
    }

    private static Target replaying(KafkaConnection connection, String run, Sequence sequence) throws IOException {
        try (TopicReader topics = new TopicReader(connection);
                LedgerReader ledger = new LedgerReader(connection, topics)) {
            RunSteps recorded = ledger.run(run);
            RunReports reports = RunReports.read(connection, topics).getOrDefault(run, new RunReports(List.of()));
            long trained =
                    reports.lastStep() == 0 ? recorded.lastStep() : Math.min(recorded.lastStep(), reports.lastStep());
            long steps = sequence.steps() == null ? trained : sequence.steps();
            if (steps > trained) {
                throw new Failure("the run %s has %d steps, fewer than --steps %d".formatted(run, trained, steps));
            }
            List<LedgerRun> facts = new ArrayList<>();
            ledger.steps(recorded, 1, 1, step -> {
                step.getRun().ifPresent(facts::add);
                return false;
            });
            if (facts.isEmpty()) {
                throw new Failure(
                        "the ledger no longer has step 1 of the run %s, so it cannot be replayed".formatted(run));
            }
            LedgerRun known = facts.get(0);
            SequenceSettings replay = SequenceSettings.replaying(run);
            return new Target(
                    new LatentFormat(known.getEncoderId(), known.getShape(), known.getType()), replay, replay, steps);
        }
    }

    List<String> runs() {
        return networks.stream().map(Network::run).toList();
    }

    long steps() {
        return target.steps();
    }

    /**
     * Returns the settings of each run in the order of their training. Each one draws samples at a quarter, a half and all of its steps, and
     * where it has computed as much as the cheapest network at these.
     *
     * @throws Failure if a network does not fit the latents or the texts
     */
    List<PipelineSettings> trainings(TextEncoder encoder) throws IOException {
        List<Long> macs = new ArrayList<>();
        for (Network network : networks) {
            macs.add(macs(network, encoder));
        }
        long least = macs.stream().min(Long::compare).orElse(1L);
        List<PipelineSettings> trainings = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            Network network = networks.get(i);
            SequenceSettings sequence = i == 0 ? target.first() : target.others();
            double equal = target.steps() * (double) least / macs.get(i);
            trainings.add(settings.withBackbone(network.backbone()).withRun(run -> {
                run.run = network.run();
                run.steps = target.steps();
                run.feed = run.feed.withSequence(sequence);
                run.samples = run.samples.withAt(samplesAt(target.steps(), equal));
            }));
        }
        return trainings;
    }

    /** Returns the steps of samples, of which there may be fewer if a run is short. */
    static List<Long> samplesAt(long steps, double equal) {
        TreeSet<Long> at = new TreeSet<>();
        for (double part : new double[] {0.25, 0.5, 1}) {
            at.add(Math.max(1, Math.round(part * steps)));
            at.add(Math.max(1, Math.round(part * equal)));
        }
        return List.copyOf(at);
    }

    private long macs(Network network, TextEncoder encoder) throws IOException {
        LatentFormat format = target.format();
        try {
            return ModelCost.of(
                            settings.withBackbone(network.backbone()).trainer().network(format, encoder),
                            format.height(),
                            format.width(),
                            encoder.tokens(),
                            encoder.pooledWidth())
                    .macs();
        } catch (IllegalArgumentException unfit) {
            throw new Failure(
                    "the network of the run %s does not fit: %s".formatted(network.run(), unfit.getMessage()), unfit);
        }
    }

    /** Refuses runs that were begun on something else, as by networks in another order. */
    private void requireSameSequences() throws IOException {
        for (int i = 0; i < networks.size(); i++) {
            String run = networks.get(i).run();
            Optional<TrainedRun> trained =
                    TrainedRun.read(settings.withRun(r -> r.run = run).trainer().runFolder());
            SequenceSettings planned = i == 0 ? target.first() : target.others();
            if (trained.isPresent()) {
                requireSame(run, trained.get().facts().getSettings(), planned);
            }
        }
    }

    /** @param recorded settings of the run */
    static void requireSame(String run, Map<String, String> recorded, SequenceSettings planned) {
        String before = trainedOn(recorded);
        String now = trainedOn(planned.recorded());
        if (!before.equals(now)) {
            throw new Failure(
                    "the run %s was begun on %s, and would continue on %s, since the first of --backbones trains on a dataset and the others replay it: name them in the order of before, or give another --name"
                            .formatted(run, before, now));
        }
    }

    private static String trainedOn(Map<String, String> settings) {
        String replayed = settings.get(SequenceSettings.REPLAY);
        String dataset = settings.get(SequenceSettings.DATASET);
        return replayed != null
                ? "the steps of the run " + replayed
                : dataset != null ? "the dataset " + dataset : "live latents";
    }

    private void requireNoneLonger() throws IOException {
        for (Network network : networks) {
            Optional<TrainedRun> trained = TrainedRun.read(
                    settings.withRun(run -> run.run = network.run()).trainer().runFolder());
            if (trained.isPresent() && trained.get().step() > target.steps()) {
                throw new Failure(
                        "the run %s was trained for %d steps before, more than %d: give --steps %d or another --name"
                                .formatted(
                                        network.run(),
                                        trained.get().step(),
                                        target.steps(),
                                        trained.get().step()));
            }
        }
    }
}
