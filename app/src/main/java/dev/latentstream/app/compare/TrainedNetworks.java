package dev.latentstream.app.compare;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.trainer.BackboneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a comparison that trains its runs. */
final class TrainedNetworks {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "Train on a frozen dataset (latentstream dataset): the first network on it, the others on the"
                    + " steps that the first one's ledger records.")
    private @Nullable String dataset;

    @Option(
            names = "--replay",
            paramLabel = "RUN",
            description = "Train on the recorded steps of another run, with its seed and batch size.")
    private @Nullable String replay;

    @Option(
            names = "--backbones",
            paramLabel = "NAME|DIR",
            split = ",",
            description =
                    "Networks to train, one after the other: names of latentstream models list, scenes-unet, or folders of diffusers.")
    private List<String> backbones = List.of();

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "Size of the networks of models list: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}",
            defaultValue = "full")
    private ModelSize scale = ModelSize.FULL;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each run. Default: those of the replayed run, or one pass over the dataset")
    private @Nullable Long steps;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Prefix of the runs' names, which end with those of their networks. Default: compare-, and the name of the dataset or run")
    private @Nullable String name;

    /**
     * The sequence on which the runs are trained.
     *
     * @param dataset name of a dataset; null if they replay a run
     * @param replay name of a run; null if they train on a dataset
     * @param steps of each run; null for all that there are
     */
    record Sequence(
            @Nullable String dataset,
            @Nullable String replay,
            @Nullable Long steps) {}

    /**
     * A network to train.
     *
     * @param run name of its run
     */
    record Network(String run, BackboneSettings backbone) {}

    /** Returns whether any of these options is given. */
    boolean isGiven() {
        return dataset != null || replay != null || !backbones.isEmpty() || steps != null || name != null;
    }

    Sequence sequence() {
        return Usage.requireValid(command, () -> {
            if ((dataset == null) == (replay == null)) {
                throw new IllegalArgumentException("give one of --runs, --dataset, --replay");
            }
            if (steps != null) {
                Checks.atLeast("steps", steps, 1);
            }
            return new Sequence(dataset, replay, steps);
        });
    }

    /** Returns at least two networks, each of which has another name. */
    List<Network> networks() {
        return Usage.requireValid(command, () -> {
            Set<String> runs = new HashSet<>();
            List<Network> networks = new ArrayList<>();
            for (String backbone : backbones) {
                BackboneSettings settings = settings(backbone);
                String run = prefix() + "-" + suffix(backbone);
                if (!run.matches("[a-zA-Z0-9][a-zA-Z0-9-]{0,99}")) {
                    throw new IllegalArgumentException(
                            "the run %s has not 1 to 100 letters, digits and hyphens: give another --name"
                                    .formatted(run));
                }
                if (!runs.add(run)) {
                    throw new IllegalArgumentException(
                            "--backbones: two networks would be trained as the run %s; name each one once"
                                    .formatted(run));
                }
                networks.add(new Network(run, settings));
            }
            if (networks.size() < 2) {
                throw new IllegalArgumentException("--backbones needs at least two networks, separated by commas");
            }
            return networks;
        });
    }

    private BackboneSettings settings(String backbone) {
        Path folder = Path.of(Checks.nonBlank("--backbones: a network", backbone));
        if (Files.isDirectory(folder)) {
            return new BackboneSettings(null, folder, ModelSize.FULL);
        }
        return new BackboneSettings(backbone, null, backbone.equals(ShippedModels.BACKBONE) ? ModelSize.FULL : scale);
    }

    private String prefix() {
        return name != null ? name : "compare-" + (dataset != null ? dataset : replay);
    }

    private static String suffix(String backbone) {
        Path folder = Path.of(backbone);
        Path last =
                Files.isDirectory(folder) ? folder.toAbsolutePath().normalize().getFileName() : folder;
        return String.valueOf(last).replaceAll("[^a-zA-Z0-9-]", "-");
    }
}
