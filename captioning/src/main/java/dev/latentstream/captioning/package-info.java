/**
 * Captioners, noun statistics, and the stage that captions images.
 *
 * <p>Start reading at {@link dev.latentstream.captioning.CaptioningProcessor}. Every image of {@code images} ends once in
 * {@code captions} or once in {@code images-rejected}. Only {@link dev.latentstream.captioning.Nouns} may be used by several
 * threads at once.
 */
@NullMarked
package dev.latentstream.captioning;

import org.jspecify.annotations.NullMarked;
