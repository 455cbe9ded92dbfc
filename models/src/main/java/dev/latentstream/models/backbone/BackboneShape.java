package dev.latentstream.models.backbone;

/**
 * The shapes that a network must fit: those of the latents that it is trained on and of the text that it is conditioned on.
 *
 * @param latentSize height and width of a latent
 * @param textWidth width of a token's state
 * @param textTokens tokens that every text is padded or cut to
 * @param pooledWidth width of a pooled text
 */
public record BackboneShape(int latentChannels, int latentSize, int textWidth, int textTokens, int pooledWidth) {
    public BackboneShape {
        require("latent channels", latentChannels);
        require("latent size", latentSize);
        require("text width", textWidth);
        require("text tokens", textTokens);
        require("pooled width", pooledWidth);
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s %d is less than 1".formatted(name, value));
        }
    }
}
