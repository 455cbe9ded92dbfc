package dev.latentstream.models.caption;

/**
 * One caption that is asked of a network for each picture.
 *
 * @param prompt words that the caption follows; may be empty
 * @param maxTokens the longest caption, in words and pieces
 */
public record CaptionRequest(String prompt, int maxTokens, DecodingStrategy decoding) {
    public CaptionRequest {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("%d tokens; a caption has at least 1".formatted(maxTokens));
        }
    }
}
