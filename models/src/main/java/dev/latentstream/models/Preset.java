package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
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
    private final Supplier<Size> size;

    private Preset(String name, Supplier<Size> size) {
        this.name = name;
        this.size = size;
    }

    /**
     * @param make builds the network, without values
     * @param forward sends one image of 256 x 256 pixels, or a latent of 32 x 32, through it
     */
    static <L extends Layer> Preset of(String name, Supplier<L> make, BiFunction<L, MacCounter, NDArray> forward) {
        return new Preset(name, () -> {
            L network = make.get();
            return new Size(network.parameters(), MacCounter.count(pass -> forward.apply(network, pass)));
        });
    }

    /** Every network of a name that can be trained to make images. */
    public static List<Preset> all() {
        return Stream.of(UNetPresets.all()).flatMap(List::stream).toList();
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
                        .formatted(name, all().stream().map(Preset::name).toList())));
    }

    public String name() {
        return name;
    }

    /** Measures it by shapes alone. */
    public Size size() {
        return size.get();
    }

    /**
     * What a network takes.
     *
     * @param macs multiplications with their additions in linear layers and convolutions, for one image
     */
    public record Size(long parameters, long macs) {
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
