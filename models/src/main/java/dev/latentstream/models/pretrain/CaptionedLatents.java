package dev.latentstream.models.pretrain;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.optim.Seeds;
import dev.latentstream.models.text.TextEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Latents and text states of a finite number of captioned images. An image is encoded when it is first drawn, in a batch of its own so
 * that its latent does not depend on others, and its latent is cached.
 *
 * <p>Not thread-safe.
 */
final class CaptionedLatents {
    /** The batch of a step. */
    record Batch(LatentBatch latents, BatchConditioning conditioning) {}

    private static final double DROPPED = 0.1; // of the captions, for classifier-free guidance

    private final CaptionedImages images;
    private final Autoencoder autoencoder;
    private final TextEncoder text;
    private final Map<Long, LatentBatch> encoded = new HashMap<>();

    CaptionedLatents(CaptionedImages images, Autoencoder autoencoder, TextEncoder text) {
        this.images = images;
        this.autoencoder = autoencoder;
        this.text = text;
    }

    /**
     * Returns a batch of random images and captions, some of them dropped: a function of seed and step.
     *
     * @param pool number of images to draw from
     */
    Batch drawn(long seed, long step, int count, int pool) {
        List<Long> numbers = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = Seeds.random(seed, "sample", step, i);
            long number = random.nextLong(pool);
            numbers.add(number);
            boolean dropped = random.nextDouble() < DROPPED;
            List<String> choices = images.captions(number);
            captions.add(dropped ? "" : choices.get(random.nextInt(choices.size())));
        }
        return batch(numbers, captions);
    }

    /** Returns the images {@code first} to {@code first + count - 1}, with each of their captions in turn. */
    Batch inOrder(long first, int count) {
        List<Long> numbers = LongStream.range(first, first + count).boxed().toList();
        List<String> captions = numbers.stream()
                .map(number -> {
                    List<String> choices = images.captions(number);
                    return choices.get((int) (number % choices.size()));
                })
                .toList();
        return batch(numbers, captions);
    }

    private Batch batch(List<Long> numbers, List<String> captions) {
        List<LatentBatch> each = numbers.stream().map(this::latent).toList();
        LatentBatch first = each.get(0);
        LatentBatch latents = LatentBatch.of(
                each.stream().map(LatentBatch::values).toList(), first.channels(), first.height(), first.width());
        SizeConditioning whole = SizeConditioning.whole(
                first.height() * autoencoder.downsampling(), first.width() * autoencoder.downsampling());
        return new Batch(
                latents, new BatchConditioning(text.encode(captions), Collections.nCopies(each.size(), whole)));
    }

    private LatentBatch latent(long number) {
        return encoded.computeIfAbsent(number, n -> autoencoder.encode(images.image(n)));
    }
}
