package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Weight;

/**
 * The captioner of BLIP-2 (arXiv 2301.12597), as transformers' {@code Blip2ForConditionalGeneration} with OPT: a vision
 * transformer, a Q-Former whose queries attend to its tokens, and a language model that takes their outputs as a prefix of the
 * text.
 *
 * <p>Shape letters: B images, S image tokens, E their width, Q queries, D their width, T text tokens, W width of the language
 * model, V size of the vocabulary.
 */
final class Blip2 extends Layer {
    /**
     * The sizes of the three networks.
     *
     * @param queries number of queries, Q
     */
    record Config(BlipVision.Config vision, int queries, QFormer.Config querying, Opt.Config text) {
        Config {
            if (queries < 1) {
                throw new IllegalArgumentException("%d queries; at least 1 is needed".formatted(queries));
            }
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[vision=%s, queries=%s, querying=%s, text=%s]"
                    .formatted(vision.identity(), queries, querying.identity(), text.identity());
        }
    }

    private final BlipVision vision;
    private final Weight queries;
    private final QFormer querying;
    private final Linear projection;
    private final Opt language;

    Blip2(Config config) {
        vision = child("vision_model", new BlipVision(config.vision()));
        queries = weight(
                "query_tokens",
                Initializer.normal(0.02),
                1,
                config.queries(),
                config.querying().width());
        querying =
                child("qformer", new QFormer(config.querying(), config.vision().width()));
        projection = child(
                "language_projection",
                Linear.of(config.querying().width(), config.text().width()));
        language = child("language_model", new Opt(config.text()));
    }

    /** Normalised images (B, 3, H, W) -> image tokens (B, S, E) */
    NDArray encodeImage(Pass pass, NDArray images) {
        return vision.forward(pass, images);
    }

    /** Image tokens (B, S, E) -> outputs of the queries (B, Q, D) */
    NDArray query(Pass pass, NDArray image) {
        long[] shape = queries.shape().getShape();
        NDArray expanded = pass.value(queries).broadcast(image.getShape().get(0), shape[1], shape[2]); // (B, Q, D)
        return querying.forward(pass, expanded, image); // (B, Q, D)
    }

    /**
     * Text tokens (B, T) -> logits of each next token: (B, Q + T, V) at first, then (B, 1, V)
     *
     * @param queried outputs of the queries (B, Q, D), which precede the text
     * @param cache of past tokens
     */
    NDArray decode(Pass pass, NDArray queried, NDArray tokens, KeyValueCache cache) {
        NDArray text = language.embed(pass, tokens); // (B, T, W)
        NDArray input =
                cache.length() > 0 ? text : projection.forward(pass, queried).concat(text, 1); // (B, Q + T, W)
        return language.forward(pass, input, cache); // (B, Q + T, V)
    }
}
