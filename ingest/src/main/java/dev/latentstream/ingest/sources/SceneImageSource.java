package dev.latentstream.ingest.sources;

import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneSource;
import dev.latentstream.scenes.SceneSource.Picture;
import dev.latentstream.scenes.SceneSource.Range;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A source of rendered scenes, whose contents are known. */
public final class SceneImageSource implements ImageSource {
    private final String name;
    private final Range range;
    private final SceneLimits limits;
    private final int side;
    private long index;

    /**
     * @param limits limits on the contents of a scene
     * @param side side of the square images in pixels
     */
    public SceneImageSource(String name, Range range, SceneLimits limits, int side) {
        this.name = name;
        this.range = range;
        this.limits = limits;
        this.side = side;
        this.index = range.first();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OptionalLong total() {
        return range.end() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(range.end() - range.first());
    }

    @Override
    public Optional<SourceItem> next(Predicate<String> done) {
        if (index == range.end()) {
            return Optional.empty();
        }
        long now = index++;
        String uri = SceneSource.uri(range.seed(), limits, side, side, now);
        if (done.test(uri)) {
            return Optional.of(new SourceItem.Done(uri));
        }
        Range one = new Range(range.seed(), now, now + 1);
        Picture picture = new SceneSource(one, limits, side, side).next();
        Optional<String> altText = picture.altText().isBlank() ? Optional.empty() : Optional.of(picture.altText());
        return Optional.of(new SourceItem.Found(picture.uri(), picture.png(), altText, picture.attributes()));
    }

    @Override
    public void close() {}
}
