package dev.latentstream.app.models;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.VaeOption;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.models.image.Psnr;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how well an autoencoder reconstructs images. */
@Command(
        name = "reconstruct",
        description = "Encode and decode images, and print the peak signal-to-noise ratio of each and the mean.")
final class ReconstructCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private VaeOption vae = new VaeOption();

    @Option(names = "--images", paramLabel = "DIR", required = true, description = "A folder of .jpg and .png files")
    private Path images = Path.of(".");

    @Option(
            names = "--size",
            defaultValue = "256",
            description = "Side of the centre crop, in pixels. Default: ${DEFAULT-VALUE}")
    private int size;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Usage.requireValid(spec, () -> Checks.between("size", size, 8, 4096));
        List<Path> files = imageFiles();
        Map<String, Double> decibels = new LinkedHashMap<>();
        try (StopSignal stop = StopSignal.ofProcess();
                Autoencoder autoencoder = autoencoder()) {
            for (Path file : files) {
                if (stop.isRequested()) {
                    spec.commandLine()
                            .getErr()
                            .printf("stopped after %d of %d images%n", decibels.size(), files.size());
                    return 1;
                }
                String name = file.getFileName().toString();
                decibels.put(name, psnr(autoencoder, file));
                if (!json) {
                    spec.commandLine()
                            .getOut()
                            .println(String.format(Locale.ROOT, "%s %.2f dB", name, decibels.get(name)));
                }
            }
            printMean(decibels, autoencoder.id());
        }
        return 0;
    }

    private Autoencoder autoencoder() throws IOException {
        Optional<Path> folder = vae.folder();
        return folder.isPresent() ? Autoencoders.load(folder.get(), Device.cpu()) : ShippedModels.vae(Device.cpu());
    }

    private List<Path> imageFiles() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            List<Path> found = files.filter(f ->
                            f.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png)"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IOException(images + ": no .jpg or .png files");
            }
            return found;
        }
    }

    private double psnr(Autoencoder autoencoder, Path file) throws IOException {
        try {
            float[] original = Pixels.decode(ByteBuffer.wrap(Files.readAllBytes(file)), size, size)
                    .values();
            ImageBatch batch = new ImageBatch(1, size, size, original);
            return Psnr.of(
                    original, autoencoder.decode(autoencoder.encode(batch)).rgb());
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private void printMean(Map<String, Double> decibels, String id) {
        double mean = decibels.values().stream().mapToDouble(d -> d).average().orElseThrow();
        PrintWriter console = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            ArrayNode rows = node.putArray("images");
            decibels.forEach((name, psnr) -> rows.addObject().put("file", name).put("psnr", psnr));
            console.println(
                    node.put("size", size).put("vae", id).put("meanPsnr", mean).toPrettyString());
        } else {
            console.println(
                    String.format(Locale.ROOT, "mean of %d images at %d pixels: %.2f dB", decibels.size(), size, mean));
        }
    }
}
