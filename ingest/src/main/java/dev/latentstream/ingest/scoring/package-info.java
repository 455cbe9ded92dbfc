/**
 * Models that score images: a folder each, with a {@code model.yaml}.
 *
 * <p>Start reading at {@link ImageScorer}. {@link OnnxScorer} runs a network in an ONNX file on images, or on images with their texts, and
 * {@link TextScorer} finds text in them; scores are written as {@link ScoreRule}s. {@link CheckedScorer} finds the images that a model
 * cannot score, and {@link Scorers} runs all models on a batch.
 *
 * <p>Promises: an image that a model cannot score has a {@link Refusal}, and does not affect the others of its batch; a model that can
 * score nothing is an infrastructure failure.
 */
@NullMarked
package dev.latentstream.ingest.scoring;

import dev.latentstream.ingest.image.Refusal;
import org.jspecify.annotations.NullMarked;
