package dev.latentstream.app.demo;

import ai.djl.Device;
import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.scenes.Scene;
import dev.latentstream.trainer.BackboneSettings;
import dev.latentstream.trainer.TrainerSettings;
import dev.latentstream.trainer.feed.FeedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a demo is asked to do, and the settings of the stages that follow from it.
 *
 * @param scenes how many scenes to draw; null for some where there is no other source
 * @param objects at most in a drawn scene
 * @param steps training steps to take, beyond those of an earlier demo on the same data
 * @param resolution side of the squares that are encoded, in pixels
 * @param vae null for the shipped autoencoder
 * @param textEncoder null for the shipped one
 * @param backbone the network that is chosen, if one is
 * @param fromScratch whether the network begins with drawn weights where none is chosen
 */
record DemoPlan(
        DataFolder data,
        List<Path> images,
        List<Path> tars,
        @Nullable Long scenes,
        int objects,
        long steps,
        int resolution,
        @Nullable Path vae,
        @Nullable Path textEncoder,
        BackboneSettings backbone,
        boolean fromScratch,
        long seed,
        Device device,
        int httpPort) {
    /** Name of the training run. */
    static final String RUN = "demo";

    /** Enough for a few hundred steps not to see each scene too often, and few enough to be captioned within minutes on two cores. */
    private static final long DEFAULT_SCENES = 1000;

    /** Latents of a source before it is drawn from, where it has that many. */
    private static final int MINIMUM = 64;

    /** A picture that is smaller than this is refused by the built-in filter policy. */
    private static final int SMALLEST_SCENE = 64;

    /** Side of the images that the shipped backbone was trained on. */
    private static final int SHIPPED_RESOLUTION = 64;

    DemoPlan {
        images = List.copyOf(images);
        tars = List.copyOf(tars);
        if (scenes != null) {
            Checks.atLeast("scenes", scenes, 0);
        }
        Checks.between("objects", objects, 1, Scene.MOST_OBJECTS);
        Checks.atLeast("steps", steps, 1);
        encoder(vae, resolution); // checks the resolution
        http(httpPort);
        if (fromScratch && isChosen(backbone)) {
            throw new IllegalArgumentException("--from-scratch is of the default network; --backbone names another");
        }
    }

    private static boolean isChosen(BackboneSettings backbone) {
        return !backbone.equals(new BackboneSettings());
    }

    /** Whether latents and texts are those that the shipped backbone was trained on. */
    private boolean fitsShippedBackbone() {
        return vae == null && textEncoder == null && resolution == SHIPPED_RESOLUTION;
    }

    private BackboneSettings network() {
        return isChosen(backbone) || fromScratch || !fitsShippedBackbone() ? backbone : BackboneSettings.shipped();
    }

    /** Why a new run does not begin with the shipped backbone although nobody asked for another; empty where it does, or somebody did. */
    Optional<String> whyFromScratch() throws IOException {
        return fitsShippedBackbone() || isChosen(backbone) || fromScratch || stepsBefore() > 0
                ? Optional.empty()
                : Optional.of(
                        "The UNet begins with random weights: the shipped %s is of the shipped autoencoder and text encoder at %d pixels"
                                .formatted(ShippedModels.BACKBONE, SHIPPED_RESOLUTION));
    }

    List<ImageSource> sources() throws IOException {
        List<ImageSource> sources = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int most = new IngestSettings().bounds().maxImageBytes();
        for (Path folder : images) {
            sources.add(new FolderSource(unique(SourceChoice.nameOf(folder), names), folder, most));
        }
        if (!tars.isEmpty()) {
            sources.add(new TarSource(unique(SourceChoice.TAR, names), tars, most));
        }
        long drawn = scenes != null ? scenes : sources.isEmpty() ? DEFAULT_SCENES : 0;
        if (drawn > 0) {
            int side = Math.max(resolution, SMALLEST_SCENE);
            sources.add(SourceChoice.scenes(unique(SourceChoice.SCENES, names), seed, drawn, objects, side));
        }
        return sources;
    }

    PipelineSettings settings(ClusterAddress cluster, List<ImageSource> sources) throws IOException {
        KafkaSettings kafka = new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl());
        return new PipelineSettings(
                        kafka,
                        new IngestSettings(),
                        new CaptioningSettings(),
                        encoder(vae, resolution),
                        trainer(sources),
                        http(httpPort))
                .keptIn(data);
    }

    private static EncoderSettings encoder(@Nullable Path vae, int resolution) {
        EncoderSettings defaults = new EncoderSettings();
        return new EncoderSettings(vae, resolution, defaults.batch(), defaults.join(), defaults.type());
    }

    private static HttpSettings http(int port) {
        return new HttpSettings("127.0.0.1", port);
    }

    /** The step at which an earlier demo on this data ended. */
    long stepsBefore() throws IOException {
        Path checkpoints = data.training().resolve(RUN).resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(checkpoints)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("step-\\d{8,18}"))
                    .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
                    .max()
                    .orElse(0);
        }
    }

    private TrainerSettings trainer(List<ImageSource> sources) throws IOException {
        long before = stepsBefore();
        return new TrainerSettings().with(s -> {
            s.run = RUN;
            s.seed = seed;
            s.steps = before + steps;
            s.backbone = network();
            s.text = textEncoder == null ? s.text : s.text.withFolder(textEncoder);
            s.feed = feed(s.feed, sources);
        });
    }

    /** Half of a small source may be refused, and training is to begin all the same. */
    private static FeedSettings feed(FeedSettings defaults, List<ImageSource> sources) {
        long smallest = sources.stream()
                .map(ImageSource::total)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min()
                .orElse(1);
        return new FeedSettings(
                defaults.whenDry(),
                defaults.startAt(),
                defaults.shuffle(),
                (int) Math.max(1, Math.min(MINIMUM, smallest / 2)),
                defaults.readAhead(),
                defaults.discoverEvery(),
                defaults.commitEvery(),
                defaults.refusalsInARow(),
                defaults.patience());
    }

    private static String unique(String name, Set<String> taken) {
        String free = name;
        for (int number = 2; !taken.add(free); number++) {
            free = name + "-" + number;
        }
        return free;
    }
}
