package dev.latentstream.encoder;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Turns images into encodings, a batch per call of the autoencoder.
 *
 * <p>The topic of a source is created before its first encoding is written, so that the join, which cannot create topics, never
 * waits for one. The tombstone of an image becomes a tombstone of its encoding.
 */
final class EncodingProcessor implements BatchProcessor<Image> {
    private final Autoencoder autoencoder;
    private final EncoderSettings settings;
    private final Topics topics;
    private final Consumer<Topic<Latent>> createTopic;
    private final Set<String> knownSources = new HashSet<>();
    private final StageHeaders headers;
    private final Meters meters;
    private final String encoderId;

    /** @param createTopic creates the latent topic of a new source and returns once it exists */
    EncodingProcessor(
            Autoencoder autoencoder,
            EncoderSettings settings,
            Topics topics,
            Consumer<Topic<Latent>> createTopic,
            StageHeaders headers,
            Meters meters) {
        if (settings.resolution() % autoencoder.downsampling() != 0) {
            throw new IllegalArgumentException("resolution %d is not a multiple of the autoencoder's downsampling %d"
                    .formatted(settings.resolution(), autoencoder.downsampling()));
        }
        this.autoencoder = autoencoder;
        this.settings = settings;
        this.topics = topics;
        this.createTopic = createTopic;
        this.headers = headers;
        this.meters = meters;
        this.encoderId = EncoderStages.encoderId(autoencoder, settings);
    }

    @Override
    public List<OutputRecord<?>> process(List<InputRecord<Image>> received) {
        List<InputRecord<Image>> batch = InputRecord.compacted(received);
        List<Image> images =
                batch.stream().map(InputRecord::value).filter(Objects::nonNull).toList();
        images.forEach(image -> ensureTopic(image.getSource()));
        Iterator<Encoding> encodings = encoded(images).iterator();
        List<OutputRecord<?>> outputs = new ArrayList<>(batch.size());
        // In the order of the batch: a tombstone deletes the records before it, not those after it.
        for (InputRecord<Image> input : batch) {
            outputs.add(input.value() == null ? tombstone(input) : written(input, encodings.next()));
        }
        return outputs;
    }

    private void ensureTopic(String source) {
        if (!SourceNames.valid(source)) {
            throw new BadRecordException(SourceNames.refusal(source));
        }
        if (!knownSources.contains(source)) {
            createTopic.accept(topics.latents(source));
            knownSources.add(source);
        }
    }

    private OutputRecord<Encoding> tombstone(InputRecord<Image> input) {
        return new OutputRecord<>(topics.encodings(), input.key(), null, input.headers());
    }

    private OutputRecord<Encoding> written(InputRecord<Image> input, Encoding encoding) {
        meters.count(Meter.STAGE_RECORDS, EncoderStages.ENCODING, encoding.getSource(), "encoded");
        return new OutputRecord<>(
                topics.encodings(), input.key(), encoding, headers.propagate(input.headers(), encoding.getSource(), 0));
    }

    private List<Encoding> encoded(List<Image> images) {
        if (images.isEmpty()) {
            return List.of();
        }
        LatentBatch latents = latents(pixels(images));
        int size = latents.channels() * latents.height() * latents.width();
        List<Encoding> encodings = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            Image image = images.get(i);
            float[] mean = Arrays.copyOfRange(latents.values(), i * size, (i + 1) * size);
            encodings.add(Encoding.newBuilder()
                    .setMean(TensorBytes.encode(mean, settings.type()))
                    .setType(settings.type())
                    .setShape(List.of(latents.channels(), latents.height(), latents.width()))
                    .setCrop(centreSquare(image.getWidth(), image.getHeight()))
                    .setOriginal(new PictureSize(image.getOriginalWidth(), image.getOriginalHeight()))
                    .setBucket("%1$dx%1$d".formatted(settings.resolution()))
                    .setEncoderId(encoderId)
                    .setSource(image.getSource())
                    .build());
        }
        return encodings;
    }

    /** Returns the crop that {@link Pixels#decode} makes for a square. */
    private static Crop centreSquare(int width, int height) {
        int side = Math.min(width, height);
        return new Crop((width - side) / 2, (height - side) / 2, side, side);
    }

    private LatentBatch latents(ImageBatch images) {
        try {
            return autoencoder.encode(images);
        } catch (RuntimeException failed) { // all images have the same shape here, so no image is at fault
            throw new InfrastructureException(
                    "encoding %d images failed: %s".formatted(images.count(), failed.getMessage()), failed);
        }
    }

    private ImageBatch pixels(List<Image> images) {
        int side = settings.resolution();
        List<float[]> values = images.stream().map(image -> pixels(image, side)).toList();
        return ImageBatch.of(values, side, side);
    }

    private static float[] pixels(Image image, int side) {
        try {
            return Pixels.decode(image.getImage(), side, side).values();
        } catch (IllegalArgumentException undecodable) {
            throw new BadRecordException("the image cannot be decoded: " + undecodable.getMessage(), undecodable);
        }
    }
}
