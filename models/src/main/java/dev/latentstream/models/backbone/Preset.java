package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.MacCounter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A network that has a name.
 *
 * <p>A further family of networks joins {@link #all} by one line.
 */
public final class Preset {
    private final String name;
    private final Supplier<ModelCost> cost;
    private final BiFunction<ModelSize, BackboneShape, Backbone> scaled;

    private Preset(String name, Supplier<ModelCost> size, BiFunction<ModelSize, BackboneShape, Backbone> scaled) {
        this.name = name;
        this.cost = size;
        this.scaled = scaled;
    }

    /**
     * @param make builds the network, without values
     * @param forward sends one image of 256 x 256 pixels, or a latent of 32 x 32, through it
     * @param scaled builds a network of the same structure, without values
     */
    static <B extends Backbone> Preset of(
            String name,
            Supplier<B> make,
            BiFunction<B, MacCounter, NDArray> forward,
            BiFunction<ModelSize, BackboneShape, Backbone> scaled) {
        Supplier<ModelCost> size = () -> {
            B network = make.get();
            return new ModelCost(network.parameters(), MacCounter.count(pass -> forward.apply(network, pass)));
        };
        return new Preset(name, size, scaled);
    }

    /** Every network of a name that can be trained to make images. */
    public static List<Preset> all() {
        return Stream.of(UNetPresets.all(), PixArtPresets.all(), UViTPresets.all())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * The network of a name.
     *
     * @throws IllegalArgumentException where none has it; the message lists those that there are
     */
    public static Preset named(String name) {
        return all().stream()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no network is named %s; there are %s"
                        .formatted(
                                name,
                                Stream.concat(all().stream().map(Preset::name), Stream.of(UNetPresets.SHIPPED))
                                        .toList())));
    }

    public String name() {
        return name;
    }

    /**
     * A fresh network of this structure for other latents and texts, without values.
     *
     * @throws IllegalArgumentException where the structure cannot fit; the message has the value and the bound
     */
    public Backbone scaled(ModelSize scale, BackboneShape fit) {
        return scaled.apply(scale, fit);
    }

    /** Measures it by shapes alone. */
    public ModelCost cost() {
        return cost.get();
    }

    /**
     * What a network takes.
     *
     * @param macs multiplications with their additions in linear layers and convolutions, for one image
     */
    public record ModelCost(long parameters, long macs) {
        /** Numbers of four bytes for each parameter: it, its gradient, two moments of AdamW, its average. */
        private static final int FULL = 5;

        /** Bytes that a training keeps for the weights in 32 bits, whatever the batch: 20 a parameter. Activations come on top. */
        public long trainingBytes() {
            return 4 * FULL * parameters;
        }

        /** Bytes that a training in bfloat16 keeps for the weights: the same, and a copy of two bytes to compute with. */
        public long mixedTrainingBytes() {
            return trainingBytes() + 2 * parameters;
        }
    }
}
