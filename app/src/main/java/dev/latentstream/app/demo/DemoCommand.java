package dev.latentstream.app.demo;

import dev.latentstream.app.cli.DeviceOption;
import dev.latentstream.app.cli.Paths;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.cluster.DataOption;
import dev.latentstream.app.cluster.LocalClusterOptions;
import dev.latentstream.app.settings.BackboneOption;
import dev.latentstream.app.settings.TextEncoderOption;
import dev.latentstream.app.settings.VaeOption;
import dev.latentstream.trainer.BackboneSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole pipeline on this machine. */
@Command(
        name = "demo",
        description = {
            "Run everything on this machine: a Kafka broker, a schema registry, every stage, a trainer.",
            "Without sources it streams drawn scenes. Run it again on the same data to continue training."
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--images", paramLabel = "DIR", description = "Stream the images of this folder; can be repeated.")
    private List<Path> images = new ArrayList<>();

    @Option(names = "--tar", paramLabel = "FILE", description = "Stream this WebDataset shard; can be repeated.")
    private List<Path> tars = new ArrayList<>();

    @Option(
            names = "--scenes",
            paramLabel = "N",
            description = "Number of drawn scenes to stream. Default: 1000 if there is no other source, else 0")
    private @Nullable Long scenes;

    @Option(
            names = "--objects",
            paramLabel = "N",
            description = "Maximum number of objects in a drawn scene, 1 to 6. Default: ${DEFAULT-VALUE}",
            defaultValue = "6")
    private int objects;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Training steps. Default: ${DEFAULT-VALUE}",
            defaultValue = "300")
    private long steps;

    @Option(
            names = "--resolution",
            paramLabel = "R",
            description = "Side of the encoded squares, in pixels. Default: ${DEFAULT-VALUE}",
            defaultValue = "64")
    private int resolution;

    @Mixin
    private VaeOption vae = new VaeOption();

    @Mixin
    private TextEncoderOption text = new TextEncoderOption();

    @Mixin
    private BackboneOption backbone = new BackboneOption();

    @Option(
            names = "--from-scratch",
            description = "Start from random weights instead of those of the shipped scenes-unet.")
    private boolean fromScratch;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of scenes and training. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private long seed;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--http-port",
            paramLabel = "P",
            description = "Port of the metrics. Default: ${DEFAULT-VALUE}",
            defaultValue = "9464")
    private int httpPort;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private LocalClusterOptions ports = new LocalClusterOptions();

    @Override
    public Integer call() throws Exception {
        ports.check();
        backbone.check();
        images.forEach(Paths::requireFolder);
        tars.forEach(Paths::requireFile);
        DemoPlan plan = Usage.requireValid(
                spec,
                () -> new DemoPlan(
                        data.folder(),
                        new DemoInput(images, tars, scenes, objects),
                        new DemoNetworks(
                                vae.folder().orElse(null),
                                text.folder().orElse(null),
                                backbone.over(new BackboneSettings()),
                                fromScratch),
                        steps,
                        resolution,
                        seed,
                        device.device(),
                        httpPort));
        String command = "latentstream "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
        new Demo(plan, ports, command, spec.commandLine().getOut()).run();
        return 0;
    }
}
