package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.PreloadedTopic;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.scenes.Scene;
import dev.latentstream.scenes.SceneCaptions;
import dev.latentstream.scenes.SceneImage;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The images of a benchmark, as they arrive and as ingest passes them on, and their captions. */
final class BenchImages {
    static final String SOURCE = PreloadedTopic.SOURCE;

    /** The working size of ingest, in pixels, so that neither side has to scale images down. */
    static final int SIDE = 512;

    private static final float JPEG_QUALITY = 0.9f;
    private static final int HEAP_SHARE = 4;

    private BenchImages() {}

    /** Draws scenes as JPEG files. */
    static List<RawImage> drawn(long seed, int count, Cancellation stop) throws IOException, InterruptedException {
        List<RawImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stop.check();
            byte[] jpeg = jpeg(SceneRenderer.render(Scenes.scene(seed, i), SIDE, SIDE));
            images.add(raw(jpeg, SceneImage.uri(seed, SceneLimits.all(), SIDE, SIDE, i)));
        }
        return images;
    }

    /** Draws one scene as a JPEG file. */
    static byte[] jpeg(long seed, int side) throws IOException {
        return jpeg(SceneRenderer.render(Scenes.scene(seed, 0), side, side));
    }

    /** Returns the captions of a drawn scene, as captioning writes them. */
    static Captions captions(long seed, int index, String source) {
        Scene scene = Scenes.scene(seed, index);
        return new Captions(
                List.of(
                        caption("short", SceneCaptions.shortCaption(scene, index)),
                        caption("medium", SceneCaptions.mediumCaption(scene, index)),
                        caption("dense", SceneCaptions.denseCaption(scene, index))),
                source,
                0L,
                0,
                0);
    }

    private static Caption caption(String level, String text) {
        return Caption.newBuilder()
                .setText(text)
                .setKind(CaptionKind.SYNTHETIC)
                .setLevel(level)
                .build();
    }

    /** Reads the first images of a folder; fewer if it has no more, or if they would take more than a quarter of the heap. */
    static List<RawImage> ofFolder(Path folder, int count, int maxImageBytes, Cancellation stop)
            throws IOException, InterruptedException {
        List<RawImage> images = new ArrayList<>();
        try (FolderSource source = new FolderSource(SOURCE, folder, ImageExtensions.USUAL, maxImageBytes)) {
            long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
            Optional<SourceItem> item = source.next(Known.NOTHING);
            while (item.isPresent() && images.size() < count && room > 0) {
                stop.check();
                if (item.get() instanceof SourceItem.Found found) {
                    images.add(raw(found.image(), found.uri()));
                    room -= found.image().length;
                }
                item = source.next(Known.NOTHING);
            }
        }
        return images;
    }

    /** Returns the images that ingest admits, as it passes them on, by image id. */
    static List<KeyedRecord<Image>> examined(List<RawImage> raw, IngestSettings settings, Cancellation stop)
            throws InterruptedException {
        return candidates(raw, settings, stop).stream()
                .map(candidate -> new KeyedRecord<>(
                        candidate.key(), (Image) candidate.value().getFound()))
                .toList();
    }

    /** Returns the images that ingest admits, as it passes them on to be scored, by image id. */
    static List<KeyedRecord<Candidate>> candidates(List<RawImage> raw, IngestSettings settings, Cancellation stop)
            throws InterruptedException {
        Function<RawImage, Candidate> examine = IngestStage.examination(settings);
        List<KeyedRecord<Candidate>> candidates = new ArrayList<>();
        for (RawImage image : raw) {
            stop.check();
            Candidate candidate = examine.apply(image);
            if (candidate.getFound() instanceof Image) {
                candidates.add(new KeyedRecord<>(candidate.getId(), candidate));
            }
        }
        return candidates;
    }

    /**
     * Returns the first images: at most {@code count} of them, in whole batches.
     *
     * @throws Failure if too few are left for a measurement
     */
    static <T> List<T> wholeBatches(List<T> images, int count, int batchSize) {
        int batches = Math.min(count, images.size()) / batchSize;
        if (batches < BenchPlan.FEWEST_BATCHES) {
            throw new Failure("%d usable images are fewer than %d batches of %d; give more images, or a larger --count"
                    .formatted(Math.min(count, images.size()), BenchPlan.FEWEST_BATCHES, batchSize));
        }
        return List.copyOf(images.subList(0, batches * batchSize));
    }

    static RawImage raw(byte[] file, String uri) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(file))
                .setSource(SOURCE)
                .setUri(uri)
                .build();
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        BufferedImage rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        rgb.createGraphics().drawImage(image, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(JPEG_QUALITY);
            writer.setOutput(output);
            writer.write(null, new IIOImage(rgb, null, null), quality);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
