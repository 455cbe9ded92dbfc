package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.MacCounter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A named network of a paper.
 *
 * <p>A further family of networks is added to {@link #all} by one line.
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
     * @param forward runs it on one latent of 32 x 32, for an image of 256 x 256 pixels
     * @param scaled builds a network of the same structure for other shapes, without values
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

    /** All named networks. */
    public static List<Preset> all() {
        return Stream.of(UNetPresets.all(), PixArtPresets.all(), UViTPresets.all())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Returns the network of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all names
     */
    public static Preset named(String name) {
        return all().stream()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no network is named %s; there are %s"
                        .formatted(
                                name,
                                Stream.concat(all().stream().map(Preset::name), Stream.of(UNetPresets.SHIPPED))
                                        .collect(Collectors.joining(", ")))));
    }

    public String name() {
        return name;
    }

    /**
     * A new network of this structure for other latents and texts, without values.
     *
     * @throws IllegalArgumentException if the structure cannot fit; the message has the value and the bound
     */
    public Backbone scaled(ModelSize scale, BackboneShape fit) {
        return scaled.apply(scale, fit);
    }

    /** Counts parameters and MACs on the meta device. */
    public ModelCost cost() {
        return cost.get();
    }
}
