package dev.latentstream.models.caption;

/**
 * A request for one caption of each image.
 *
 * @param prompt text that the caption continues; may be empty
 * @param maxTokens maximum length of the caption, in tokens
 */
public record CaptionRequest(String prompt, int maxTokens, DecodingStrategy decoding) {
    public CaptionRequest {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("%d tokens; a caption has at least 1".formatted(maxTokens));
        }
    }
}
