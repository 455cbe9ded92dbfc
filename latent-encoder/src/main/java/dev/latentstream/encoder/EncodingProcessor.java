package dev.latentstream.encoder;

import dev.latentstream.models.Autoencoder;
import dev.latentstream.models.ImageBatch;
import dev.latentstream.models.LatentBatch;
import dev.latentstream.models.Pixels;
import dev.latentstream.runtime.BatchProcessor;
import dev.latentstream.runtime.Output;
import dev.latentstream.runtime.Received;
import dev.latentstream.runtime.StageHeaders;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * images -> encodings: a batch of images through the autoencoder at once.
 *
 * <p>The topic of a source exists before the first encoding of the source is written, so that the join, which cannot make
 * topics, never waits for one. The tombstone of an image becomes a tombstone of its encoding.
 */
final class EncodingProcessor implements BatchProcessor<Image> {
    private final Autoencoder autoencoder;
    private final EncoderSettings settings;
    private final Topics topics;
    private final LatentTopics latentTopics;
    private final StageHeaders headers;
    private final String encoderId;

    EncodingProcessor(
            Autoencoder autoencoder,
            EncoderSettings settings,
            Topics topics,
            LatentTopics latentTopics,
            StageHeaders headers) {
        if (settings.resolution() % autoencoder.downsampling() != 0) {
            throw new IllegalArgumentException("resolution %d is not a multiple of the autoencoder's downsampling %d"
                    .formatted(settings.resolution(), autoencoder.downsampling()));
        }
        this.autoencoder = autoencoder;
        this.settings = settings;
        this.topics = topics;
        this.latentTopics = latentTopics;
        this.headers = headers;
        this.encoderId = EncoderStages.encoderId(autoencoder, settings);
    }

    @Override
    public List<Output<?>> process(List<Received<Image>> batch) {
        List<Output<?>> outputs = new ArrayList<>(batch.size());
        List<Received<Image>> present = new ArrayList<>(batch.size());
        List<Image> images = new ArrayList<>(batch.size());
        for (Received<Image> received : batch) {
            Image image = received.value();
            if (image == null) {
                outputs.add(new Output<>(topics.encodings(), received.key(), null, received.headers()));
            } else {
                latentTopics.ensure(image.getSource());
                present.add(received);
                images.add(image);
            }
        }
        if (!present.isEmpty()) {
            outputs.addAll(encoded(present, images));
        }
        return outputs;
    }

    private List<Output<?>> encoded(List<Received<Image>> received, List<Image> images) {
        LatentBatch latents = autoencoder.encode(pixels(images));
        int size = latents.channels() * latents.height() * latents.width();
        List<Output<?>> outputs = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            Image image = images.get(i);
            float[] mean = Arrays.copyOfRange(latents.values(), i * size, (i + 1) * size);
            Encoding encoding = Encoding.newBuilder()
                    .setMean(TensorBytes.encode(mean, settings.type()))
                    .setType(settings.type())
                    .setShape(List.of(latents.channels(), latents.height(), latents.width()))
                    .setCrop(SquareCrop.of(image.getWidth(), image.getHeight()))
                    .setOriginal(new PictureSize(image.getOriginalWidth(), image.getOriginalHeight()))
                    .setBucket("%1$dx%1$d".formatted(settings.resolution()))
                    .setEncoderId(encoderId)
                    .setSource(image.getSource())
                    .build();
            outputs.add(new Output<>(
                    topics.encodings(),
                    received.get(i).key(),
                    encoding,
                    headers.next(received.get(i).headers(), image.getSource(), 0)));
        }
        return outputs;
    }

    private ImageBatch pixels(List<Image> images) {
        int side = settings.resolution();
        int size = ImageBatch.PLANES * side * side;
        float[] rgb = new float[images.size() * size];
        for (int i = 0; i < images.size(); i++) {
            float[] values = Pixels.decode(images.get(i).getImage(), side, side).values();
            System.arraycopy(values, 0, rgb, i * size, size);
        }
        return new ImageBatch(images.size(), side, side, rgb);
    }
}
