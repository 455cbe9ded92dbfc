package dev.latentstream.models;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.pretrain.CaptionedImages;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import java.util.Arrays;
import java.util.List;

/** Captioned images, an autoencoder and a text encoder that are simple functions. */
public final class CaptionedFakes {
    public static final int TEXT_WIDTH = 6;

    private static final int SIDE = 8;
    private static final int TOKENS = 5;

    private CaptionedFakes() {}

    /** Images of stripes, whose caption names their width; counts how many were drawn. */
    public static final class Stripes implements CaptionedImages {
        private final long first;
        private int drawn;

        public Stripes(long first) {
            this.first = first;
        }

        public int drawn() {
            return drawn;
        }

        @Override
        public ImageBatch image(long number) {
            drawn++;
            float[] rgb = new float[ImageBatch.PLANES * SIDE * SIDE];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = i / width(number) % 2;
            }
            return new ImageBatch(1, SIDE, SIDE, rgb);
        }

        @Override
        public List<String> captions(long number) {
            String caption = "x".repeat(width(number));
            return List.of(caption, caption + " stripes");
        }

        private int width(long number) {
            return (int) ((first + number) % 3) + 1;
        }
    }

    /** Two channels, of red and green at every other pixel. */
    public static final class Halving implements Autoencoder {
        @Override
        public String id() {
            return "halving";
        }

        @Override
        public int channels() {
            return 2;
        }

        @Override
        public int downsampling() {
            return 2;
        }

        @Override
        public LatentBatch encode(ImageBatch images) {
            int side = SIDE / 2;
            float[] values = new float[images.count() * 2 * side * side];
            for (int i = 0; i < values.length; i++) {
                int plane = i / (side * side);
                int row = i / side % side;
                values[i] = images.rgb()[(plane * SIDE + 2 * row) * SIDE + 2 * (i % side)] * 2 - 1;
            }
            return new LatentBatch(images.count(), 2, side, side, values);
        }

        @Override
        public ImageBatch decode(LatentBatch latents) {
            float[] rgb = new float[latents.count() * ImageBatch.PLANES * SIDE * SIDE];
            int side = SIDE / 2;
            for (int i = 0; i < rgb.length; i++) {
                int plane = i / (SIDE * SIDE) % ImageBatch.PLANES;
                int image = i / (ImageBatch.PLANES * SIDE * SIDE);
                int pixel = i / SIDE % SIDE / 2 * side + i % SIDE / 2;
                rgb[i] = plane == 2 ? 0 : latents.values()[(image * 2 + plane) * side * side + pixel] / 2 + 0.5f;
            }
            return new ImageBatch(latents.count(), SIDE, SIDE, rgb);
        }

        @Override
        public void close() {}
    }

    /** States that contain the length of a caption. */
    public static final class Letters implements TextEncoder {
        @Override
        public String id() {
            return "letters";
        }

        @Override
        public int tokens() {
            return TOKENS;
        }

        @Override
        public int width() {
            return TEXT_WIDTH;
        }

        @Override
        public int pooledWidth() {
            return 1;
        }

        @Override
        public TextStates encode(List<String> captions) {
            int size = TOKENS * TEXT_WIDTH;
            float[] states = new float[captions.size() * size];
            int[] lengths = new int[captions.size()];
            Arrays.fill(lengths, TOKENS);
            for (int i = 0; i < captions.size(); i++) {
                int length = captions.get(i).length();
                for (int axis = 0; axis < size; axis++) {
                    states[i * size + axis] = (float) Math.sin(length * (axis + 1));
                }
            }
            return new TextStates(TOKENS, TEXT_WIDTH, states, lengths, new float[captions.size()]);
        }

        @Override
        public void close() {}
    }
}
