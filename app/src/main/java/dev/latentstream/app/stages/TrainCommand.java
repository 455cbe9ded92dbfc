package dev.latentstream.app.stages;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.BackboneOption;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.settings.TextEncoderOption;
import dev.latentstream.app.settings.VaeOption;
import dev.latentstream.trainer.TrainerSettings;
import dev.latentstream.trainer.feed.settings.SequenceSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a trainer alone. */
@Command(
        name = "train",
        description =
                "Train on the latents of all sources, of a recorded run or of a dataset, until the settings' last step, or Control-C.")
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Mixin
    private VaeOption vae = new VaeOption();

    @Mixin
    private TextEncoderOption text = new TextEncoderOption();

    @Mixin
    private BackboneOption backbone = new BackboneOption();

    @Option(names = "--run", paramLabel = "NAME", description = "Name of the run. Default: trainer.run of the settings")
    private @Nullable String run;

    @Option(
            names = "--replay",
            paramLabel = "RUN",
            description =
                    "Train on the recorded steps of another run: the same images, captions and order, with its seed and batch"
                            + " size, to the end that its ledger has at the start. Needs a name of its own (--run)")
    private @Nullable String replay;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "Train on a frozen dataset (latentstream dataset) instead of live latents")
    private @Nullable String dataset;

    @Option(
            names = "--epochs",
            paramLabel = "E",
            description =
                    "Passes over the dataset, each in an order of its own; 0 for no end. Default: 1 with --dataset, else that of the"
                            + " settings")
    private @Nullable Long epochs;

    @Option(
            names = "--resume",
            negatable = true,
            description =
                    "Resume from the run's last checkpoint; --no-resume refuses a run that has one. Default: trainer.resume"
                            + " of the settings")
    private @Nullable Boolean resume;

    @Option(
            names = "--from",
            paramLabel = "STEP",
            description =
                    "Resume from the checkpoint of this step instead of the newest. The steps that the ledger has after it are repeated")
    private @Nullable Long from;

    @Option(
            names = "--change-settings",
            description =
                    "Resume though settings differ on which samples or weights depend; the ledger records from which step on they apply")
    private boolean changeSettings;

    @Option(
            names = "--skip-lost",
            description =
                    "Resume though latents are gone that the run has not read, or that steps after its checkpoint took, which are not"
                            + " repeated then; the ledger records how many")
    private boolean skipLost;

    @Option(
            names = "--begin-again",
            description =
                    "Begin at step 1 though the log has reports of a run of this name whose folder is gone; the steps that the ledger"
                            + " has of it no longer count")
    private boolean beginAgain;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        backbone.check();
        PipelineSettings settings = options.settings();
        settings = vae.folder().map(settings::withVae).orElse(settings); // it decodes the samples
        settings = text.folder().map(settings::withTextEncoder).orElse(settings);
        settings = settings.withBackbone(backbone.over(settings.trainer().backbone()));
        PipelineSettings chosen = settings;
        settings = Usage.requireValid(spec, () -> chosen.withRun(this::resume));
        boolean unused = PrintedTraining.run(options, settings, out);
        return 0;
    }

    private void resume(TrainerSettings.Builder run) {
        run.run = this.run == null ? run.run : this.run;
        run.feed = run.feed.withSequence(sequence(run.feed.sequence()));
        run.resume = resume == null ? run.resume : resume;
        run.from = from == null ? run.from : from;
        run.changeSettings |= changeSettings;
        run.skipLost |= skipLost;
        run.beginAgain |= beginAgain;
    }

    /**
     * Returns what the options name, else what the settings do.
     *
     * @throws IllegalArgumentException if that is a run and a dataset, or passes over no dataset
     */
    private SequenceSettings sequence(SequenceSettings set) {
        SequenceSettings chosen = set;
        if (replay != null || dataset != null) {
            chosen = new SequenceSettings(replay, dataset, null, dataset == null ? 0 : 1);
            boolean unused = chosen.isFixed(); // by one of them
        }
        return epochs == null ? chosen : chosen.withEpochs(epochs);
    }
}
