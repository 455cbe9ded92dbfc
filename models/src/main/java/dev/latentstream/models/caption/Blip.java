package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;

/**
 * The captioner of BLIP (arXiv 2201.12086), as transformers' {@code BlipForConditionalGeneration}: a vision transformer, and
 * a text decoder with cross-attention to its tokens.
 *
 * <p>Shape letters: B images, P patches, S = 1 + P image tokens, D width of the vision transformer, T text tokens, W width
 * of the decoder, V size of the vocabulary.
 */
public final class Blip extends Layer {
    /** The sizes of both networks. */
    public record Config(BlipVision.Config vision, BlipDecoder.Config text) {
        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[vision=%s, text=%s]".formatted(vision.identity(), text.identity());
        }
    }

    private final BlipVision vision;
    private final BlipDecoder decoder;

    public Blip(Config config) {
        vision = child("vision_model", new BlipVision(config.vision()));
        decoder = child(
                "text_decoder", new BlipDecoder(config.text(), config.vision().width()));
    }

    public BlipVision vision() {
        return vision;
    }

    BlipDecoder decoder() {
        return decoder;
    }

    /** Normalised images (B, 3, H, W) -> image tokens (B, S, D) */
    public NDArray encodeImage(Pass pass, NDArray images) {
        return vision.forward(pass, images);
    }

    /** Image tokens (B, S, D) and text tokens (B, T) -> logits of each next token (B, T, V) */
    public NDArray decode(Pass pass, NDArray image, NDArray tokens) {
        return decoder.forward(pass, tokens, decoder.crossKeyValues(pass, image), new KeyValueCache());
    }
}
