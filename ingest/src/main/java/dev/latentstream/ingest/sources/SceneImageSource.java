package dev.latentstream.ingest.sources;

import dev.latentstream.scenes.SceneImage;
import dev.latentstream.scenes.SceneLimits;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A source of rendered scenes, whose contents are known. */
public final class SceneImageSource implements ImageSource {
    /** The URI of a scene determines it. */
    private static final String STAMP = "";

    private final String name;
    private final long seed;
    private final long end;
    private final SceneLimits limits;
    private final int side;
    private long index;

    /**
     * @param end index after the last scene; {@link Long#MAX_VALUE} for an endless source
     * @param limits limits on the contents of a scene
     * @param side side of the square images in pixels
     */
    public SceneImageSource(String name, long seed, long end, SceneLimits limits, int side) {
        if (end < 0 || side < 1) {
            throw new IllegalArgumentException(
                    "end %d or side %d is below its bound: 0 scenes, 1 pixel".formatted(end, side));
        }
        this.name = name;
        this.seed = seed;
        this.end = end;
        this.limits = limits;
        this.side = side;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        return "scenes of seed %d, %dx%d".formatted(seed, side, side);
    }

    @Override
    public Optional<ImageSource> again() {
        return Optional.of(new SceneImageSource(name, seed, end, limits, side));
    }

    @Override
    public OptionalLong total() {
        return end == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(end);
    }

    @Override
    public Optional<SourceItem> next(Known known) {
        if (index == end) {
            return Optional.empty();
        }
        long now = index++;
        String uri = SceneImage.uri(seed, limits, side, side, now);
        if (known.unchanged(uri, STAMP)) {
            return Optional.of(new SourceItem.Done(uri));
        }
        SceneImage image = SceneImage.of(seed, limits, side, side, now);
        List<String> texts = image.altText().isBlank() ? List.of() : List.of(image.altText());
        return Optional.of(new SourceItem.Found(
                image.uri(), image.png(), texts, image.attributes(), Optional.of(STAMP), /* othersBeside */ 0));
    }

    @Override
    public void close() {}
}
